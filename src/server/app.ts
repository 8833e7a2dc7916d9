/** The server as a function from a request to its reply. @see spec/control.md §1 */
import { Hono } from "hono";
import { apiRoutes } from "./api/routes.ts";
import { type AdmissionOptions, refusalOf } from "./admission.ts";
import { askedBy, peerOf } from "./asker.ts";
import type { Daemon } from "./daemon.ts";
import { answerLogTail, answerMainLogTail } from "./log_stream.ts";
import { errorReply, SERVER_HEADER } from "./replies.ts";
import { webRoutes } from "./web/routes.tsx";
import { answerXmlRpc } from "./xml_rpc.ts";

/** The general way in: every request has its answer here. */
export function createApp(daemon: Daemon, options: AdmissionOptions): Hono {
  const app = new Hono();
  app.use(async (context, next) => {
    await next();
    for (const [name, value] of Object.entries(SERVER_HEADER)) context.res.headers.set(name, value);
  });
  app.use(async ({ req }, next) => {
    const { method, url } = req;
    const header = (name: string) => req.header(name) ?? null;
    const refusal = await refusalOf({ method, host: new URL(url).host, header }, daemon, options);
    return refusal ? errorReply(refusal.status, refusal.headers) : await next();
  });
  app.post(
    "/RPC2*",
    (context) => answerXmlRpc(askedBy(daemon, "XML-RPC", peerOf(context)), context.req.raw),
  );
  app.all("/RPC2*", () => errorReply(400));
  app.get("/logtail/*", ({ req }) => answerLogTail(daemon, req.raw, rawPath(req.url, "/logtail/")));
  app.get("/logtail", () => errorReply(404));
  app.get("/mainlogtail*", ({ req }) => answerMainLogTail(daemon, req.raw));
  app.route("/", apiRoutes(daemon));
  app.route("/", webRoutes(daemon));
  app.notFound(({ req }) => errorReply(req.method === "GET" || req.method === "HEAD" ? 404 : 400));
  app.onError((error) => {
    daemon.log("error", `Server Error: ${error.stack ?? error}`);
    return errorReply(500);
  });
  return app;
}

/** What follows a prefix in the path as it was sent, without the query. */
function rawPath(url: string, prefix: string): string {
  const [path] = url.split("?");
  return path!.slice(path!.indexOf(prefix) + prefix.length);
}
