import assert from "node:assert/strict";
import { test } from "node:test";
import { type Frame, render } from "./render.ts";
import { row } from "./testing.ts";
import { FIRST_VIEW, type View } from "./view.ts";

const rows = [
  row("api", { restarts: 2, line: "GET /", cpu: 12.34 }),
  row("batch", {
    state: "FATAL",
    pid: null,
    uptimeMs: null,
    cpu: null,
    memory: null,
    line: "oops",
  }),
  row("web:日本", { pid: 12345, memory: 123 << 20, cpu: 0 }),
];

function frame(
  size: [columns: number, rows: number],
  view: Partial<View> = {},
  others: Partial<Frame> = {},
) {
  return render({
    title: "unix:///s",
    rows,
    view: { ...FIRST_VIEW, ...view },
    logText: "",
    size: { columns: size[0], rows: size[1] },
    colours: false,
    ...others,
  }).map((line) => line.trimEnd());
}

const KEYS = "s start  x stop  r restart  t log  / filter  < > sort  ? help  q quit";

test("render() shows a table", () => {
  assert.deepEqual(frame([76, 7]), [
    " 2 of 3 running  cpu 12.3%  rss 126M  unix:///s",
    " NAME^    STATE        PID   UPTIME   CPU%    MEM RESTARTS LAST LINE",
    ">api      RUNNING        7  0:01:01   12.3   3.0M        2 GET /",
    " batch    FATAL          -        -      -      -        0 oops",
    " web:日本 RUNNING    12345  0:01:01    0.0   123M        0",
    "",
    KEYS,
  ]);
});

test("render() keeps to a small screen, around the selected row", () => {
  assert.deepEqual(frame([20, 4], { selected: "batch", sort: "cpu" }), [
    " 2 of 3 running  cp…",
    " NAME     STATE",
    ">batch    FATAL",
    "s start  x stop  r …",
  ]);
  for (let columns = 1; columns < 30; columns++) {
    for (let lines = 1; lines < 9; lines++) {
      const shown = render({
        title: "",
        rows,
        view: FIRST_VIEW,
        logText: "",
        size: { columns, rows: lines },
        colours: false,
      });
      assert.equal(shown.length, lines);
    }
  }
});

const bottoms: { name: string; view: Partial<View>; line: string }[] = [
  { name: "what is being typed", view: { typing: true, filter: "we" }, line: "/we_" },
  { name: "a filter", view: { filter: "we" }, line: "/we  (Escape shows all)" },
  { name: "a question", view: { asked: { verb: "stop", name: "api" } }, line: "stop api? y/n" },
  { name: "what became of it", view: { message: "api: \x1b[1mstopped" }, line: "api: [1mstopped" },
];

for (const { name, view, line } of bottoms) {
  test(`render() has ${name} at the bottom`, () => {
    assert.equal(frame([76, 7], view).at(-1), line);
  });
}

test("render() shows the end of a log, without what would act on the terminal", () => {
  const logText = "one\ntwo\x1b[2J\tx\nthree\n";
  const log = { name: "api", channel: "stderr" } as const;
  assert.deepEqual(frame([12, 4], { log }, { logText }), [
    " api stderr",
    "two[2J    x",
    "three",
    "e stdout/st…",
  ]);
});

test("render() shows its keys", () => {
  assert.match(frame([80, 24], { help: true }).join("\n"), /restart[^]*any key leaves the help$/);
});

test("render() marks what is sorted by, and the way round", () => {
  assert.match(frame([76, 7], { sort: "cpu" })[1]!, /vCPU%/);
  assert.match(frame([76, 7], { sort: "cpu", reversed: true })[1]!, /\^CPU%/);
});

test("render() colours states where it may, and nothing else changes", () => {
  const coloured = render({
    title: "",
    rows,
    view: FIRST_VIEW,
    logText: "",
    size: { columns: 76, rows: 7 },
    colours: true,
  });
  assert.ok(coloured[3]!.includes("\x1b[31mFATAL   \x1b[0m"));
  // deno-lint-ignore no-control-regex
  const plain = coloured.map((line) => line.replace(/\x1b\[\d+m/g, ""));
  assert.deepEqual(
    plain,
    render({
      title: "",
      rows,
      view: FIRST_VIEW,
      logText: "",
      size: { columns: 76, rows: 7 },
      colours: false,
    }),
  );
});
