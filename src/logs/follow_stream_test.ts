import assert from "node:assert/strict";
import { test } from "node:test";
import { bounded } from "../../tests/support/bounded.ts";
import { ChannelLog } from "./channel_log.ts";
import { followStream } from "./follow_stream.ts";

const encode = (text: string) => new TextEncoder().encode(text);

function following(before: string, startBytes = 1024) {
  const log = new ChannelLog({ stripAnsi: false, copies: [], capture: null, lines: null });
  log.write(encode(before));
  const follower = followStream(log.recent, startBytes, 42);
  const next = async () => {
    const bytes = await bounded("more output", follower.next());
    return bytes && new TextDecoder().decode(bytes);
  };
  return { log, follower, next };
}

test("a stream begins with its latest output, and goes on as it comes", async () => {
  const { log, next, follower } = following("0123456789", 4);
  assert.equal(follower.modified, 42);
  assert.equal(await next(), "6789");
  const more = next();
  log.write(encode("one"));
  assert.equal(await more, "one");
  log.write(encode("two "));
  log.write(encode("three"));
  assert.equal(await next(), "two three");
});

test("a stream may begin with what comes from now on", async () => {
  const { log, next } = following("before", 0);
  const more = next();
  log.write(encode("now"));
  assert.equal(await more, "now");
});

test("a stream does not begin in the middle of a character, nor end in one", async () => {
  const { log, next } = following("aéb", 2);
  assert.equal(await next(), "b");
  const more = next();
  log.write(Uint8Array.of(0x78, 0xc3));
  assert.equal(await more, "x");
  const rest = next();
  log.write(Uint8Array.of(0xa9));
  assert.equal(await rest, "é");
});

test("a chunk is kept although its bytes are only valid during the call", async () => {
  const { log, next } = following("x");
  await next();
  const chunk = encode("kept");
  log.write(chunk);
  chunk.fill(0);
  assert.equal(await next(), "kept");
});

test("a reader that is too slow is told that output was left out, and gets the latest", async () => {
  const { log, next } = following("x");
  await next();
  log.write(encode("a".repeat(200_000)));
  log.write(encode("b".repeat(100_000)));
  const text = await next();
  assert.equal(text, `\n==> Reader too slow, output left out <==\n${"b".repeat(100_000)}`);
});

test("a slow reader costs bounded memory, however long it is away", async () => {
  const { log, next } = following("x");
  await next();
  for (let i = 0; i < 100; i++) log.write(encode("y".repeat(131_072)));
  assert.ok((await next())!.length < 600_000);
});

test("close() ends the waiting, and nothing is kept for it any more", async () => {
  const { log, follower, next } = following("x");
  await next();
  const more = next();
  follower.close();
  log.write(encode("unheard"));
  assert.equal(await more, undefined);
  assert.equal(await next(), undefined);
});
