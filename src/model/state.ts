/** The states of a process and what clients may conclude from them. */

/**
 * A process state and its numeric code, as XML-RPC clients see it.
 * @see spec/processes.md §5
 */
export const STATE_CODES = {
  STOPPED: 0,
  STARTING: 10,
  RUNNING: 20,
  BACKOFF: 30,
  STOPPING: 40,
  EXITED: 100,
  FATAL: 200,
  UNKNOWN: 1000,
} as const;

export type ProcessState = keyof typeof STATE_CODES;

export function isProcessState(word: string): word is ProcessState {
  return Object.hasOwn(STATE_CODES, word);
}

/** Up, or on its way up: a start request is refused, a stop request is not. */
export function isRunningState(state: ProcessState): boolean {
  return state === "STARTING" || state === "RUNNING" || state === "BACKOFF";
}

/** There is a pid that a signal could be sent to. */
export function isSignallableState(state: ProcessState): boolean {
  return state === "STARTING" || state === "RUNNING" || state === "STOPPING";
}

/** Down until someone or autorestart starts it; its group may be removed. */
export function isStoppedState(state: ProcessState): boolean {
  return state === "STOPPED" || state === "EXITED" || state === "FATAL" || state === "UNKNOWN";
}

/** The daemon's own state. @see spec/control.md §4, getState */
export const DAEMON_STATE_CODES = { FATAL: 2, RUNNING: 1, RESTARTING: 0, SHUTDOWN: -1 } as const;
