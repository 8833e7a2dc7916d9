/** What the JSON API answers. */
import { ApiError, type ApiErrorCode } from "./api_error.ts";

/** @throws {ApiError} What the daemon says is wrong, or that it knows no such API. */
export function readApiReply(status: number, body: string): unknown {
  const document = parse(body);
  if (status === 200 && document !== undefined) return document;
  const error = (document as { error?: { code: ApiErrorCode; message: string } })?.error;
  if (error) throw new ApiError(error.code, error.message);
  const message = `the daemon has no such API: it is no visor, or an older one (HTTP ${status})`;
  throw new ApiError("NO_API", message);
}

function parse(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}
