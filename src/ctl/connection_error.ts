/** What went wrong between us and the daemon. */
import { ApiError } from "../client/api_error.ts";
import { ProtocolError } from "../client/protocol_error.ts";
import { type FaultName, faultNameOf, RpcFault } from "../rpc/faults.ts";

/** Node's name for a failed connection or system call, e.g. `ENOENT`. */
export function errorCode(error: unknown): string | undefined {
  const code = error instanceof Error ? (error as { code?: unknown }).code : undefined;
  return typeof code === "string" ? code : undefined;
}

export function isUnauthorized(error: unknown): boolean {
  return error instanceof ProtocolError && error.status === 401;
}

/** The name of the fault that `error` is, if it is one we know. */
export function faultName(error: unknown): FaultName | undefined {
  return error instanceof RpcFault ? faultNameOf(error.code) : undefined;
}

/** What programs know an error by. */
export function codeOf(error: unknown): string {
  if (error instanceof ApiError) return error.code;
  if (isUnauthorized(error)) return "UNAUTHORIZED";
  if (error instanceof ProtocolError) return `HTTP_${error.status}`;
  return faultName(error) ?? errorCode(error) ?? "FAILED";
}
