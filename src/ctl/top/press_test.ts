import assert from "node:assert/strict";
import { test } from "node:test";
import { readKeys } from "./keys.ts";
import { row } from "./testing.ts";
import { press, type Wish } from "./press.ts";
import { FIRST_VIEW, type View, visibleRows } from "./view.ts";

const rows = ["alpha", "beta", "gamma", "web:beta"].map((name, i) => row(name, { cpu: i }));

/** One key after the other. */
function type(keys: string) {
  let view: View = FIRST_VIEW;
  const wishes: Wish[] = [];
  for (const key of readKeys(keys)) {
    const pressed = press(view, key, visibleRows(rows, view), 2);
    view = pressed.view;
    if (pressed.wish) wishes.push(pressed.wish);
  }
  return { view, wishes };
}

const cases: { name: string; keys: string; view?: Partial<View>; wishes?: Wish[] }[] = [
  { name: "leaves with q", keys: "q", wishes: [{ type: "quit" }] },
  {
    name: "leaves with Ctrl-C, whatever is open",
    keys: "/x\x03",
    wishes: [{ type: "quit" }],
    view: { typing: true, filter: "x" },
  },
  { name: "moves down and up", keys: "jj\x1b[A", view: { selected: "beta" } },
  { name: "moves by pages and to the ends", keys: "\x1b[F\x1b[5~", view: { selected: "beta" } },
  {
    name: "does not move beyond the ends",
    keys: "\x1b[F\x1b[B\x1b[6~",
    view: { selected: "web:beta" },
  },
  {
    name: "starts at once",
    keys: "js",
    view: { selected: "beta" },
    wishes: [{ type: "do", deed: { verb: "start", name: "beta" } }],
  },
  {
    name: "asks before it stops",
    keys: "x",
    view: { selected: "alpha", asked: { verb: "stop", name: "alpha" } },
  },
  {
    name: "stops after a yes",
    keys: "xy",
    view: { selected: "alpha" },
    wishes: [{ type: "do", deed: { verb: "stop", name: "alpha" } }],
  },
  {
    name: "restarts after a yes",
    keys: "rY",
    view: { selected: "alpha" },
    wishes: [{ type: "do", deed: { verb: "restart", name: "alpha" } }],
  },
  { name: "stops nothing after any other key", keys: "xq", view: { selected: "alpha" } },
  { name: "filters while it is typed", keys: "/BETx\x7f", view: { typing: true, filter: "BET" } },
  { name: "keeps a filter with Enter", keys: "/bet\r", view: { filter: "bet" } },
  { name: "drops a filter with Escape", keys: "/bet\r\x1b", view: {} },
  { name: "drops a filter that is being typed", keys: "/bet\x1b", view: {} },
  {
    name: "takes the first that is shown",
    keys: "/gam\rs",
    view: { filter: "gam", selected: "gamma" },
    wishes: [{ type: "do", deed: { verb: "start", name: "gamma" } }],
  },
  { name: "does nothing where nothing is shown", keys: "/zzz\rsxrtj", view: { filter: "zzz" } },
  { name: "sorts by the next column", keys: ">R", view: { sort: "state", reversed: true } },
  { name: "sorts by the column before, in its own order", keys: "R<", view: { sort: "line" } },
  { name: "shows and leaves the help", keys: "?q", view: {} },
  { name: "asks for PSS", keys: "m", view: { pss: true }, wishes: [{ type: "look" }] },
  {
    name: "shows a log",
    keys: "jt",
    view: { selected: "beta", log: { name: "beta", channel: "stdout" } },
    wishes: [{ type: "look" }],
  },
  {
    name: "turns to the other log",
    keys: "\re",
    view: { selected: "alpha", log: { name: "alpha", channel: "stderr" } },
    wishes: [{ type: "look" }, { type: "look" }],
  },
  {
    name: "leaves a log with q",
    keys: "tq",
    view: { selected: "alpha" },
    wishes: [{ type: "look" }],
  },
  { name: "does nothing with keys of no use", keys: "zZ\x1b[C", view: {} },
];

for (const { name, keys, view = {}, wishes = [] } of cases) {
  test(`press() ${name}`, () => {
    assert.deepEqual(type(keys), { view: { ...FIRST_VIEW, ...view }, wishes });
  });
}

test("press() forgets a message", () => {
  const { view } = press({ ...FIRST_VIEW, message: "done" }, { char: "z" }, rows, 2);
  assert.equal(view.message, "");
});

test("visibleRows() filters and sorts", () => {
  const shown = visibleRows(rows, { ...FIRST_VIEW, filter: "BeT", sort: "cpu" });
  assert.deepEqual(shown.map(({ name }) => name), ["web:beta", "beta"]);
});
