/** XML-RPC over HTTP. @see spec/control.md §2 */
import { RpcFault } from "../rpc/faults.ts";
import { readCall, RpcReadError } from "../rpc/read_xml.ts";
import { writeFault, writeResponse } from "../rpc/write_xml.ts";
import type { Daemon } from "./daemon.ts";
import { dispatch } from "./dispatch.ts";
import { errorPage, errorReply, type PlainReply, toResponse } from "./replies.ts";
import { BODY_BYTES, readBody } from "./request_body.ts";

export async function answerXmlRpc(daemon: Daemon, request: Request): Promise<Response> {
  const body = await readBody(request, BODY_BYTES);
  if ("refusal" in body) return errorReply(body.refusal);
  return toResponse(await answerCall(daemon, body.text));
}

/** @param text The body of a request. */
export async function answerCall(daemon: Daemon, text: string): Promise<PlainReply> {
  try {
    const { method, params } = readCall(text);
    daemon.log("trace", `XML-RPC method called: ${method}()`);
    return xmlReply(writeResponse(await dispatch(daemon, method, params)));
  } catch (error) {
    if (error instanceof RpcFault) return xmlReply(writeFault(error));
    if (!(error instanceof RpcReadError)) throw error;
    const why = error.code === "NO_METHOD_NAME" ? "no method name" : "unmarshallable";
    daemon.log("error", `XML-RPC request data ${quote(text)} is invalid: ${why}`);
    return errorPage(400);
  }
}

function xmlReply(xml: string): PlainReply {
  const body = new TextEncoder().encode(xml);
  const headers = { "Content-Type": "text/xml", "Content-Length": String(body.length) };
  return { status: 200, headers, body };
}

/** Enough of a body to recognise it by, on one line. */
function quote(body: string): string {
  return JSON.stringify(body.length > 200 ? `${body.slice(0, 200)}…` : body);
}
