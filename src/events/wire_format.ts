/** An event as it is written to a listener's stdin. @see spec/events.md §1 */
import type { Notification } from "./notifications.ts";

/** An event that a pool has accepted. */
export interface PoolEvent {
  readonly notification: Notification;
  /** Its number among all events that anybody wanted. */
  readonly serial: number;
  /** Its number in its pool; kept however often it is delivered. */
  readonly poolserial: number;
}

const encoder = new TextEncoder();

/**
 * Header line and payload.
 *
 * `len` counts code points, not the bytes that Supervisor's documentation promises: Python
 * listeners read that many characters, and so it must stay.
 *
 * @param server The daemon's `identifier`.
 */
export function encodeEvent(event: PoolEvent, server: string, pool: string): Uint8Array {
  const { notification: { type, payload }, serial, poolserial } = event;
  const body = encoder.encode(payload);
  const header = encoder.encode(
    `ver:3.0 server:${server} serial:${serial} pool:${pool} poolserial:${poolserial} ` +
      `eventname:${type} len:${countCodePoints(body)}\n`,
  );
  const message = new Uint8Array(header.length + body.length);
  message.set(header);
  message.set(body, header.length);
  return message;
}

/** Every byte of UTF-8 but those that continue a character begins one. */
function countCodePoints(utf8: Uint8Array): number {
  let count = 0;
  for (const byte of utf8) if ((byte & 0xc0) !== 0x80) count++;
  return count;
}
