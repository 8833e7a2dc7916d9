/** Who may press a button: a page of this server, made in this run of the daemon. */

/**
 * Whether the request comes from a page of this server, as far as the browser says. Browsers send
 * Sec-Fetch-Site only to addresses they trust (https, localhost), old ones send neither header;
 * for these the token alone decides.
 */
export function isSameOrigin(request: Request): boolean {
  const site = request.headers.get("sec-fetch-site");
  if (site !== null) return site === "same-origin" || site === "none";
  const origin = request.headers.get("origin");
  if (origin === null) return true;
  const host = request.headers.get("host") ?? new URL(request.url).host;
  return URL.canParse(origin) && new URL(origin).host === host.toLowerCase();
}

/** A secret for the forms of one server, for as long as it runs. */
export function newToken(): string {
  return crypto.randomUUID();
}

/** Takes as long for a near miss as for a wild guess; the length is no secret. */
export function isToken(given: string | null, token: string): boolean {
  if (given?.length !== token.length) return false;
  let difference = 0;
  for (let i = 0; i < token.length; i++) difference |= given.charCodeAt(i) ^ token.charCodeAt(i);
  return difference === 0;
}
