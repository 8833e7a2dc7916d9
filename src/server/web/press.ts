/** A press of a button: is it one of ours, what does it ask for, what is answered. */
import type { Context } from "hono";
import { errorReply } from "../replies.ts";
import { perform } from "./actions.ts";
import { isSameOrigin, isToken } from "./guard.ts";
import { messageReply, textReply } from "./replies.ts";
import type { Daemon } from "../daemon.ts";

/** Room for a form with the longest name there may be, and no more. */
const BODY_BYTES = 16 * 1024;

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
  if (!isSameOrigin(req.raw)) return errorReply(403);
  const length = req.header("content-length");
  if (length === undefined) return errorReply(411);
  if (!/^\d+$/.test(length)) return errorReply(400);
  if (Number(length) > BODY_BYTES) return errorReply(413, { Connection: "close" });
  const form = new URLSearchParams(await req.text());
  const field = (name: string) => form.get(name) ?? req.query(name) ?? "";
  const isScript = req.header("accept") === "text/plain";
  const say = (message: string) =>
    isScript ? textReply(message, "text/plain;charset=utf-8") : messageReply(message);
  if (!isToken(form.get("token"), token)) {
    return isScript ? textReply(STALE, "text/plain;charset=utf-8", 403) : showPage(STALE, 403);
  }
  const message = await perform(daemon, field("action"), field("processname"));
  return message === undefined ? errorReply(400) : say(message);
}
