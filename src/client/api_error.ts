/** The daemon refused a request to its JSON API. */
import type { FaultName } from "../rpc/faults.ts";

/** Of a daemon that has no such API: Supervisor, or an older visor. */
export type ApiErrorCode = FaultName | "NO_API";

export class ApiError extends Error {
  override readonly name = "ApiError";
  constructor(readonly code: ApiErrorCode, message: string) {
    super(message);
  }
}
