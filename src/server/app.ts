/** The server as a function from a request to its reply. @see spec/control.md §1 */
import { Hono } from "hono";
import { authorize, type Credentials } from "./auth.ts";
import type { Daemon } from "./daemon.ts";
import { answerLogTail, answerMainLogTail } from "./log_stream.ts";
import { errorReply } from "./replies.ts";
import { answerXmlRpc } from "./xml_rpc.ts";

const SERVER_HEADER = "Medusa/1.12";

/**
 * @param credentials What this server asks of its clients; null: nothing.
 */
export function createApp(daemon: Daemon, credentials: Credentials | null): Hono {
  const app = new Hono();
  app.use(async (context, next) => {
    await next();
    context.res.headers.set("Server", SERVER_HEADER);
  });
  if (credentials) {
    app.use(async (context, next) => {
      const verdict = await authorize(context.req.header("authorization") ?? null, credentials);
      if (verdict === "granted") return await next();
      if (verdict === "malformed") return errorReply(400);
      return errorReply(401, {
        "Connection": "close",
        "WWW-Authenticate": 'Basic realm="default"',
      });
    });
  }
  app.post("/RPC2*", (context) => answerXmlRpc(daemon, context.req.raw));
  app.all("/RPC2*", () => errorReply(400));
  app.get("/logtail/*", (context) => answerLogTail(daemon, rawPath(context.req.url, "/logtail/")));
  app.get("/logtail", () => errorReply(404));
  app.get("/mainlogtail*", () => answerMainLogTail(daemon));
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
