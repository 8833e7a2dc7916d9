/** The server as a function from a request to its reply. @see spec/control.md §1 */
import { Hono } from "hono";
import { authorize, type Credentials } from "./auth.ts";
import type { Daemon } from "./daemon.ts";
import { isAllowedHost } from "./host_guard.ts";
import { isSameOrigin } from "./origin_guard.ts";
import { answerLogTail, answerMainLogTail } from "./log_stream.ts";
import { errorReply } from "./replies.ts";
import { webRoutes } from "./web/routes.tsx";
import { answerXmlRpc } from "./xml_rpc.ts";

const SERVER_HEADER = "Medusa/1.12";

export interface AppOptions {
  /** What this server asks of its clients; null: nothing. */
  readonly credentials: Credentials | null;
  /** Names that it may be called by; null: any. */
  readonly hosts: ReadonlySet<string> | null;
}

/** Whoever a request comes from is asked here, before any route. */
export function createApp(daemon: Daemon, { credentials, hosts }: AppOptions): Hono {
  const app = new Hono();
  app.use(async (context, next) => {
    await next();
    context.res.headers.set("Server", SERVER_HEADER);
  });
  app.use(async ({ req }, next) => {
    const host = req.header("host") ?? null;
    if (isAllowedHost(host, hosts) && isAllowedHost(new URL(req.url).host, hosts)) {
      return await next();
    }
    daemon.log(
      "warn",
      `refused a request for host '${host}' on a server that only listens on this machine; to ` +
        "allow it, set username= and password=, or have the proxy send 'Host: localhost'",
    );
    return errorReply(403);
  });
  if (credentials) {
    app.use(async (context, next) => {
      const verdict = await authorize(context.req.header("authorization") ?? null, credentials);
      if (verdict === "granted") return await next();
      if (verdict === "malformed") return errorReply(400);
      return errorReply(401, { "WWW-Authenticate": 'Basic realm="default"' });
    });
  }
  app.use(async ({ req }, next) => {
    if (req.method === "GET" || req.method === "HEAD" || isSameOrigin(req.raw)) return await next();
    const origin = req.header("origin") ?? "elsewhere";
    daemon.log("warn", `refused a ${req.method} that a web page of '${origin}' had a browser send`);
    return errorReply(403);
  });
  app.post("/RPC2*", (context) => answerXmlRpc(daemon, context.req.raw));
  app.all("/RPC2*", () => errorReply(400));
  app.get("/logtail/*", ({ req }) => answerLogTail(daemon, req.raw, rawPath(req.url, "/logtail/")));
  app.get("/logtail", () => errorReply(404));
  app.get("/mainlogtail*", ({ req }) => answerMainLogTail(daemon, req.raw));
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
