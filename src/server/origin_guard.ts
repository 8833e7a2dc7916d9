/**
 * A page from anywhere can have a browser send a form to any address, with the password that its
 * user once gave there. Such a request must not do anything, whatever it is addressed to.
 */

import type { Visit } from "./admission.ts";

/**
 * Whether the request comes from a page of this server, or from no page at all. Browsers send
 * Sec-Fetch-Site only to addresses they trust (https, localhost), old ones send neither header and
 * pass for one of the other clients: buttons are guarded by their token, too.
 */
export function isSameOrigin({ header, host: address }: Visit): boolean {
  const site = header("sec-fetch-site");
  if (site !== null) return site === "same-origin" || site === "none";
  const origin = header("origin");
  if (origin === null) return true;
  const host = header("host") ?? address;
  return URL.canParse(origin) && new URL(origin).host === host.toLowerCase();
}
