import assert from "node:assert/strict";
import { test } from "node:test";
import { parseXml, type XmlLimits } from "./xml_tree.ts";

const limits: XmlLimits = { length: 40, depth: 3, elements: 4 };

test("parseXml() keeps elements and text, and nothing else", () => {
  const xml = '<a x="1">t<!-- c --><?pi?><b>u</b>v</a>';
  assert.deepEqual(parseXml(xml, limits), {
    name: "a",
    text: "tv",
    children: [{ name: "b", text: "u", children: [] }],
  });
});

const bounds = [
  { name: "characters", most: `<a>${"x".repeat(33)}</a>`, more: `<a>${"x".repeat(34)}</a>` },
  { name: "elements", most: "<a><b/><b/><b/></a>", more: "<a><b/><b/><b/><b/></a>" },
  { name: "depth", most: "<a><b><c/></b></a>", more: "<a><b><c><d/></c></b></a>" },
];

for (const { name, most, more } of bounds) {
  test(`parseXml() accepts as much ${name} as its limits say, and no more`, () => {
    assert.equal(parseXml(most, limits).name, "a");
    assert.throws(() => parseXml(more, limits), { name: "XmlError", message: /more than/ });
  });
}
