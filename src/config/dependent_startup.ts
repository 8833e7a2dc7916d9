/**
 * The options of the dependent-startup plug-in, a listener in Python that starts programs when others
 * have reached a state. Where its listener is configured it does that here, too; where it is not,
 * visor does.
 *
 * @see https://pypi.org/project/supervisord-dependent-startup
 */
import type { StartupWait } from "../model/dependency.ts";
import { isProcessState, type ProcessState } from "../model/state.ts";
import { boolean } from "./datatypes.ts";
import { type Catalog, findProcesses } from "./dependency_names.ts";
import { readItems, wordRows } from "./list_rows.ts";
import { BadValue, Report, show } from "./problems.ts";
import { read, readText, type Scope, valueOf } from "./section.ts";

export const STARTUP = "dependent_startup";
export const WAIT_FOR = "dependent_startup_wait_for";

const LISTENER = /dependent[_-]startup/;

/**
 * What a program waits for when the daemon starts.
 *
 * Supervisor takes these options whatever they say. So a mistake in them is no reason to refuse a
 * file: visor warns, and leaves the program alone as Supervisor does.
 *
 * @returns null for a program that is not started so.
 */
export function readStartupWaits(scope: Scope, catalog: Catalog): readonly StartupWait[] | null {
  if (!valueOf(scope, STARTUP) || hasListener(catalog)) return null;
  const report = new Report();
  const own = { ...scope, report };
  if (!read(own, STARTUP, boolean, false)) return null;
  const items = wordRows(readText(own, WAIT_FOR) ?? "");
  const waits = readItems(own, WAIT_FOR, items, (item) => readStartupWait(item, catalog));
  for (const { place, detail } of report.errors) {
    scope.report.warn(place, `${detail}; this program is not started`);
  }
  return report.errors.length === 0 ? waits : null;
}

function hasListener({ groups }: Catalog): boolean {
  return [...groups.values()].some(({ kind, processes }) =>
    kind === "eventlistener" && processes.some(({ command }) => LISTENER.test(command))
  );
}

/** `name:state[,state]`. @throws {BadValue} */
function readStartupWait(item: string, catalog: Catalog): readonly StartupWait[] {
  const colon = item.lastIndexOf(":");
  const words = item.slice(colon + 1).split(",");
  const states = words.map((word) => word.toUpperCase());
  const target = item.slice(0, Math.max(colon, 0)).split(":");
  if (colon < 0 || target.length > 2 || !states.every(isProcessState)) {
    const detail = `expected name:state such as db:running, with blanks between, got ${show(item)}`;
    throw new BadValue(`cannot wait for ${show(item)}`, detail);
  }
  return findProcesses(item, target, catalog)
    .map((processes) => ({ ...processes, states: states as ProcessState[] }));
}
