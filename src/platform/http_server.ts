/** HTTP servers on TCP ports and unix sockets, over a function from request to reply. */
import fs from "node:fs";
import http from "node:http";
import net from "node:net";
import { getRequestListener } from "@hono/node-server";
import { errorCode } from "./errno.ts";
import { getLimit } from "./limits.ts";

export type Fetch = (request: Request) => Response | Promise<Response>;

export interface HttpServer {
  /** Stops listening, ends every connection, and removes a socket that is still its own. */
  close(): Promise<void>;
}

export interface UnixSocketOptions {
  readonly path: string;
  readonly mode: number;
  /** -1: unchanged. */
  readonly uid: number;
  readonly gid: number;
  /** Told when a socket was found that nobody answers on. */
  readonly onStale: (path: string) => void;
}

/** Clients may keep a connection for a while; Supervisor's never close one. */
const KEEP_ALIVE_MS = 120_000;

/** How long a request may take to come, and the part of it before its body; then it is hung up. */
const REQUEST_MS = 20_000;
const HEADERS_MS = 10_000;
const TIMES_ARE_CHECKED_EVERY_MS = 5_000;

/**
 * Connections to one server: a quarter of the descriptors there may be. Programs need some, too,
 * and whoever is let in by one server must not keep others from the next.
 */
function mostConnections(): number {
  return Math.min(4096, Math.floor(getLimit("NOFILE").soft / 4));
}

/** How long the last replies have to get out when a server is closed. */
const LAST_REPLIES_MS = 300;

interface Listener {
  readonly server: http.Server;
  /** Replies that are not out yet. */
  readonly pending: Set<http.ServerResponse>;
}

function newServer(fetch: Fetch): Listener {
  const listener = getRequestListener(fetch, {
    hostname: "localhost",
    overrideGlobalObjects: false,
  });
  const options = {
    keepAliveTimeout: KEEP_ALIVE_MS,
    requestTimeout: REQUEST_MS,
    headersTimeout: HEADERS_MS,
    connectionsCheckingInterval: TIMES_ARE_CHECKED_EVERY_MS,
    requireHostHeader: false,
  };
  const server = http.createServer(options, listener);
  server.maxConnections = mostConnections();
  const pending = new Set<http.ServerResponse>();
  server.on("request", (_request, response) => {
    pending.add(response);
    response.once("close", () => pending.delete(response));
  });
  server.on("clientError", (_error, socket) => socket.destroy());
  return { server, pending };
}

/** A stream, such as a log that is followed, does not end by itself. */
function isStream(response: http.ServerResponse): boolean {
  return response.headersSent && !response.hasHeader("content-length");
}

/** Resolves when every reply with an end is out, or it has taken too long. */
async function lastReplies(pending: ReadonlySet<http.ServerResponse>): Promise<void> {
  const finite = [...pending].filter((response) => !isStream(response));
  if (finite.length === 0) return;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const tooLong = new Promise<void>((resolve) => timer = setTimeout(resolve, LAST_REPLIES_MS));
  const out = finite.map((response) =>
    new Promise<void>((resolve) => {
      response.once("finish", resolve);
      response.once("close", resolve);
    })
  );
  await Promise.race([Promise.all(out), tooLong]);
  clearTimeout(timer);
}

function listening(server: http.Server, options: net.ListenOptions): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(options, () => {
      server.removeListener("error", reject);
      server.on("error", () => {}); // of single connections, e.g. no descriptor left to accept one
      resolve();
    });
  });
}

async function closed({ server, pending }: Listener): Promise<void> {
  const over = new Promise<void>((resolve) => server.close(() => resolve()));
  await lastReplies(pending);
  server.closeAllConnections();
  await over;
}

/** @throws {Error} With node's `code`, e.g. `EADDRINUSE`. */
export async function listenInet(host: string, port: number, fetch: Fetch): Promise<HttpServer> {
  const listener = newServer(fetch);
  try {
    await listening(listener.server, { host: host || "0.0.0.0", port });
  } catch (error) {
    // Deno tells of an address that is not ours by this code.
    if (errorCode(error) !== "EINVAL") throw error;
    throw Object.assign(error as Error, { code: "EADDRNOTAVAIL" });
  }
  return { close: () => closed(listener) };
}

/**
 * Listens on a socket that has its mode and owner from the first moment on which it can be found:
 * it is made under another name and linked into place. A socket on which somebody answers is never
 * replaced.
 *
 * @throws {Error} With node's `code`; `EADDRINUSE` if somebody answers on it.
 */
export async function listenUnix(options: UnixSocketOptions, fetch: Fetch): Promise<HttpServer> {
  const { path, mode, uid, gid, onStale } = options;
  const temporary = `${path}.${process.pid}`;
  fs.rmSync(temporary, { force: true });
  const listener = newServer(fetch);
  const umask = process.umask(0o777);
  try {
    await listening(listener.server, { path: temporary });
  } finally {
    process.umask(umask);
  }
  try {
    if (uid >= 0 || gid >= 0) fs.chownSync(temporary, uid, gid);
    fs.chmodSync(temporary, mode);
    await linkIntoPlace(temporary, path, onStale);
  } catch (error) {
    await closed(listener);
    throw error;
  } finally {
    fs.rmSync(temporary, { force: true });
  }
  const own = fs.lstatSync(path).ino;
  return {
    async close() {
      await closed(listener);
      if (inodeOf(path) === own) fs.rmSync(path, { force: true });
    },
  };
}

function inodeOf(path: string): number | undefined {
  return fs.lstatSync(path, { throwIfNoEntry: false })?.ino;
}

/** `link` fails where something is, so of two daemons started at once one loses. */
async function linkIntoPlace(
  temporary: string,
  path: string,
  onStale: (path: string) => void,
): Promise<void> {
  for (let tries = 0; tries < 3; tries++) {
    try {
      return fs.linkSync(temporary, path);
    } catch (error) {
      if (errorCode(error) !== "EEXIST") throw error;
    }
    if (!fs.lstatSync(path, { throwIfNoEntry: false })?.isSocket()) {
      throw Object.assign(new Error(`${path} is there and is no socket`), { code: "EEXIST" });
    }
    const found = inodeOf(path);
    if (await answers(path)) break;
    if (inodeOf(path) !== found) continue; // another daemon was quicker
    onStale(path);
    fs.rmSync(path, { force: true });
  }
  throw Object.assign(new Error(`${path} is in use`), { code: "EADDRINUSE" });
}

/** Whether a server listens on a unix socket. */
function answers(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = net.connect({ path });
    socket.once("connect", () => {
      socket.destroy();
      resolve(true);
    });
    socket.once("error", () => resolve(false));
  });
}
