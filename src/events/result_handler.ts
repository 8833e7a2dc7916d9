/** What the result of an event means. @see spec/events.md §4, "Result" */
import type { Verdict } from "./listener_protocol.ts";
import type { Notification } from "./notifications.ts";

/**
 * Judges the result that a listener gave for an event.
 *
 * @returns false if the event is to be delivered again.
 * @throws {Error} If the result makes no sense: the listener gets no more events.
 */
export type ResultHandler = (result: Uint8Array, event: Notification) => boolean;

/** `supervisor.dispatchers:default_handler`: `OK`, and nothing else, will do. */
export function defaultHandler(result: Uint8Array): boolean {
  return result.length === 2 && result[0] === 0x4f && result[1] === 0x4b;
}

export function verdictOf(
  handler: ResultHandler,
  result: Uint8Array,
  event: Notification,
): Verdict {
  try {
    return handler(result, event) ? "processed" : "rejected";
  } catch {
    return "failed";
  }
}
