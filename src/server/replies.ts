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

/** On every reply: clients of Supervisor know it by this. */
export const SERVER_HEADER = { "Server": "Medusa/1.12" } as const;

/** A reply before it is put into the objects of HTTP. */
export interface PlainReply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Uint8Array<ArrayBuffer>;
}

export function toResponse({ status, headers, body }: PlainReply): Response {
  const statusText = status === 200 ? "OK" : REASONS.get(status) ?? "Error";
  return new Response(body, { status, statusText, headers });
}

export function errorReply(
  status: number,
  headers: Readonly<Record<string, string>> = {},
): Response {
  return toResponse(errorPage(status, headers));
}

export function errorPage(
  status: number,
  headers: Readonly<Record<string, string>> = {},
): PlainReply {
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
  return { status, headers: { "Content-Type": "text/html", ...ending, ...headers }, body };
}
