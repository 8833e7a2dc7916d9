/** Which processes a request is about. */
import type { ManagedProcess } from "../../engine/process.ts";
import type { Daemon } from "../daemon.ts";
import { targetNamed } from "../lookup.ts";

/**
 * @param names Processes, or groups as `group:*`; undefined for all.
 * @throws {RpcFault} BAD_NAME
 */
export function selected(
  { supervisor }: Daemon,
  names: readonly string[] | undefined,
): readonly ManagedProcess[] {
  if (!names) return [...supervisor.allProcesses()];
  return names.flatMap((name) => {
    const { group, process } = targetNamed(supervisor, name);
    return process ? [process] : [...group.processes.values()];
  });
}
