/** A secret for the forms of one server, for as long as it runs: no other page can press a button. */
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
