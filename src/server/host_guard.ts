/**
 * A page from anywhere can give its own name the address 127.0.0.1 and then talk to a server there
 * as if it were its own (DNS rebinding). What gives it away is the name in Host.
 */
import type { ServerConfig } from "../model/config.ts";

const LOOPBACK_NAMES: ReadonlySet<string> = new Set(["localhost", "127.0.0.1", "[::1]"]);

/**
 * The names that a server may be called by; null where any will do: on a socket that browsers cannot
 * reach, on addresses that others reach anyway, and where a password is asked for, which a foreign
 * page does not have.
 */
export function allowedHosts(server: ServerConfig): ReadonlySet<string> | null {
  if (server.kind === "unix" || server.username !== null) return null;
  const isLoopback = server.host === "localhost" || server.host.startsWith("127.");
  return isLoopback ? new Set([...LOOPBACK_NAMES, server.host]) : null;
}

/** @param header The value of Host; an HTTP/1.0 client sends none. */
export function isAllowedHost(header: string | null, allowed: ReadonlySet<string> | null): boolean {
  if (allowed === null || header === null) return true;
  const name = header.toLowerCase().replace(/:\d*$/, "");
  return allowed.has(name) || name.endsWith(".localhost");
}
