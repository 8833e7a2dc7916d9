/** XML-RPC over HTTP. @see spec/control.md §2 */
import { RpcFault } from "../rpc/faults.ts";
import { readCall, RpcReadError } from "../rpc/read_xml.ts";
import { writeFault, writeResponse } from "../rpc/write_xml.ts";
import type { Daemon } from "./daemon.ts";
import { dispatch } from "./dispatch.ts";
import { errorReply } from "./replies.ts";

/** The largest request that is read: room for a long text to a program's stdin, and no more. */
const BODY_BYTES = 16 * 1024 * 1024;

export async function answerXmlRpc(daemon: Daemon, request: Request): Promise<Response> {
  const length = request.headers.get("content-length");
  if (length === null || request.headers.has("transfer-encoding")) return errorReply(411);
  if (!/^\d+$/.test(length) || Number(length) === 0) return errorReply(400);
  if (Number(length) > BODY_BYTES) return errorReply(413, { Connection: "close" });
  const body = await readBody(request);
  if (body === undefined) return errorReply(400);
  try {
    const { method, params } = readCall(body);
    daemon.log("trace", `XML-RPC method called: ${method}()`);
    return xmlReply(writeResponse(await dispatch(daemon, method, params)));
  } catch (error) {
    if (error instanceof RpcFault) return xmlReply(writeFault(error));
    if (!(error instanceof RpcReadError)) throw error;
    const why = error.code === "NO_METHOD_NAME" ? "no method name" : "unmarshallable";
    daemon.log("error", `XML-RPC request data ${quote(body)} is invalid: ${why}`);
    return errorReply(400);
  }
}

/** undefined where the client went away before it had sent all of it. */
async function readBody(request: Request): Promise<string | undefined> {
  try {
    return await request.text();
  } catch {
    return undefined;
  }
}

function xmlReply(xml: string): Response {
  const bytes = new TextEncoder().encode(xml);
  return new Response(bytes, {
    headers: { "Content-Type": "text/xml", "Content-Length": String(bytes.length) },
  });
}

/** Enough of a body to recognise it by, on one line. */
function quote(body: string): string {
  return JSON.stringify(body.length > 200 ? `${body.slice(0, 200)}…` : body);
}
