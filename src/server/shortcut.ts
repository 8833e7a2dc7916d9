/**
 * XML-RPC calls as they nearly always are, answered without the objects that a Request and a
 * Response are made of, which take longer to make than an answer. All others go the general way.
 */
import type { RequestHead, Shortcut } from "../platform/answering.ts";
import { type AdmissionOptions, refusalOf } from "./admission.ts";
import { askedBy } from "./asker.ts";
import type { Daemon } from "./daemon.ts";
import { SERVER_HEADER } from "./replies.ts";
import { SMALL_BYTES } from "./request_body.ts";
import { answerCall } from "./xml_rpc.ts";

/** @param onReply Told how many bytes each reply has. */
export function xmlRpcShortcut(
  daemon: Daemon,
  options: AdmissionOptions,
  onReply: (bytes: number) => void = () => {},
): Shortcut {
  return async (head) => {
    if (!isPlainCall(head)) return null;
    const { method, header, peer } = head;
    const host = header("host") ?? "localhost";
    // What is refused is refused the general way, which says so.
    if (await refusalOf({ method, host, header }, daemon, options)) return null;
    const asked = askedBy(daemon, "XML-RPC", peer);
    return async (body) => {
      const { status, headers, body: reply } = await answerCall(asked, body);
      onReply(reply.length);
      return { status, headers: { ...headers, ...SERVER_HEADER }, body: reply };
    };
  };
}

function isPlainCall({ method, url, header }: RequestHead): boolean {
  if (method !== "POST" || !/^\/RPC2\/?$/.test(url)) return false;
  const length = header("content-length");
  return length !== null && /^[1-9]\d{0,5}$/.test(length) && Number(length) <= SMALL_BYTES &&
    header("transfer-encoding") === null && header("expect") === null;
}
