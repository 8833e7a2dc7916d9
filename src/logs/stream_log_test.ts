import assert from "node:assert/strict";
import { test } from "node:test";
import { FakeClock } from "../../tests/support/fake_clock.ts";
import { FakeLogFiles } from "../../tests/support/fake_log_files.ts";
import { StreamLog } from "./stream_log.ts";

const PATH = "/dev/stdout";

function openStreamLog() {
  const files = new FakeLogFiles();
  const clock = new FakeClock();
  const told: string[] = [];
  const trouble = {
    failing: (path: string, why: string) => told.push(`${path} failing: ${why}`),
    healed: (path: string, lost: number) => told.push(`${path} healed: ${lost} lost`),
    abandoned: (path: string, lost: number) => told.push(`${path} abandoned: ${lost} lost`),
  };
  const log = new StreamLog(PATH, { files, trouble, clock });
  const write = (text: string) => log.write(new TextEncoder().encode(text));
  return { log, write, files, clock, told, text: () => files.text(PATH) };
}

test("whole lines go out at once, and no timer is left", () => {
  const { write, text, clock } = openStreamLog();
  write("one\ntwo\n");
  assert.equal(text(), "one\ntwo\n");
  assert.equal(clock.pending, 0);
});

test("the beginning of a line waits for its end", () => {
  const { write, text, clock } = openStreamLog();
  write("one\ntw");
  write("o");
  assert.equal(text(), "one\n");
  write("\nthr");
  assert.equal(text(), "one\ntwo\n");
  write("ee\n");
  assert.equal(text(), "one\ntwo\nthree\n");
  assert.equal(clock.pending, 0);
});

test("a prompt goes out after a pause, also where more and more is added to it", () => {
  const { write, text, clock } = openStreamLog();
  write("name");
  clock.tick(450);
  write("? ");
  assert.equal(text(), "");
  clock.tick(50);
  assert.equal(text(), "name? ");
  assert.equal(clock.pending, 0);
});

test("the end of a line that came while we were busy is in time", () => {
  const { write, text, clock } = openStreamLog();
  write("one ");
  clock.after(500, () => write("two\n"));
  clock.tick(1000);
  assert.equal(text(), "one two\n");
  assert.equal(clock.pending, 0);
});

test("a line longer than 64 KiB goes out in pieces", () => {
  const { write, text, clock } = openStreamLog();
  write("x".repeat(65_536));
  assert.equal(text(), "");
  write("y");
  assert.equal(text(), "x".repeat(65_536) + "y");
  assert.equal(clock.pending, 0);
});

test("what is held goes out when it is closed", () => {
  const { log, write, text, files, clock } = openStreamLog();
  write("last words");
  log.close();
  assert.equal(text(), "last words");
  assert.equal(files.openHandles, 0);
  assert.equal(clock.pending, 0);
});

test("what is held is not what its chunk has become since", () => {
  const { log, text, clock } = openStreamLog();
  const chunk = new TextEncoder().encode("held");
  log.write(chunk);
  chunk.fill(0);
  clock.tick(1000);
  assert.equal(text(), "held");
});

test("it has no past to clear, and no other file to go on in", () => {
  const { log, write, text, files } = openStreamLog();
  write("one\n");
  log.clear();
  log.reopen();
  write("two\n");
  assert.equal(text(), "one\ntwo\n");
  assert.deepEqual(files.calls, [`open ${PATH}`]);
});

test("a loss is told once, and its end once nothing was lost for a second", () => {
  const { write, files, clock, told } = openStreamLog();
  files.failing.write = "EPIPE";
  write("one\n");
  write("two\n");
  assert.deepEqual(told, [`${PATH} failing: EPIPE`]);
  delete files.failing.write;
  write("three\n");
  files.failing.write = "EPIPE";
  write("four\n");
  delete files.failing.write;
  clock.tick(1000);
  assert.equal(told.length, 1);
  write("five\n");
  assert.deepEqual(told.slice(1), [`${PATH} healed: 13 lost`]);
});

test("what was lost and is not made good is told at the end", () => {
  const { log, write, files, told } = openStreamLog();
  files.failing.write = "EPIPE";
  write("one\n");
  write("tw");
  log.close();
  assert.deepEqual(told, [`${PATH} failing: EPIPE`]);
  log.losses.end();
  assert.deepEqual(told, [`${PATH} failing: EPIPE`, `${PATH} abandoned: 6 lost`]);
});
