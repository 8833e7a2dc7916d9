/** Results of a call that goes over many processes. */
import type { ManagedProcess } from "../../engine/process.ts";
import { FAULT_CODES, RpcFault } from "../../rpc/faults.ts";
import { type GroupResult, writeGroupResult } from "../../rpc/structs.ts";
import type { RpcValue } from "../../rpc/xml_value.ts";

/**
 * Begins with all of them at once. What is known at once comes first, the rest in the order in
 * which it was done; one that fails does not hold up the others.
 *
 * @see spec/control.md §4, "Group/all results"
 */
export async function forEach(
  processes: readonly ManagedProcess[],
  act: (process: ManagedProcess) => true | Promise<true>,
): Promise<RpcValue> {
  const results: GroupResult[] = [];
  const pending: Promise<void>[] = [];
  for (const process of processes) {
    const done = (status: number, description: string) => {
      results.push({ name: process.config.name, group: process.group, status, description });
    };
    const failed = (error: unknown) => {
      if (!(error instanceof RpcFault)) throw error;
      done(error.code, error.text);
    };
    try {
      const outcome = act(process);
      if (outcome === true) done(FAULT_CODES.SUCCESS, "OK");
      else pending.push(outcome.then(() => done(FAULT_CODES.SUCCESS, "OK"), failed));
    } catch (error) {
      failed(error);
    }
  }
  await Promise.all(pending);
  return results.map(writeGroupResult);
}
