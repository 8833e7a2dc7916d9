/** A press of a button: is it one of ours, what does it ask for, what is answered. */
import type { Context } from "hono";
import { askedBy, peerOf } from "../asker.ts";
import { errorReply } from "../replies.ts";
import { readBody } from "../request_body.ts";
import { perform } from "./actions.ts";
import { isToken } from "./guard.ts";
import { messageReply, textReply } from "./replies.ts";
import type { Daemon } from "../daemon.ts";

/** Room for a form with the longest name there may be, and no more. */
const FORM_BYTES = 16 * 1024;

const STALE = "Nothing was done: the page was from before the daemon's start. Please press again.";

/**
 * @param showPage The status page with a message and a token that is good.
 */
export async function answerPress(
  context: Context,
  daemon: Daemon,
  token: string,
  showPage: (message: string, status: number) => Response,
): Promise<Response> {
  const { req } = context;
  const body = await readBody(req.raw, FORM_BYTES);
  if ("refusal" in body) return errorReply(body.refusal);
  const form = new URLSearchParams(body.text);
  const field = (name: string) => form.get(name) ?? req.query(name) ?? "";
  const isScript = req.header("accept") === "text/plain";
  const say = (message: string) =>
    isScript ? textReply(message, "text/plain;charset=utf-8") : messageReply(message);
  if (!isToken(form.get("token"), token)) {
    return isScript ? textReply(STALE, "text/plain;charset=utf-8", 403) : showPage(STALE, 403);
  }
  const message = await perform(
    askedBy(daemon, "web page", peerOf(context)),
    field("action"),
    field("processname"),
  );
  return message === undefined ? errorReply(400) : say(message);
}
