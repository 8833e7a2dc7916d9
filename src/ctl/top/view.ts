/** What of the table is shown, and how. */
import type { TopRow } from "./rows.ts";
import { type ColumnId, sortRows } from "./table.ts";

export interface View {
  readonly sort: ColumnId;
  readonly reversed: boolean;
  /** Part of the names that are shown. */
  readonly filter: string;
  /** The filter is being typed. */
  readonly typing: boolean;
  /** The name under the cursor; null: the first. */
  readonly selected: string | null;
  readonly help: boolean;
  /** To be done if the next key is a yes. */
  readonly asked: Deed | null;
  /** Whose log is shown in place of the table. */
  readonly log: Log | null;
  /** PSS in place of RSS. */
  readonly pss: boolean;
  readonly message: string;
}

export interface Log {
  readonly name: string;
  readonly channel: "stdout" | "stderr";
}

export interface Deed {
  readonly verb: "start" | "stop" | "restart";
  readonly name: string;
}

export const FIRST_VIEW: View = {
  sort: "name",
  reversed: false,
  filter: "",
  typing: false,
  selected: null,
  help: false,
  asked: null,
  log: null,
  pss: false,
  message: "",
};

/** The rows that are shown, in their order. */
export function visibleRows(rows: readonly TopRow[], view: View): readonly TopRow[] {
  const filter = view.filter.toLowerCase();
  const kept = rows.filter(({ name }) => name.toLowerCase().includes(filter));
  return sortRows(kept, view.sort, view.reversed);
}

/** Where the cursor is: on the first row when the selected one is not there. */
export function selectedIndex(rows: readonly TopRow[], { selected }: View): number {
  return Math.max(0, rows.findIndex(({ name }) => name === selected));
}
