/** Replies that carry no content of their own. @see spec/control.md §1, "error body" */

const REASONS: ReadonlyMap<number, string> = new Map([
  [400, "Bad Request"],
  [401, "Unauthorized"],
  [403, "Forbidden"],
  [404, "Not Found"],
  [411, "Length Required"],
  [413, "Request Entity Too Large"],
  [500, "Internal Server Error"],
  [503, "Service Unavailable"],
]);

/** After these the client is hung up on: it may go on with a body that nobody is going to read. */
const LAST_ON_CONNECTION: ReadonlySet<number> = new Set([401, 403, 413, 503]);

export function errorReply(status: number, headers: Record<string, string> = {}): Response {
  const ending = LAST_ON_CONNECTION.has(status) ? { "Connection": "close" } : {};
  const reason = REASONS.get(status) ?? "Error";
  const body = [
    "<head>",
    "<title>Error response</title>",
    "</head>",
    "<body>",
    "<h1>Error response</h1>",
    `<p>Error code ${status}.`,
    `<p>Message: ${reason}.`,
    "</body>",
    "",
  ].join("\r\n");
  return new Response(body, {
    status,
    statusText: reason,
    headers: { "Content-Type": "text/html", ...ending, ...headers },
  });
}
