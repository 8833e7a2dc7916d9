import assert from "node:assert/strict";
import { test } from "node:test";
import { writeResponse } from "./write_xml.ts";
import { RpcDouble } from "./xml_value.ts";

// As Python prints a float.
const doubles: readonly [value: number, text: string][] = [
  [0, "0.0"],
  [-0, "-0.0"],
  [-3, "-3.0"],
  [0.1, "0.1"],
  [0.0001, "0.0001"],
  [0.00001, "1e-05"],
  [-1.5e-7, "-1.5e-07"],
  [9_999_999_999_999_998, "9999999999999998.0"],
  [1e16, "1e+16"],
  [1.5e300, "1.5e+300"],
];

for (const [value, text] of doubles) {
  test(`writeResponse() writes the double ${text}`, () => {
    assert.ok(writeResponse(new RpcDouble(value)).includes(`<double>${text}</double>`));
  });
}
