/** What became of a start, in words. */
import type { AttemptDetails } from "./details.ts";

/** `exit status 3`, `terminated by SIGSEGV (core dumped)`, why it could not be started, or `running`. */
export function describeEnd(attempt: AttemptDetails): string {
  const { spawnerr, exitstatus, signal, core_dumped } = attempt;
  if (spawnerr !== null) return spawnerr;
  if (exitstatus !== null) return `exit status ${exitstatus}`;
  if (signal === null) return "running";
  return `terminated by ${signal}${core_dumped ? " (core dumped)" : ""}`;
}
