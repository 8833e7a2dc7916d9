import assert from "node:assert/strict";
import { test } from "node:test";
import { lazily } from "./lazily.ts";

test("it is made once, when it is first asked for, also for those who ask at the same time", async () => {
  let made = 0;
  const value = lazily(() => Promise.resolve(++made));
  assert.equal(made, 0);
  assert.deepEqual(await Promise.all([value(), value()]), [1, 1]);
  assert.equal(await value(), 1);
});

test("what failed is tried again", async () => {
  let tries = 0;
  const value = lazily(() =>
    ++tries === 1 ? Promise.reject(new Error("not now")) : Promise.resolve("there")
  );
  const both = await Promise.allSettled([value(), value()]);
  assert.deepEqual(both.map(({ status }) => status), ["rejected", "rejected"]);
  assert.equal(await value(), "there");
});
