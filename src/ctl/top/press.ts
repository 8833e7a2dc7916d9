/** What a key makes of the view, and what it asks for. */
import type { Key, NamedKey } from "./keys.ts";
import type { TopRow } from "./rows.ts";
import { COLUMNS } from "./table.ts";
import { type Deed, type Log, selectedIndex, type View } from "./view.ts";

/** What a key asks for beside another view. */
export type Wish = { readonly type: "quit" | "look" } | {
  readonly type: "do";
  readonly deed: Deed;
};

export interface Pressed {
  readonly view: View;
  readonly wish?: Wish;
}

/** @param rows Those that are visible. @param page How many fit on the screen. */
export function press(view: View, key: Key, rows: readonly TopRow[], page: number): Pressed {
  const name = "name" in key ? key.name : undefined;
  if (name === "interrupt") return { view, wish: { type: "quit" } };
  const quiet = { ...view, message: "" };
  if (view.typing) return { view: typeFilter(quiet, key) };
  if (view.asked) return answer(quiet, view.asked, key);
  if (view.help) return { view: { ...quiet, help: false } };
  if (view.log) return pressInLog(quiet, view.log, key);
  return name
    ? pressNamed(quiet, name, rows, page)
    : pressChar(quiet, (key as { char: string }).char, rows);
}

function typeFilter(view: View, key: Key): View {
  if ("char" in key) return { ...view, filter: view.filter + key.char };
  switch (key.name) {
    case "enter":
      return { ...view, typing: false };
    case "escape":
      return { ...view, typing: false, filter: "" };
    case "backspace":
      return { ...view, filter: [...view.filter].slice(0, -1).join("") };
    default:
      return view;
  }
}

function answer(view: View, asked: Deed, key: Key): Pressed {
  const yes = "char" in key && key.char.toLowerCase() === "y";
  const after = { ...view, asked: null };
  return yes ? { view: after, wish: { type: "do", deed: asked } } : { view: after };
}

function pressInLog(view: View, log: Log, key: Key): Pressed {
  if ("char" in key && key.char === "e") {
    const channel = log.channel === "stdout" ? "stderr" : "stdout";
    return { view: { ...view, log: { ...log, channel } }, wish: { type: "look" } };
  }
  const leaves = "char" in key
    ? /[qt]/i.test(key.char)
    : ["escape", "enter", "left"].includes(key.name);
  return { view: leaves ? { ...view, log: null } : view };
}

const STEPS: Partial<Record<NamedKey, (page: number) => number>> = {
  up: () => -1,
  down: () => 1,
  pageup: (page) => -page,
  pagedown: (page) => page,
  home: () => -Infinity,
  end: () => Infinity,
};

function pressNamed(view: View, name: NamedKey, rows: readonly TopRow[], page: number): Pressed {
  const step = STEPS[name]?.(page);
  if (step !== undefined) return { view: move(view, rows, step) };
  if (name === "enter") return showLog(view, rows);
  if (name === "escape") return { view: { ...view, filter: "" } };
  return { view };
}

function move(view: View, rows: readonly TopRow[], step: number): View {
  const index = Math.min(rows.length - 1, Math.max(0, selectedIndex(rows, view) + step));
  return { ...view, selected: rows[index]?.name ?? view.selected };
}

function pressChar(view: View, char: string, rows: readonly TopRow[]): Pressed {
  switch (char) {
    case "q":
    case "Q":
      return { view, wish: { type: "quit" } };
    case "?":
    case "h":
      return { view: { ...view, help: true } };
    case "/":
      return { view: { ...view, typing: true } };
    case "j":
      return { view: move(view, rows, 1) };
    case "k":
      return { view: move(view, rows, -1) };
    case "<":
      return { view: sortBeside(view, -1) };
    case ">":
      return { view: sortBeside(view, 1) };
    case "R":
      return { view: { ...view, reversed: !view.reversed } };
    case "m":
      return { view: { ...view, pss: !view.pss }, wish: { type: "look" } };
    case "t":
      return showLog(view, rows);
    case "s":
      return deed(view, rows, "start");
    case "x":
      return deed(view, rows, "stop");
    case "r":
      return deed(view, rows, "restart");
    default:
      return { view };
  }
}

function sortBeside(view: View, step: number): View {
  const index = COLUMNS.findIndex(({ id }) => id === view.sort) + step;
  const { id } = COLUMNS[(index + COLUMNS.length) % COLUMNS.length]!;
  return { ...view, sort: id, reversed: false };
}

function showLog(view: View, rows: readonly TopRow[]): Pressed {
  const row = rows[selectedIndex(rows, view)];
  if (!row) return { view };
  const log: Log = { name: row.name, channel: "stdout" };
  return { view: { ...view, selected: row.name, log }, wish: { type: "look" } };
}

/** What takes something down is asked for twice: a key is quickly pressed. */
function deed(view: View, rows: readonly TopRow[], verb: Deed["verb"]): Pressed {
  const row = rows[selectedIndex(rows, view)];
  if (!row) return { view };
  const asked = { verb, name: row.name };
  const at = { ...view, selected: row.name };
  return verb === "start"
    ? { view: at, wish: { type: "do", deed: asked } }
    : { view: { ...at, asked } };
}
