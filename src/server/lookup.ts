/** Finding what a client named. */
import type { ManagedProcess } from "../engine/process.ts";
import type { Supervisor } from "../engine/supervisor.ts";
import type { Group } from "../engine/supervisor_world.ts";
import { parseNamespec } from "../model/namespec.ts";
import { fault } from "../rpc/faults.ts";

/** @throws {RpcFault} BAD_NAME */
export function groupNamed(supervisor: Supervisor, name: string): Group {
  const group = supervisor.groups.get(name);
  if (!group) throw fault("BAD_NAME", name);
  return group;
}

/** A process, or with `g:*` the whole group. @throws {RpcFault} BAD_NAME */
export function targetNamed(
  supervisor: Supervisor,
  name: string,
): { readonly group: Group; readonly process: ManagedProcess | null } {
  const target = parseNamespec(name);
  const group = supervisor.groups.get(target.group);
  if (!group) throw fault("BAD_NAME", name);
  if (target.process === null) return { group, process: null };
  const process = group.processes.get(target.process);
  if (!process) throw fault("BAD_NAME", name);
  return { group, process };
}

/** As `processNamed`; undefined where there is none. */
export function findProcess(supervisor: Supervisor, name: string): ManagedProcess | undefined {
  const target = parseNamespec(name);
  const group = supervisor.groups.get(target.group);
  return target.process === null ? undefined : group?.processes.get(target.process);
}

/** All of them, in the order of `getAllProcessInfo`. */
export function processesByName(supervisor: Supervisor): readonly ManagedProcess[] {
  const compare = (a: string, b: string) => a < b ? -1 : a > b ? 1 : 0;
  return [...supervisor.allProcesses()].sort((a, b) =>
    compare(a.group, b.group) || compare(a.config.name, b.config.name)
  );
}

/** One process; a whole group will not do. @throws {RpcFault} BAD_NAME */
export function processNamed(supervisor: Supervisor, name: string): ManagedProcess {
  const { process } = targetNamed(supervisor, name);
  if (!process) throw fault("BAD_NAME", name);
  return process;
}

/** Of processes and groups, as `g:*`; undefined for all there are. @throws {RpcFault} BAD_NAME */
export function processesNamed(
  supervisor: Supervisor,
  names: readonly string[] | undefined,
): readonly ManagedProcess[] {
  if (!names) return [...supervisor.allProcesses()];
  const named = names.flatMap((name) => {
    const { group, process } = targetNamed(supervisor, name);
    return process ? [process] : [...group.processes.values()];
  });
  return [...new Set(named)];
}
