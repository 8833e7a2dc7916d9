import assert from "node:assert/strict";
import { test } from "node:test";
import { FakeClock } from "../../tests/support/fake_clock.ts";
import { FakeLogFiles } from "../../tests/support/fake_log_files.ts";
import { ChannelLog } from "./channel_log.ts";
import { LogFile } from "./log_file.ts";

const bytes = (text: string) => new TextEncoder().encode(text);
const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);

function channel(stripAnsi = false) {
  const files = new FakeLogFiles();
  const chunks: string[] = [];
  const log = new ChannelLog({
    stripAnsi,
    copies: [(chunk) => chunks.push(text(chunk))],
    capture: null,
  });
  const trouble = { failing: () => {}, healed: () => {}, abandoned: () => {} };
  const { now } = new FakeClock();
  const open = (path: string) =>
    new LogFile({ path, maxbytes: 0, backups: 0 }, { files, trouble, now });
  return { log, files, chunks, open };
}

test("each chunk goes to the file, to memory, and to whoever listens", () => {
  const { log, files, chunks, open } = channel();
  log.attach(open("/log"));
  log.write(bytes("one "));
  log.write(bytes("two"));
  assert.equal(files.text("/log"), "one two");
  assert.equal(text(log.recent.contents()), "one two");
  assert.deepEqual(chunks, ["one ", "two"]);
});

test("bytes that are no text go through unchanged", () => {
  const { log, files, open } = channel();
  log.attach(open("/log"));
  const chunk = Uint8Array.from({ length: 256 }, (_, i) => i);
  log.write(chunk);
  assert.deepEqual(files.files.get("/log")!.bytes, chunk);
});

test("output is remembered, and listened to, also without a file", () => {
  const { log, chunks } = channel();
  log.write(bytes("lost?"));
  assert.equal(log.file, null);
  assert.equal(text(log.recent.contents()), "lost?");
  assert.deepEqual(chunks, ["lost?"]);
});

test("strip_ansi applies to every copy, and a chunk of nothing else is none", () => {
  const { log, files, chunks, open } = channel(true);
  log.attach(open("/log"));
  log.write(bytes("\x1b[31mred\x1b[0m"));
  log.write(bytes("\x1b[0m"));
  assert.equal(files.text("/log"), "red");
  assert.equal(text(log.recent.contents()), "red");
  assert.deepEqual(chunks, ["red"]);
});

test("without strip_ansi escapes are kept", () => {
  const { log, files, open } = channel(false);
  log.attach(open("/log"));
  log.write(bytes("\x1b[31mred"));
  assert.equal(files.text("/log"), "\x1b[31mred");
});

test("a log that could not be written is told of once over all lives of a child", () => {
  const { log, files } = channel();
  const told: string[] = [];
  const trouble = {
    failing: (_: string, why: string) => told.push(why),
    healed: (_: string, lost: number) => told.push(`healed ${lost}`),
    abandoned: (_: string, lost: number) => told.push(`abandoned ${lost}`),
  };
  const { now } = new FakeClock();
  const options = { path: "/log", maxbytes: 0, backups: 0 };
  const live = () => {
    log.attach(new LogFile(options, { files, trouble, now, losses: log.losses }));
    log.write(bytes("line"));
    log.attach(null);
  };
  files.room = 0;
  for (let life = 0; life < 3; life++) live();
  files.room = Infinity;
  live();
  assert.deepEqual(told, ["ENOSPC", "healed 12"]);
  files.room = 0;
  live();
  log.losses?.end();
  assert.deepEqual(told.slice(2), ["ENOSPC", "abandoned 4"]);
  assert.equal(files.openHandles, 0);
});

test("attaching another file closes the one before", () => {
  const { log, files, open } = channel();
  log.attach(open("/a"));
  log.attach(open("/b"));
  assert.equal(files.openHandles, 1);
  log.write(bytes("x"));
  assert.deepEqual(files.sizes(), { "/a": 0, "/b": 1 });
  assert.equal(log.file?.path, "/b");
  log.attach(null);
  assert.equal(files.openHandles, 0);
  assert.equal(log.file, null);
});

test("whoever watches hears of each chunk as it is logged, until it has heard enough", () => {
  const { log } = channel(true);
  const heard: string[] = [];
  const end = log.recent.watch((chunk) => heard.push(text(chunk)));
  log.write(bytes("\x1b[0mone"));
  end();
  log.write(bytes("two"));
  assert.deepEqual(heard, ["one"]);
});

test("captured messages go to whoever asked for them, and nowhere else", () => {
  const files = new FakeLogFiles();
  const copied: string[] = [];
  const messages: string[] = [];
  const log = new ChannelLog({
    stripAnsi: false,
    copies: [(chunk) => copied.push(text(chunk))],
    capture: {
      maxbytes: 100,
      onCaptured: () => {},
      onMessage: (message) => messages.push(text(message)),
    },
  });
  const trouble = { failing: () => {}, healed: () => {}, abandoned: () => {} };
  const { now } = new FakeClock();
  log.attach(new LogFile({ path: "/log", maxbytes: 0, backups: 0 }, { files, trouble, now }));
  log.write(bytes("a<!--XSUPERVISOR:BEGIN-->secret<!--XSUPERVISOR:END-->b"));
  assert.deepEqual(messages, ["secret"]);
  assert.deepEqual([files.text("/log"), copied.join(""), text(log.recent.contents())], [
    "ab",
    "ab",
    "ab",
  ]);
});

test("other options hold from the next chunk on, in the same file and memory", () => {
  const { log, files, chunks, open } = channel(true);
  log.attach(open("/log"));
  log.write(bytes("\x1b[1mone\x1b[0m "));
  const later: string[] = [];
  log.adopt({ stripAnsi: false, copies: [(chunk) => later.push(text(chunk))], capture: null });
  log.write(bytes("\x1b[1mtwo"));
  assert.equal(files.text("/log"), "one \x1b[1mtwo");
  assert.equal(text(log.recent.contents()), "one \x1b[1mtwo");
  assert.deepEqual([chunks, later], [["one "], ["\x1b[1mtwo"]]);
});

test("what was kept back of a possible message goes out before other options hold", () => {
  const { log, files, open } = channel();
  const capture = { maxbytes: 10, onCaptured: () => {}, onMessage: () => {} };
  const options = { stripAnsi: false, copies: [] };
  log.attach(open("/log"));
  log.adopt({ ...options, capture });
  log.write(bytes("text <!--XSUPERVISOR:BE"));
  assert.equal(files.text("/log"), "text ");
  log.adopt({ ...options, capture: null });
  log.write(bytes("GIN-->"));
  assert.equal(files.text("/log"), "text <!--XSUPERVISOR:BEGIN-->");
});
