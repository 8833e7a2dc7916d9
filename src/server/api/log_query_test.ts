import assert from "node:assert/strict";
import { test } from "node:test";
import { readLogQuery } from "./log_query.ts";

const NOW = 1_700_000_000_000;
const read = (text: string) => readLogQuery(new URLSearchParams(text), NOW);

const NOTHING = {
  names: undefined,
  channel: "stdout",
  window: { since: -Infinity, until: Infinity },
  lines: null,
  follow: false,
};

const taken: readonly (readonly [text: string, what: object])[] = [
  ["", {}],
  ["name=web&name=g:*", { names: ["web", "g:*"] }],
  ["channel=stderr&follow=1&lines=0", { channel: "stderr", follow: true, lines: 0 }],
  ["since=5&until=9", { window: { since: 5, until: 9 } }],
  ["since=-600000", { window: { since: NOW - 600_000, until: Infinity } }],
  ["since=-0", { window: { since: NOW, until: Infinity } }],
];

for (const [text, what] of taken) {
  test(`"${text}" asks for ${JSON.stringify(what)}`, () => {
    assert.deepEqual(read(text), { ...NOTHING, ...what });
  });
}

const refused = ["since=yesterday", "until=", "lines=-1", "lines=1e9", "channel=stdin"];

for (const text of refused) {
  test(`"${text}" is refused`, () => assert.throws(() => read(text), /expected/));
}
