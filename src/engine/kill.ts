/** The signals that stop a process, wherever what it has started went. */
import { SIGKILL, signalName } from "../model/signal.ts";
import type { Delivery } from "../platform/kill.ts";
import type { ManagedProcess } from "./process.ts";
import type { SupervisorWorld } from "./supervisor_world.ts";

/** @param toGroup To its whole process group; with stopscope=tree others get it as well. */
export function kill(
  world: SupervisorWorld,
  process: ManagedProcess,
  signal: number,
  toGroup: boolean,
): Delivery {
  const { pid, pgid, config: { name, stopscope } } = process;
  world.log(
    "debug",
    `killing ${name} (pid ${pid}) ${toGroup ? "process group " : ""}` +
      `with signal ${signalName(signal)}`,
  );
  if (signal === SIGKILL) process.killedAt ??= world.clock.now();
  // Known before its end hides where they come from; signalled after it, or it starts others.
  const hasEscaped = stopscope === "tree" && world.escapedLive(process);
  // While nobody is in the group, its number may be somebody else's.
  const isEmpty = pid === 0 && hasEscaped && !world.groupLives(pgid);
  const delivery: Delivery = isEmpty
    ? { type: "gone" }
    : world.signal(toGroup ? pgid : pid, signal, toGroup);
  if (hasEscaped) world.signalEscaped(process, signal);
  return delivery;
}
