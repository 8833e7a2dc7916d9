/** A program that is to read its own configuration again. */
import type { ManagedProcess } from "../engine/process.ts";
import type { Supervisor } from "../engine/supervisor.ts";
import type { ActivityLog } from "../logs/activity_log.ts";
import type { Asker } from "../model/details.ts";
import type { Hooks } from "./hooks.ts";

interface Reloading {
  readonly supervisor: Supervisor;
  readonly hooks: Hooks;
  readonly log: ActivityLog;
}

/** @returns What went wrong, or null. */
export async function reloadProgram(
  { supervisor, hooks, log }: Reloading,
  process: ManagedProcess,
  by?: Asker,
): Promise<string | null> {
  const { reload_signal } = process.config;
  if (reload_signal === null) {
    const failure = await new Promise<string | null>((resolve) =>
      hooks.run(process, "reload_command", resolve)
    );
    if (failure !== null) log.log("warn", `'${process.config.name}': ${failure}`);
    return failure;
  }
  switch (supervisor.signal(process, reload_signal, by).type) {
    case "sent":
      return null;
    case "gone":
      return "not running";
    case "refused":
      return process.spawnerr;
  }
}
