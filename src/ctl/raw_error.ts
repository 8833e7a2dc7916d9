/**
 * The line for an error that no verb has words for. Scripts look for Python's class names and
 * messages in it, so those are what it says.
 * @see spec/ctl.md §3, "Raw error line"
 */
import { ProtocolError } from "../client/protocol_error.ts";
import { ServerUrlError } from "../client/server_url.ts";
import { pythonRepr } from "../model/python_repr.ts";
import { RpcFault } from "../rpc/faults.ts";
import { RpcReadError } from "../rpc/read_xml.ts";
import { errorCode } from "./connection_error.ts";
import { UnexpectedResult } from "./outcomes.ts";
import { EndOfInput } from "./session.ts";

/** `error: <class 'T'>, <message>: file: <file> line: <n>`; ours has no file worth naming. */
export function rawErrorLine(error: unknown): string {
  const [type, message] = pythonError(error);
  return `error: <class '${type}'>, ${message}: file: ctl line: 0`;
}

const SYSTEM_ERRORS: ReadonlyMap<string, readonly [type: string, message: string]> = new Map([
  ["ENOENT", ["FileNotFoundError", "[Errno 2] No such file or directory"]],
  ["ECONNREFUSED", ["ConnectionRefusedError", "[Errno 111] Connection refused"]],
  ["EACCES", ["PermissionError", "[Errno 13] Permission denied"]],
  ["ENOTFOUND", ["socket.gaierror", "[Errno -2] Name or service not known"]],
  ["EAI_AGAIN", ["socket.gaierror", "[Errno -3] Temporary failure in name resolution"]],
  ["ECONNRESET", ["ConnectionResetError", "[Errno 104] Connection reset by peer"]],
  ["EPIPE", ["BrokenPipeError", "[Errno 32] Broken pipe"]],
  ["ETIMEDOUT", ["TimeoutError", "[Errno 110] Connection timed out"]],
  ["EHOSTUNREACH", ["OSError", "[Errno 113] No route to host"]],
  ["ENETUNREACH", ["OSError", "[Errno 101] Network is unreachable"]],
]);

function pythonError(error: unknown): readonly [type: string, message: string] {
  if (error instanceof RpcFault) {
    return ["xmlrpc.client.Fault", `<Fault ${error.code}: ${pythonRepr(error.text)}>`];
  }
  if (error instanceof ProtocolError) {
    const message = `<ProtocolError for 127.0.0.1/RPC2: ${error.status} ${error.reason}>`;
    return ["xmlrpc.client.ProtocolError", message];
  }
  if (error instanceof RpcReadError) return ["xml.parsers.expat.ExpatError", error.message];
  if (error instanceof ServerUrlError || error instanceof UnexpectedResult) {
    return ["ValueError", error.message];
  }
  if (error instanceof EndOfInput) return ["EOFError", "EOF when reading a line"];
  return SYSTEM_ERRORS.get(errorCode(error) ?? "") ?? ["Exception", String(error)];
}
