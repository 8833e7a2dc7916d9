/** Who may talk to a server. @see spec/control.md §1, "Auth" */

export interface Credentials {
  readonly username: string;
  /** Clear text, or `{SHA}` and the lower-case hex SHA-1 of the password. */
  readonly password: string;
}

/** `malformed`: the header cannot be decoded, which is answered 400. */
export type Verdict = "granted" | "denied" | "malformed";

const SHA_PREFIX = "{SHA}";

/** The value of an Authorization header against what a server's section asks for. */
export async function authorize(header: string | null, wanted: Credentials): Promise<Verdict> {
  const found = header === null ? null : /^(\S+) (\S+)$/.exec(header);
  if (!found || found[1]!.toLowerCase() !== "basic") return "denied";
  const pair = decodeBase64(found[2]!);
  if (pair === undefined) return "malformed";
  const colon = pair.indexOf(":");
  if (colon < 0) return "denied";
  const username = pair.slice(0, colon);
  const password = pair.slice(colon + 1);
  const [sameName, samePassword] = await Promise.all([
    sameText(username, wanted.username),
    wanted.password.startsWith(SHA_PREFIX)
      ? sha1Hex(password).then((hex) => sameText(hex, wanted.password.slice(SHA_PREFIX.length)))
      : sameText(password, wanted.password),
  ]);
  return sameName && samePassword ? "granted" : "denied";
}

function decodeBase64(text: string): string | undefined {
  try {
    const bytes = Uint8Array.from(atob(text), (char) => char.charCodeAt(0));
    return new TextDecoder().decode(bytes);
  } catch {
    return undefined;
  }
}

async function digest(algorithm: "SHA-1" | "SHA-256", text: string): Promise<Uint8Array> {
  return new Uint8Array(await crypto.subtle.digest(algorithm, new TextEncoder().encode(text)));
}

async function sha1Hex(text: string): Promise<string> {
  const bytes = await digest("SHA-1", text);
  return [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** Takes as long for a near miss as for a wild guess: only digests are compared, to their end. */
async function sameText(a: string, b: string): Promise<boolean> {
  const [left, right] = await Promise.all([digest("SHA-256", a), digest("SHA-256", b)]);
  let difference = 0;
  for (let i = 0; i < left.length; i++) difference |= left[i]! ^ right[i]!;
  return difference === 0;
}
