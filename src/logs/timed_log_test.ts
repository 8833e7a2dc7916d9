import assert from "node:assert/strict";
import { test } from "node:test";
import { EPOCH_MS, FakeClock } from "../../tests/support/fake_clock.ts";
import { FakeLogFiles } from "../../tests/support/fake_log_files.ts";
import { LogFile } from "./log_file.ts";
import { TimedLog } from "./timed_log.ts";

const MINUTE = 60_000;
const trouble = { failing: () => {}, healed: () => {}, abandoned: () => {} };

/** Rotated every ten minutes; now it is two minutes past. */
function timed(files = new FakeLogFiles()) {
  const clock = new FakeClock();
  const past = (EPOCH_MS + clock.now()) % (10 * MINUTE);
  clock.setWallBy(2 * MINUTE - past);
  const log = new LogFile({ path: "/log", maxbytes: 0, backups: 3 }, {
    files,
    trouble,
    now: clock.now,
  });
  const target = new TimedLog(log, 10 * MINUTE, clock);
  const write = (text: string) => target.write(new TextEncoder().encode(text));
  const texts = () => ["/log.2", "/log.1", "/log"].map((path) => files.text(path) ?? "-").join(" ");
  return { clock, target, write, files, texts };
}

test("a log is rotated when its time is over, though nothing is written", () => {
  const { clock, write, texts } = timed();
  write("a");
  clock.tick(8 * MINUTE - 1);
  assert.equal(texts(), "- - a");
  clock.tick(1);
  assert.equal(texts(), "- a ");
});

test("an empty log is not rotated", () => {
  const { clock, write, files, texts } = timed();
  write("a");
  clock.tick(60 * MINUTE);
  assert.equal(texts(), "- a ");
  assert.equal(files.calls.filter((call) => call === "rename /log /log.1").length, 1);
});

test("what is written late, because everybody was busy, is in the new log", () => {
  const { clock, write, texts } = timed();
  write("a");
  clock.pass(8 * MINUTE);
  write("b");
  assert.equal(texts(), "- a b");
});

test("what an earlier run left belongs to the time in which it was written", () => {
  const { wall } = timed().clock;
  const today = new FakeLogFiles();
  today.put("/log", "now", wall() - MINUTE);
  const first = timed(today);
  first.write("!");
  assert.equal(first.texts(), "- - now!");
  const before = new FakeLogFiles();
  before.put("/log", "old", wall() - 3 * MINUTE);
  const second = timed(before);
  second.write("new");
  assert.equal(second.texts(), "- old new");
});

test("a clock that is set forwards rotates once, at the next line or within the hour", () => {
  const { clock, write, texts } = timed();
  write("a");
  clock.setWallBy(24 * 60 * MINUTE);
  write("b");
  write("c");
  assert.equal(texts(), "- a bc");
});

test("a clock that is set back goes on in the same file, and rotates at its own times", () => {
  const { clock, write, texts } = timed();
  write("a");
  clock.setWallBy(-24 * 60 * MINUTE);
  write("b");
  assert.equal(texts(), "- - ab");
  clock.tick(8 * MINUTE);
  write("c");
  assert.equal(texts(), "- ab c");
});

test("a closed log has no timer", () => {
  const { clock, target } = timed();
  target.close();
  assert.equal(clock.pending, 0);
});
