import assert from "node:assert/strict";
import { test } from "node:test";
import { fakeClock } from "./testing.ts";
import { Ticker } from "./ticker.ts";

/** A ticker that was started at `wall` seconds. */
function tickerAt(wall: number) {
  const clock = fakeClock(wall * 1000);
  const heard: string[] = [];
  const ticker = new Ticker(clock, (period, when) => heard.push(`${period}@${when}`));
  ticker.start();
  return { clock, heard, ticker };
}

test("nothing is told at the start, also where a period begins just then", () => {
  const { clock, heard } = tickerAt(7200);
  clock.tick(4999);
  assert.deepEqual(heard, []);
});

test("each new period is told once, the short ones first", () => {
  const { clock, heard } = tickerAt(3591.5);
  clock.tick(3499);
  assert.deepEqual(heard, []);
  clock.tick(1);
  assert.deepEqual(heard, ["5@3595"]);
  clock.tick(5000);
  assert.deepEqual(heard, ["5@3595", "5@3600", "60@3600", "3600@3600"]);
  clock.tick(4999);
  assert.equal(heard.length, 4);
});

test("what a clock set forward has skipped is not made up for", () => {
  const { clock, heard } = tickerAt(100);
  clock.setWall(9_000_003_000);
  clock.tick(5000);
  assert.deepEqual(heard, ["5@9000005", "60@9000000", "3600@9000000"]);
});

test("a clock set back enters new periods too", () => {
  const { clock, heard } = tickerAt(7300);
  clock.setWall(100_000);
  clock.tick(5000);
  assert.deepEqual(heard, ["5@105", "60@60", "3600@0"]);
  clock.tick(5000);
  assert.equal(heard.at(-1), "5@110");
});

test("a timer that comes too early tells nothing and looks again", () => {
  const { clock, heard } = tickerAt(100);
  clock.setWall(99_999);
  clock.tick(4000);
  clock.setWall(104_990);
  clock.tick(1000);
  assert.deepEqual(heard, ["5@105"]);
});

test("no timer is armed before the start and after the end", () => {
  const { clock, ticker, heard } = tickerAt(0);
  ticker.start();
  assert.equal(clock.armed, 1);
  ticker.stop();
  assert.equal(clock.armed, 0);
  clock.tick(10_000);
  assert.deepEqual(heard, []);
});
