/** @jsxImportSource hono/jsx */
/** The web interface: which address answers with what. @see spec/control.md §6 */
import { type Context, Hono } from "hono";
import { ctime } from "./ctime.ts";
import { newToken } from "./guard.ts";
import { explain } from "../explain/explanation.ts";
import { findProcess } from "../lookup.ts";
import { ExplainPage } from "./explain_page.tsx";
import { liveEvents } from "./live_events.ts";
import { patchesFor } from "./live_page.tsx";
import { answerPress } from "./press.ts";
import { readLimit, readTailText } from "./read_tail.ts";
import { eventsReply, pageReply, textReply } from "./replies.ts";
import { STATIC_FILES } from "./static_files.ts";
import { StatusPage } from "./status_page.tsx";
import { TailPage } from "./tail_page.tsx";
import { statusView } from "./view.ts";
import type { Daemon } from "../daemon.ts";

const STATUS_PATHS = ["/", "/index.html"];

/** Everything that a browser may ask one server for; the rest falls through. */
export function webRoutes(daemon: Daemon): Hono {
  const token = newToken();
  const showStatus = (message: string, status?: number) =>
    pageReply(
      <StatusPage view={statusView(daemon)} token={token} message={message} />,
      status,
    );
  const web = new Hono();
  web.on("GET", STATUS_PATHS, (context) => showStatus(messageFor(context, daemon)));
  web.on("POST", STATUS_PATHS, (context) => answerPress(context, daemon, token, showStatus));
  web.get("/tail.html", (context) => showTail(context, daemon));
  web.get("/explain.html", (context) => showExplanation(context, daemon));
  web.get(
    "/events",
    ({ req }) => eventsReply(liveEvents(daemon, patchesFor(daemon, token), req.raw.signal)),
  );
  web.get("/ok.html", () => textReply("OK", "text/plain"));
  for (const { path, type, text } of STATIC_FILES) web.get(path, () => textReply(text, type));
  return web;
}

/** Supervisor's old links act by GET; ours only say so. */
function messageFor({ req }: Context, daemon: Daemon): string {
  const action = req.query("action");
  if (action === undefined) return req.query("message") ?? "";
  if (action === "refresh") return `Page refreshed at ${ctime(daemon.wall())}`;
  return `Nothing was done: a link cannot ${action}. Please press the button.`;
}

function showExplanation({ req }: Context, daemon: Daemon): Response {
  const namespec = req.query("processname") ?? "";
  const process = findProcess(daemon.supervisor, namespec);
  return pageReply(
    <ExplainPage
      place={`${daemon.config().supervisord.identifier} on ${daemon.hostname}`}
      namespec={namespec}
      explanation={process && explain(daemon, process)}
      now={daemon.wall()}
    />,
    process ? 200 : 404,
  );
}

async function showTail({ req }: Context, daemon: Daemon): Promise<Response> {
  const namespec = req.query("processname") ?? "";
  const channel = req.query("channel") === "stderr" ? "stderr" : "stdout";
  const limit = readLimit(req.query("limit"));
  return pageReply(
    <TailPage
      place={`${daemon.config().supervisord.identifier} on ${daemon.hostname}`}
      namespec={namespec}
      channel={channel}
      limit={limit}
      follow={req.query("follow") === "1"}
      tail={await readTailText(daemon, namespec, channel, limit)}
    />,
  );
}
