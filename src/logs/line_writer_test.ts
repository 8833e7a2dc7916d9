import assert from "node:assert/strict";
import { test } from "node:test";
import { FakeClock } from "../../tests/support/fake_clock.ts";
import { lineFormat } from "./line_format.ts";
import { LineWriter } from "./line_writer.ts";

function writer() {
  const clock = new FakeClock();
  const written: string[] = [];
  const origin = { group: "g", program: "p", channel: "stdout", pid: 1 } as const;
  const life = { ...origin };
  const log_prefix = "{program}{pid}";
  const format = lineFormat({ log_format: "prefixed", log_timestamps: "none", log_prefix })!;
  const lines = new LineWriter(
    { format, clock, origin: () => life },
    (bytes) => written.push(new TextDecoder().decode(bytes)),
  );
  const write = (text: string) => lines.write(new TextEncoder().encode(text));
  return { clock, written, lines, write, life: life as { pid: number } };
}

test("the lines of a chunk are written together", () => {
  const { written, write, clock } = writer();
  write("a\nb\n");
  assert.deepEqual(written, ["p1 a\np1 b\n"]);
  assert.equal(clock.pending, 0);
});

test("a line whose end is late is written when it has one", () => {
  const { written, write, clock } = writer();
  write("Password");
  clock.tick(499);
  assert.deepEqual(written, []);
  write(": \n");
  assert.deepEqual(written, ["p1 Password: \n"]);
  assert.equal(clock.pending, 0);
});

test("a line without end is written after half a second, and what comes later is another", () => {
  const { written, write, clock } = writer();
  write("Pass");
  clock.tick(400);
  write("word: ");
  assert.equal(clock.pending, 1);
  clock.tick(100);
  assert.deepEqual(written, ["p1 Password: \n"]);
  write("\n");
  assert.deepEqual(written.slice(1), ["p1 \n"]);
});

test("at the end what waited is written, under the pid that it came from", () => {
  const { written, write, lines, life, clock } = writer();
  write("last words");
  lines.flush();
  life.pid = 2;
  write("first\n");
  assert.deepEqual(written, ["p1 last words\n", "p2 first\n"]);
  assert.equal(clock.pending, 0);
});

test("a flood of short lines is written in bounded amounts", () => {
  const { written, write } = writer();
  write("y\n".repeat(65_536));
  assert.equal(written.join(""), "p1 y\n".repeat(65_536));
  assert.ok(written.every((text) => text.length < 66_000));
});
