/** XML-RPC over HTTP. @see spec/control.md §2 */
import { RpcFault } from "../rpc/faults.ts";
import { readCall, RpcReadError } from "../rpc/read_xml.ts";
import { writeFault, writeResponse } from "../rpc/write_xml.ts";
import type { Daemon } from "./daemon.ts";
import { dispatch } from "./dispatch.ts";
import { errorReply } from "./replies.ts";
import { BODY_BYTES, readBody } from "./request_body.ts";

export async function answerXmlRpc(daemon: Daemon, request: Request): Promise<Response> {
  const body = await readBody(request, BODY_BYTES);
  if ("refusal" in body) return errorReply(body.refusal);
  const { text } = body;
  try {
    const { method, params } = readCall(text);
    daemon.log("trace", `XML-RPC method called: ${method}()`);
    return xmlReply(writeResponse(await dispatch(daemon, method, params)));
  } catch (error) {
    if (error instanceof RpcFault) return xmlReply(writeFault(error));
    if (!(error instanceof RpcReadError)) throw error;
    const why = error.code === "NO_METHOD_NAME" ? "no method name" : "unmarshallable";
    daemon.log("error", `XML-RPC request data ${quote(text)} is invalid: ${why}`);
    return errorReply(400);
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
