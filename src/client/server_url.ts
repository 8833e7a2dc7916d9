/** Where a daemon listens, from a `serverurl`. */
import type { HttpAddress } from "../platform/http_request.ts";

/** A `serverurl` that leads nowhere. */
export class ServerUrlError extends Error {
  override readonly name = "ServerUrlError";
}

const HTTP_PORT = 80;

/**
 * Read `http://host:port` (a path after it is ignored) or `unix://path`.
 *
 * @throws {ServerUrlError} another scheme, no host, a port that is none
 * @see spec/ctl.md §3, "ValueError"
 */
export function parseServerUrl(url: string): HttpAddress {
  if (url.startsWith("unix://")) return { kind: "unix", path: url.slice("unix://".length) };
  const match = /^http:\/\/([^/?#]*)/.exec(url);
  if (!match) throw new ServerUrlError(`Unknown protocol for serverurl ${url}`);
  const authority = match[1]!.slice(match[1]!.lastIndexOf("@") + 1);
  const [, bracketed, plain, port] = /^(?:\[(.*)\]|([^:]*))(?::(.*))?$/.exec(authority) ?? [];
  const host = bracketed ?? plain;
  if (!host) throw new ServerUrlError(`No host in serverurl ${url}`);
  return { kind: "tcp", host, port: readPort(port) };
}

function readPort(text: string | undefined): number {
  if (!text) return HTTP_PORT;
  if (!/^\d+$/.test(text)) {
    throw new ServerUrlError(`Port could not be cast to integer value as '${text}'`);
  }
  const port = Number(text);
  if (port > 65535) throw new ServerUrlError("Port out of range 0-65535");
  return port;
}
