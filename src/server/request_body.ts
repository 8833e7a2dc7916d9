/** Bodies of requests, within bounds. How long one may take to come is up to the HTTP server. */

/** The largest body that is read: room for a long text to a program's stdin, and no more. */
export const BODY_BYTES = 16 * 1024 * 1024;

/**
 * What all large bodies together may take while they come in. Without it a few clients that send
 * theirs slowly could have the daemon hold as much as they like.
 */
const LARGE_BODIES_BYTES = 32 * 1024 * 1024;

/** A body up to this size is read whoever else is sending: an ordinary call always gets through. */
export const SMALL_BYTES = 64 * 1024;

let expected = 0;

/** A body, or the status that the request is to be refused with. */
export type Body = { readonly text: string } | { readonly refusal: 400 | 411 | 413 | 503 };

/** @param most How many bytes this kind of request may have, up to {@link BODY_BYTES}. */
export async function readBody(request: Request, most: number): Promise<Body> {
  const length = request.headers.get("content-length");
  if (length === null || request.headers.has("transfer-encoding")) return { refusal: 411 };
  if (!/^\d+$/.test(length)) return { refusal: 400 };
  const bytes = Number(length);
  if (bytes > most) return { refusal: 413 };
  const share = bytes > SMALL_BYTES ? bytes : 0;
  if (expected + share > LARGE_BODIES_BYTES) return { refusal: 503 };
  expected += share;
  try {
    return { text: await request.text() };
  } catch {
    return { refusal: 400 }; // the client went away before it had sent all of it
  } finally {
    expected -= share;
  }
}
