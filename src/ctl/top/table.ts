/** The columns of the table: what they show, how wide they are, how rows are sorted by them. */
import { STATE_CODES } from "../../model/state.ts";
import { cellCount, fit } from "../cells.ts";
import type { TopRow } from "./rows.ts";
import { bytes, duration } from "./units.ts";

export interface Column {
  readonly id: ColumnId;
  readonly head: string;
  readonly width: number;
  readonly side: "left" | "right";
  text(row: TopRow): string;
  /** Sorted by this, the largest first where `descending`; what is null is last. */
  value(row: TopRow): number | string | null;
  readonly descending?: true;
  /** Where the screen is narrow, the largest go first; the others stay. */
  readonly spare?: number;
}

export type ColumnId = "name" | "state" | "pid" | "uptime" | "cpu" | "memory" | "restarts" | "line";

/** The head, and the mark of what rows are sorted by. */
const SHORTEST_NAME = 5;
const LONGEST_NAME = 32;
const SHORTEST_LINE = 12;

/** A name gets what the longest of them needs, the last line of output what is left. */
export const COLUMNS: readonly Column[] = [
  {
    id: "name",
    head: "NAME",
    width: LONGEST_NAME,
    side: "left",
    text: ({ name }) => name,
    value: ({ name }) => name,
  },
  {
    id: "state",
    head: "STATE",
    width: 8,
    side: "left",
    text: ({ state }) => state,
    value: ({ state }) => STATE_CODES[state],
    descending: true,
  },
  {
    id: "pid",
    head: "PID",
    width: 7,
    side: "right",
    text: ({ pid }) => shown(pid),
    value: ({ pid }) => pid,
    spare: 4,
  },
  {
    id: "uptime",
    head: "UPTIME",
    width: 8,
    side: "right",
    text: ({ uptimeMs }) => uptimeMs === null ? "-" : duration(uptimeMs),
    value: ({ uptimeMs }) => uptimeMs,
    descending: true,
    spare: 3,
  },
  {
    id: "cpu",
    head: "CPU%",
    width: 6,
    side: "right",
    text: ({ cpu }) => cpu === null ? "-" : cpu.toFixed(1),
    value: ({ cpu }) => cpu,
    descending: true,
    spare: 1,
  },
  {
    id: "memory",
    head: "MEM",
    width: 6,
    side: "right",
    text: ({ memory }) => memory === null ? "-" : bytes(memory),
    value: ({ memory }) => memory,
    descending: true,
    spare: 2,
  },
  {
    id: "restarts",
    head: "RESTARTS",
    width: 8,
    side: "right",
    text: ({ restarts }) => shown(restarts),
    value: ({ restarts }) => restarts,
    descending: true,
    spare: 5,
  },
  {
    id: "line",
    head: "LAST LINE",
    width: SHORTEST_LINE,
    side: "left",
    text: ({ line }) => line,
    value: ({ line }) => line,
    spare: 6,
  },
];

/** The columns that a width has room for, with the widths they get. */
export function columnsFor(rows: readonly TopRow[], width: number): readonly Column[] {
  const longest = Math.max(SHORTEST_NAME, ...rows.map(({ name }) => cellCount(name)));
  let columns: readonly Column[] = COLUMNS.map((column) =>
    column.id === "name" ? { ...column, width: Math.min(longest, LONGEST_NAME) } : column
  );
  while (widthOf(columns) > width) {
    const last = Math.max(...columns.map(({ spare = 0 }) => spare));
    if (last === 0) break;
    columns = columns.filter(({ spare }) => spare !== last);
  }
  const left = width - widthOf(columns);
  // Too narrow for a name and a state: the name gives way.
  const stretched = left < 0 ? "name" : columns.at(-1)!.id;
  return columns.map((column) =>
    column.id === stretched ? { ...column, width: Math.max(1, column.width + left) } : column
  );
}

function widthOf(columns: readonly Column[]): number {
  return columns.reduce((sum, { width }) => sum + width + 1, -1);
}

export function sortRows(
  rows: readonly TopRow[],
  by: ColumnId,
  reversed: boolean,
): readonly TopRow[] {
  const { value, descending = false } = COLUMNS.find(({ id }) => id === by)!;
  const sign = descending !== reversed ? -1 : 1;
  return rows.toSorted((a, b) => {
    const [left, right] = [value(a), value(b)];
    if (left === null || right === null) return Number(left === null) - Number(right === null);
    return left < right ? -sign : left > right ? sign : 0;
  });
}

export function rowText(row: TopRow, columns: readonly Column[]): readonly string[] {
  return columns.map(({ text, width, side }) => fit(text(row), width, side));
}

function shown(number: number | null): string {
  return number === null ? "-" : String(number);
}
