/** Replies in JSON, errors included. */
import { type FaultName, faultNameOf, type RpcFault } from "../../rpc/faults.ts";
import { toResponse } from "../replies.ts";

const HEADERS = {
  "Cache-Control": "no-store",
  // What a program writes is nobody's script or page.
  "X-Content-Type-Options": "nosniff",
  "Cross-Origin-Resource-Policy": "same-origin",
};

/** One document, with a newline at its end for those who look at it in a terminal. */
export function jsonReply(document: unknown, status = 200): Response {
  const headers = { "Content-Type": "application/json", ...HEADERS };
  return toResponse({ status, headers, body: `${JSON.stringify(document)}\n` });
}

/** A line of JSON for each thing there is to tell, as it happens. */
export function linesReply(lines: ReadableStream<Uint8Array>): Response {
  const headers = { "Content-Type": "application/x-ndjson", ...HEADERS, "X-Accel-Buffering": "no" };
  return new Response(lines, { headers });
}

/** Output as it was written. */
export function textReply(bytes: Uint8Array): Response {
  const headers = { "Content-Type": "text/plain;charset=utf-8", ...HEADERS };
  return toResponse({ status: 200, headers, body: new Uint8Array(bytes) });
}

const STATUSES: Partial<Record<FaultName, number>> = {
  BAD_NAME: 404,
  NO_FILE: 404,
  SHUTDOWN_STATE: 503,
};

/** What went wrong: the name of the fault that XML-RPC would answer with, and its text. */
export function faultReply(error: RpcFault): Response {
  const code = faultNameOf(error.code) ?? "FAILED";
  return jsonReply({ error: { code, message: error.text } }, STATUSES[code] ?? 400);
}
