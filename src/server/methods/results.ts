/** Results of a call that goes over many processes. */
import type { ManagedProcess } from "../../engine/process.ts";
import type { Clock } from "../../platform/clock.ts";
import { FAULT_CODES, RpcFault } from "../../rpc/faults.ts";
import { type GroupResult, writeGroupResult } from "../../rpc/structs.ts";
import type { RpcValue } from "../../rpc/xml_value.ts";

/** What happens within this time counts as happening together. */
const TOGETHER_MS = 100;

interface Done {
  /** 0: at once; else the number of the interval in which it was done. */
  readonly interval: number;
  readonly result: GroupResult;
}

/**
 * Begins with all of them at once. What is known at once comes first, the rest in the order in
 * which it was done, and where that was at the same time in the order in which it was begun. One
 * that fails does not hold up the others.
 *
 * @see spec/control.md §4, "Group/all results"
 */
export async function forEach(
  processes: readonly ManagedProcess[],
  clock: Clock,
  act: (process: ManagedProcess) => true | Promise<true>,
): Promise<RpcValue> {
  const begun = clock.now();
  const done = await Promise.all(processes.map(async (process): Promise<Done> => {
    const { status, description, waited } = await attempt(process, act);
    const interval = waited ? 1 + Math.floor((clock.now() - begun) / TOGETHER_MS) : 0;
    return {
      interval,
      result: { name: process.config.name, group: process.group, status, description },
    };
  }));
  return done.sort((a, b) => a.interval - b.interval).map(({ result }) => writeGroupResult(result));
}

interface Attempt {
  readonly status: number;
  readonly description: string;
  readonly waited: boolean;
}

async function attempt(
  process: ManagedProcess,
  act: (process: ManagedProcess) => true | Promise<true>,
): Promise<Attempt> {
  let waited = false;
  try {
    const outcome = act(process);
    waited = outcome !== true;
    await outcome;
    return { status: FAULT_CODES.SUCCESS, description: "OK", waited };
  } catch (error) {
    if (!(error instanceof RpcFault)) throw error;
    return { status: error.code, description: error.text, waited };
  }
}
