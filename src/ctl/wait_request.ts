/** The words of `wait`. */
import { readDurationMs, readVerbWords } from "./verb_options.ts";
import { type Goal, readGoal } from "./wait_goal.ts";

export interface WaitRequest {
  readonly names: readonly string[];
  readonly goal: Goal;
  /** As it was written. */
  readonly wanted: string;
  readonly timeoutMs: number;
  /** As it was written. */
  readonly timeout: string;
}

const DEFAULT_TIMEOUT = "60s";

export function readWaitWords(words: readonly string[]): WaitRequest | { readonly error: string } {
  const read = readVerbWords(words, { for: "value", timeout: "value" });
  if ("error" in read) return read;
  const { names, options } = read;
  if (names.length === 0) return { error: "Error: wait requires a process name" };
  const wanted = options.get("for") ?? "running";
  const goal = readGoal(wanted);
  if ("error" in goal) return goal;
  const timeout = options.get("timeout") ?? DEFAULT_TIMEOUT;
  const timeoutMs = readDurationMs(timeout);
  if (timeoutMs === undefined) {
    return { error: `Error: --timeout ${timeout}: expected a duration such as 30s or 5m` };
  }
  return { names, goal, wanted, timeoutMs, timeout };
}
