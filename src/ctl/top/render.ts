/** The view as lines of text, as many and as long as fit the screen. */
import type { ScreenSize } from "../../platform/screen.ts";
import type { ProcessState } from "../../model/state.ts";
import { cut, fit, printable } from "../cells.ts";
import type { TopRow } from "./rows.ts";
import { type Column, COLUMNS, columnsFor, rowText } from "./table.ts";
import { bytes } from "./units.ts";
import { selectedIndex, type View, visibleRows } from "./view.ts";

export interface Frame {
  /** Of the daemon. */
  readonly title: string;
  readonly rows: readonly TopRow[];
  readonly view: View;
  /** The log that is shown, where one is. */
  readonly logText: string;
  readonly size: ScreenSize;
  readonly colours: boolean;
}

/** Title and heads above the rows, one line below. */
const LINES_AROUND = 3;

/** How many rows there is room for. */
export function pageRows({ rows }: ScreenSize): number {
  return Math.max(1, rows - LINES_AROUND);
}

export function render(frame: Frame): readonly string[] {
  const { view, size } = frame;
  const body = view.help ? HELP : view.log ? logLines(frame) : tableLines(frame);
  const all = [titleLine(frame), ...body];
  const shown = all.slice(0, Math.max(1, size.rows - 1));
  while (shown.length < size.rows - 1) shown.push("");
  return size.rows > 1 ? [...shown, cut(lastLineOf(frame), size.columns)] : shown;
}

function titleLine({ title, rows, view, size, colours }: Frame): string {
  const running = rows.filter(({ state }) => state === "RUNNING").length;
  const sum = (of: (row: TopRow) => number | null) =>
    rows.reduce((total, row) => total + (of(row) ?? 0), 0);
  const text = view.log
    ? ` ${view.log.name} ${view.log.channel}`
    : ` ${running} of ${rows.length} running  cpu ${sum(({ cpu }) => cpu).toFixed(1)}%` +
      `  ${view.pss ? "pss" : "rss"} ${bytes(sum(({ memory }) => memory))}  ${title}`;
  return styled(fit(printable(text), size.columns), BOLD, colours);
}

function tableLines(frame: Frame): string[] {
  const { view, size, colours } = frame;
  const rows = visibleRows(frame.rows, view);
  const columns = columnsFor(frame.rows, size.columns - 1);
  const head = columns.map((column) => headText(column, view)).join(" ");
  const page = pageRows(size);
  const cursor = selectedIndex(rows, view);
  const first = Math.max(0, Math.min(cursor - Math.floor(page / 2), rows.length - page));
  const lines = rows.slice(first, first + page).map((row, i) =>
    rowLine(row, columns, first + i === cursor, colours)
  );
  return [styled(fit(` ${head}`, size.columns), UNDERLINED, colours), ...lines];
}

/** The column that rows are sorted by has a mark; at the side where there is room. */
function headText({ id, head, width, side }: Column, view: View): string {
  const mark = id === view.sort ? (isDescending(view) ? "v" : "^") : "";
  return fit(side === "left" ? head + mark : mark + head, width, side);
}

function isDescending({ sort, reversed }: View): boolean {
  return (COLUMNS.find(({ id }) => id === sort)!.descending ?? false) !== reversed;
}

function rowLine(
  row: TopRow,
  columns: readonly Column[],
  isSelected: boolean,
  colours: boolean,
): string {
  const texts = rowText(row, columns);
  if (isSelected) return styled(`>${texts.join(" ")}`, REVERSED, colours);
  const cells = columns.map(({ id }, i) =>
    id === "state" ? styled(texts[i]!, STATE_STYLES[row.state], colours) : texts[i]!
  );
  return ` ${cells.join(" ")}`;
}

function logLines({ logText, size }: Frame): string[] {
  const lines = logText.replace(/\n$/, "").split("\n").map((line) =>
    cut(printable(line.replaceAll("\t", "    ")), size.columns)
  );
  return lines.slice(-Math.max(1, size.rows - 2));
}

const HELP: readonly string[] = [
  "",
  "  up down j k, page up/down, home end   move",
  "  s   start          x   stop          r   restart",
  "  t   or Enter: the end of the log; there e turns to stderr and back",
  "  /   show only names with these letters; Escape shows all",
  "  < > sort by another column            R   the other way round",
  "  m   memory as PSS (what is shared is divided) or as RSS",
  "  q   or Ctrl-C: leave",
  "",
  "  CPU% is of one processor. Both are of the process and all that it started.",
];

const KEYS = "s start  x stop  r restart  t log  / filter  < > sort  ? help  q quit";

function lastLineOf({ view }: Frame): string {
  if (view.typing) return `/${printable(view.filter)}_`;
  if (view.asked) return `${view.asked.verb} ${view.asked.name}? y/n`;
  if (view.message !== "") return printable(view.message);
  if (view.help) return "any key leaves the help";
  if (view.log) return "e stdout/stderr  q back";
  return view.filter === "" ? KEYS : `/${printable(view.filter)}  (Escape shows all)`;
}

const BOLD = "1";
const UNDERLINED = "4";
const REVERSED = "7";
const RED = "31";
const GREEN = "32";
const YELLOW = "33";
const FAINT = "2";

const STATE_STYLES: Readonly<Record<ProcessState, string>> = {
  RUNNING: GREEN,
  STARTING: YELLOW,
  BACKOFF: YELLOW,
  STOPPING: YELLOW,
  STOPPED: FAINT,
  EXITED: FAINT,
  FATAL: RED,
  UNKNOWN: RED,
};

function styled(text: string, style: string, colours: boolean): string {
  return colours ? `\x1b[${style}m${text}\x1b[0m` : text;
}
