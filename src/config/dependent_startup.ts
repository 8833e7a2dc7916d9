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
import { BadValue, show } from "./problems.ts";
import { read, readText, type Scope, valueOf } from "./section.ts";

const LISTENER = /dependent[_-]startup/;

/** @returns null for a program that is not started so. */
export function readStartupWaits(scope: Scope, catalog: Catalog): readonly StartupWait[] | null {
  if (!valueOf(scope, "dependent_startup") || hasListener(catalog)) return null;
  if (!read(scope, "dependent_startup", boolean, false)) return null;
  const option = "dependent_startup_wait_for";
  const items = wordRows(readText(scope, option) ?? "");
  return readItems(scope, option, items, (item) => readStartupWait(item, catalog));
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
