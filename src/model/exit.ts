/** How a process ended. */
import { signalName } from "./signal.ts";

export type Exit =
  | { readonly type: "code"; readonly code: number }
  | { readonly type: "signal"; readonly signal: number; readonly core: boolean };

/** The exit code, or -1 for a process ended by a signal. @see spec/processes.md §5, "exitstatus" */
export function exitStatus(exit: Exit): number {
  return exit.type === "code" ? exit.code : -1;
}

/** What a shell would say: the exit code, or 128 and the signal. */
export function shellStatus(exit: Exit): number {
  return exit.type === "code" ? exit.code : 128 + exit.signal;
}

/** `exit status 3`, `terminated by SIGSEGV (core dumped)`. @see spec/processes.md §4 */
export function describeExit(exit: Exit): string {
  if (exit.type === "code") return `exit status ${exit.code}`;
  return `terminated by ${signalName(exit.signal)}${exit.core ? " (core dumped)" : ""}`;
}
