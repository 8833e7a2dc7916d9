import assert from "node:assert/strict";
import { test } from "node:test";
import { bounded } from "../../tests/support/bounded.ts";
import { tempFolder } from "../../tests/support/temp_folder.ts";
import { lockFolder } from "./folder_lock.ts";

const folder = tempFolder();

test("a second one has to wait for the first", async () => {
  const order: string[] = [];
  const unlock = await lockFolder(folder);
  const second = lockFolder(folder).then((unlockAgain) => {
    order.push("second");
    unlockAgain();
  });
  await new Promise((resolve) => setImmediate(resolve));
  order.push("first lets go");
  unlock();
  await bounded("the second lock", second);
  assert.deepEqual(order, ["first lets go", "second"]);
});

test("without a folder there is nothing to wait for", async () => {
  const unlock = await lockFolder(`${folder}/none`);
  unlock();
});
