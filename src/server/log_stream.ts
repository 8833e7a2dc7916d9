/** `/logtail` and `/mainlogtail`: logs as streams that do not end. @see spec/control.md §1 */
import type { Follower } from "../logs/follow_file.ts";
import type { Daemon } from "./daemon.ts";
import { findProcess } from "./lookup.ts";
import { errorReply } from "./replies.ts";
import { whenGone } from "./when_gone.ts";

/** The activity log. */
export function answerMainLogTail(daemon: Daemon, request: Request): Response {
  return streamReply(request, daemon.followActivityLog(), {});
}

/** @param rest What follows `/logtail/` in the raw path: `NAME` or `NAME/CHANNEL`. */
export function answerLogTail(daemon: Daemon, request: Request, rest: string): Response {
  const [name = "", channel = "stdout", ...more] = rest.split("/").map(decode);
  if ((channel !== "stdout" && channel !== "stderr") || more.length > 0) return errorReply(404);
  const process = findProcess(daemon.supervisor, name);
  if (!process) return errorReply(404);
  const follower = daemon.followProcess(process, channel);
  return streamReply(request, follower, { "X-Accel-Buffering": "no" });
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** What a follower gives, as it comes, until the client goes. */
export function streamReply(
  { method, signal }: Request,
  follower: Follower | undefined,
  headers: Record<string, string>,
): Response {
  if (!follower) return errorReply(404);
  // A client may be gone before anybody reads what it asked for, and of a HEAD nobody ever does.
  if (method === "HEAD") follower.close();
  whenGone(signal, () => follower.close());
  const body = new ReadableStream<Uint8Array>({
    async pull(controller) {
      const bytes = await follower.next();
      if (bytes) controller.enqueue(bytes);
      else controller.close();
    },
    cancel: () => follower.close(),
  }, { highWaterMark: 0 });
  return new Response(body, {
    headers: {
      "Last-Modified": new Date(follower.modified).toUTCString(),
      "Content-Type": "text/plain;charset=utf-8",
      // What a program writes is nobody's script or page.
      "X-Content-Type-Options": "nosniff",
      "Cross-Origin-Resource-Policy": "same-origin",
      ...headers,
    },
  });
}
