/** Replies in JSON, errors included. */
import { type FaultName, faultNameOf, type RpcFault } from "../../rpc/faults.ts";
import { toResponse } from "../replies.ts";

/** One document, with a newline at its end for those who look at it in a terminal. */
export function jsonReply(document: unknown, status = 200): Response {
  const headers = {
    "Content-Type": "application/json",
    "Cache-Control": "no-store",
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Resource-Policy": "same-origin",
  };
  return toResponse({ status, headers, body: `${JSON.stringify(document)}\n` });
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
