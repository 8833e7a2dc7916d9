/** A program that is to read its own configuration again. */
import type { ManagedProcess } from "../engine/process.ts";
import type { Supervisor } from "../engine/supervisor.ts";
import type { Hooks } from "./hooks.ts";

/** @returns What went wrong, or null. */
export async function reloadProgram(
  supervisor: Supervisor,
  hooks: Hooks,
  process: ManagedProcess,
): Promise<string | null> {
  const { reload_signal } = process.config;
  if (reload_signal === null) {
    return await new Promise((resolve) => hooks.run(process, "reload_command", resolve));
  }
  switch (supervisor.signal(process, reload_signal).type) {
    case "sent":
      return null;
    case "gone":
      return "not running";
    case "refused":
      return process.spawnerr;
  }
}
