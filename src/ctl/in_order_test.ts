import assert from "node:assert/strict";
import { test } from "node:test";
import { inOrder } from "./in_order.ts";

/** Work that ends when it is told to. */
function manual(items: readonly string[], atOnce: number) {
  const slots = new Map(items.map((item) => [item, Promise.withResolvers<string>()]));
  const begun: string[] = [];
  const delivered: string[] = [];
  const done = inOrder(items, atOnce, (item) => {
    begun.push(item);
    return slots.get(item)!.promise;
  }, (result) => delivered.push(result));
  /** Ends one, and lets what follows from it happen. */
  const end = async (item: string, error?: Error) => {
    if (error) slots.get(item)!.reject(error);
    else slots.get(item)!.resolve(item);
    await new Promise((resolve) => setImmediate(resolve));
  };
  return { begun, delivered, done, end };
}

test("inOrder() begins as many as it may, and hands over in order", async () => {
  const { begun, delivered, done, end } = manual(["a", "b", "c", "d"], 2);
  assert.deepEqual(begun, ["a", "b"]);
  await end("b");
  assert.deepEqual([begun, delivered], [["a", "b", "c"], []]);
  await end("c");
  await end("a");
  assert.deepEqual([begun.length, delivered], [4, ["a", "b", "c"]]);
  await end("d");
  await done;
  assert.deepEqual(delivered, ["a", "b", "c", "d"]);
});

test("inOrder() tells the first failure in order, and begins nothing after it", async () => {
  const { begun, delivered, done, end } = manual(["a", "b", "c", "d"], 2);
  done.catch(() => {});
  await end("b", new Error("second"));
  assert.deepEqual(delivered, []);
  await end("a");
  await assert.rejects(done, /second/);
  assert.deepEqual([begun, delivered], [["a", "b"], ["a"]]);
});

test("inOrder() of nothing is done at once", async () => {
  await manual([], 3).done;
});
