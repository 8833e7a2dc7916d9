import assert from "node:assert/strict";
import { test } from "node:test";
import { pythonText } from "./python_text.ts";
import { RpcDateTime, RpcDouble, type RpcValue, struct } from "./xml_value.ts";

const cases: readonly (readonly [RpcValue, string])[] = [
  ["it's\n", "it's\n"],
  [-5, "-5"],
  [true, "True"],
  [false, "False"],
  [new RpcDouble(1.5), "1.5"],
  [new RpcDouble(2), "2.0"],
  [new RpcDateTime("20261122T15:41:49"), "20261122T15:41:49"],
  [[], "[]"],
  [[1, "it's", [true]], `[1, "it's", [True]]`],
  [struct({}), "{}"],
  [struct({ k: "v", "k'": [new RpcDouble(0)] }), `{'k': 'v', "k'": [0.0]}`],
];

for (const [value, text] of cases) {
  test(`pythonText() writes ${JSON.stringify(text)}`, () => assert.equal(pythonText(value), text));
}
