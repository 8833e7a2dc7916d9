/** Replies of the web interface, and the headers that all of them have. */

/** Nothing from elsewhere, nothing inline, and no page of anybody else's around ours. */
const POLICY = [
  "default-src 'none'",
  "style-src 'self'",
  "script-src 'self'",
  "connect-src 'self'",
  "img-src 'self'",
  "form-action 'self'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join("; ");

const HEADERS = {
  "Content-Security-Policy": POLICY,
  "X-Content-Type-Options": "nosniff",
  "X-Frame-Options": "DENY",
  // Without a referrer at all, browsers would send our own forms with the origin "null".
  "Referrer-Policy": "same-origin",
  "Cross-Origin-Resource-Policy": "same-origin",
  "Cache-Control": "no-cache",
  "Pragma": "no-cache",
  "Expires": "Thu, 01 Jan 1970 00:00:00 GMT",
};

export function textReply(text: string, type: string, status = 200): Response {
  return new Response(text, { status, headers: { "Content-Type": type, ...HEADERS } });
}

export function pageReply(page: { toString(): string }, status = 200): Response {
  return textReply(`<!DOCTYPE html>\n${page}\n`, "text/html;charset=utf-8", status);
}

/** To the status page, which says what has been done. Relative: see `Layout`. */
export function messageReply(message: string): Response {
  const location = `./?message=${encodeURIComponent(message)}`;
  return new Response(null, { status: 303, headers: { "Location": location, ...HEADERS } });
}

export function eventsReply(events: ReadableStream<Uint8Array>): Response {
  return new Response(events, {
    headers: { "Content-Type": "text/event-stream", ...HEADERS, "X-Accel-Buffering": "no" },
  });
}
