/** The tree of event types. @see spec/events.md §2 */

const PARENTS = {
  EVENT: null,
  PROCESS_STATE: "EVENT",
  PROCESS_STATE_STARTING: "PROCESS_STATE",
  PROCESS_STATE_RUNNING: "PROCESS_STATE",
  PROCESS_STATE_BACKOFF: "PROCESS_STATE",
  PROCESS_STATE_STOPPING: "PROCESS_STATE",
  PROCESS_STATE_EXITED: "PROCESS_STATE",
  PROCESS_STATE_STOPPED: "PROCESS_STATE",
  PROCESS_STATE_FATAL: "PROCESS_STATE",
  PROCESS_STATE_UNKNOWN: "PROCESS_STATE",
  PROCESS_COMMUNICATION: "EVENT",
  PROCESS_COMMUNICATION_STDOUT: "PROCESS_COMMUNICATION",
  PROCESS_COMMUNICATION_STDERR: "PROCESS_COMMUNICATION",
  PROCESS_LOG: "EVENT",
  PROCESS_LOG_STDOUT: "PROCESS_LOG",
  PROCESS_LOG_STDERR: "PROCESS_LOG",
  REMOTE_COMMUNICATION: "EVENT",
  SUPERVISOR_STATE_CHANGE: "EVENT",
  SUPERVISOR_STATE_CHANGE_RUNNING: "SUPERVISOR_STATE_CHANGE",
  SUPERVISOR_STATE_CHANGE_STOPPING: "SUPERVISOR_STATE_CHANGE",
  TICK: "EVENT",
  TICK_5: "TICK",
  TICK_60: "TICK",
  TICK_3600: "TICK",
  PROCESS_GROUP: "EVENT",
  PROCESS_GROUP_ADDED: "PROCESS_GROUP",
  PROCESS_GROUP_REMOVED: "PROCESS_GROUP",
} as const;

export type EventType = keyof typeof PARENTS;

/** Stands for everything below it and never happens itself. */
export type AbstractEventType = Exclude<(typeof PARENTS)[EventType], null>;

export type ConcreteEventType = Exclude<EventType, AbstractEventType>;

export const EVENT_TYPES: readonly EventType[] = Object.keys(PARENTS) as EventType[];

/** Whether a configuration may name it. */
export function isEventType(text: string): text is EventType {
  return Object.hasOwn(PARENTS, text);
}

/**
 * Whether whoever asked for `subscribed` is to hear of an event: it, or something above it, is
 * among the names. Names that overlap make no second copy.
 *
 * @see spec/events.md §3, "match" and "overlapping names"
 */
export function matches(type: EventType, subscribed: ReadonlySet<string>): boolean {
  for (let each: EventType | null = type; each !== null; each = PARENTS[each]) {
    if (subscribed.has(each)) return true;
  }
  return false;
}
