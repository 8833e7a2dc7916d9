import assert from "node:assert/strict";
import { test } from "node:test";
import { bounded } from "../../tests/support/bounded.ts";
import { FakeClock } from "../../tests/support/fake_clock.ts";
import { FakeLogFiles, MODIFIED_MS } from "../../tests/support/fake_log_files.ts";
import { followFile } from "./follow_file.ts";
import { LogWatchers } from "./log_watchers.ts";

const PATH = "/log";

/** Follows a log that holds `content`; changes are told as the daemon tells them. */
function following(content: string | Uint8Array, startBytes = 1024) {
  const files = new FakeLogFiles();
  const clock = new FakeClock();
  const watchers = new LogWatchers();
  files.put(PATH, content);
  const follower = followFile(PATH, startBytes, { files, clock, watchers })!;
  const log = files.open(PATH);
  const next = async () => {
    const bytes = await bounded("more of the log", follower.next());
    return bytes && new TextDecoder().decode(bytes);
  };
  return {
    files,
    clock,
    follower,
    next,
    append(more: string | Uint8Array) {
      log.write(typeof more === "string" ? new TextEncoder().encode(more) : more);
      watchers.changed(PATH);
    },
    changed: () => watchers.changed(PATH),
  };
}

test("a followed log begins with its end, or with all of a short one", async () => {
  assert.equal(await following("short").next(), "short");
  assert.equal(await following("0123456789", 4).next(), "6789");
  assert.equal(await following("0123456789", 10).next(), "0123456789");
});

test("following does not begin in the middle of a character", async () => {
  assert.equal(await following("aéb", 2).next(), "b");
  assert.equal(await following("aéb", 3).next(), "éb");
});

test("there is nothing to follow where there is no file", () => {
  const surroundings = {
    files: new FakeLogFiles(),
    clock: new FakeClock(),
    watchers: new LogWatchers(),
  };
  assert.equal(followFile(PATH, 1024, surroundings), undefined);
});

test("a follower tells when the file was last changed", () => {
  assert.equal(following("").follower.modified, MODIFIED_MS);
});

test("what is written comes as soon as the daemon has written it", async () => {
  const { next, append, clock } = following("old ");
  await next();
  for (const text of ["one", "two"]) {
    const more = next();
    append(text);
    assert.equal(await more, text);
  }
  assert.equal(clock.pending, 0);
});

test("what was written before it was asked for comes at once", async () => {
  const { next, append } = following("old");
  await next();
  append("one");
  append("two");
  assert.equal(await next(), "onetwo");
});

test("what others write is found within a second", async () => {
  const { next, files, clock } = following("old");
  await next();
  const more = next();
  files.open(PATH).write(new TextEncoder().encode("theirs"));
  clock.tick(1000);
  assert.equal(await more, "theirs");
});

test("a character that is not whole yet is waited for", async () => {
  const { next, append } = following("old");
  await next();
  const more = next();
  append(Uint8Array.of(0xc3));
  append(Uint8Array.of(0xa9));
  assert.equal(await more, "é");
});

test("a rotated log is read to its end, then the new one from its beginning", async () => {
  const { next, append, files, changed } = following("old");
  await next();
  append(" end");
  files.rename(PATH, "/log.1");
  files.put(PATH, "new");
  assert.equal(await next(), " end");
  const more = next();
  changed();
  assert.equal(await more, "new");
  assert.deepEqual(files.disposed, [PATH]);
});

test("a log that is gone for a while is taken up again", async () => {
  const { next, files, clock } = following("old");
  await next();
  files.remove(PATH);
  const more = next();
  clock.tick(3000);
  files.put(PATH, "back");
  clock.tick(1000);
  assert.equal(await more, "back");
});

test("a truncated log is announced, and read from its beginning", async () => {
  const { next, files, changed } = following("long text");
  await next();
  files.files.get(PATH)!.bytes = new TextEncoder().encode("new");
  const more = next();
  changed();
  assert.equal(await more, "==> File truncated <==\n");
  assert.equal(await next(), "new");
});

test("a long log comes in pieces, none of which cuts a character", async () => {
  const text = "é".repeat(100_000) + "x";
  const { next } = following(`a${text}`, 1_000_000);
  let seen = "";
  while (seen.length < text.length + 1) {
    const piece = await next();
    assert.ok(piece!.length <= 65_536);
    seen += piece;
  }
  assert.equal(seen, `a${text}`);
});

test("close() ends the waiting, and lets the file go, once", async () => {
  const { follower, next, files, clock, append } = following("old");
  await next();
  const more = next();
  follower.close();
  follower.close();
  assert.equal(await more, undefined);
  assert.equal(await next(), undefined);
  append("unheard");
  assert.deepEqual([files.disposed, clock.pending], [[PATH], 0]);
});
