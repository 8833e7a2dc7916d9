/** @jsxImportSource hono/jsx */
/** Keeping one open page up to date: which parts of it look different by now. */
import type { Child } from "hono/jsx";
import { ProcessRow, ProcessTable, rowId } from "./process_table.tsx";
import { Summary, Troubles } from "./status_page.tsx";
import { type StatusView, statusView, troubles } from "./view.ts";
import type { Daemon } from "../daemon.ts";

/** An element of the page, by its id, as it looks now. */
export interface Patch {
  readonly id: string;
  readonly html: string;
}

interface Part {
  readonly id: string;
  /** Everything that its look depends on. */
  readonly shows: unknown;
  readonly isRow?: boolean;
  readonly render: () => Child;
}

/**
 * For one reader: each call answers with what changed since the one before, the first with all
 * there is. A row costs nothing as long as it stays as it is.
 */
export function patchesFor(daemon: Daemon, token: string): () => readonly Patch[] {
  const sent = new Map<string, string>();
  return () => {
    const changed = partsOf(statusView(daemon), token).filter(({ id, shows }) => {
      const now = JSON.stringify(shows);
      if (sent.get(id) === now) return false;
      sent.set(id, now);
      return true;
    });
    // The whole table has all rows in it.
    const isWhole = changed.some(({ id }) => id === "processes");
    return changed
      .filter(({ isRow }) => !(isWhole && isRow))
      .map(({ id, render }) => ({ id, html: String(render()) }));
  };
}

function partsOf(view: StatusView, token: string): Part[] {
  const { groups, now } = view;
  const processes = groups.flatMap((group) => group.processes);
  return [
    { id: "summary", shows: view.counts, render: () => <Summary view={view} /> },
    { id: "troubles", shows: troubles(view), render: () => <Troubles view={view} /> },
    {
      id: "processes",
      shows: groups.map(({ name, processes }) => [name, processes.map(rowId)]),
      render: () => <ProcessTable groups={groups} now={now} token={token} />,
    },
    ...processes.map((process) => ({
      id: rowId(process),
      shows: process,
      isRow: true,
      render: () => <ProcessRow process={process} now={now} token={token} />,
    })),
  ];
}
