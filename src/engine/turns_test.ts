import assert from "node:assert/strict";
import { test } from "node:test";
import { Turns } from "./turns.ts";

test("only so many have a turn at once, and the others follow in line", () => {
  const turns = new Turns(2);
  const begun: string[] = [];
  const give = new Map(["a", "b", "c", "d"].map((name) => [
    name,
    turns.take(() => void begun.push(name)),
  ]));
  assert.deepEqual(begun, ["a", "b"]);
  give.get("c")!(); // leaves the line
  give.get("a")!();
  give.get("a")!(); // again: nobody gets a turn for that
  assert.deepEqual(begun, ["a", "b", "d"]);
  turns.take(() => void begun.push("e"));
  assert.deepEqual(begun, ["a", "b", "d"]);
  give.get("b")!();
  assert.deepEqual(begun, ["a", "b", "d", "e"]);
  turns.take(() => void begun.push("f"));
  turns.dismiss();
  give.get("d")!();
  assert.deepEqual(begun, ["a", "b", "d", "e"]);
});
