/** HTTP servers on TCP ports and unix sockets, over a function from request to reply. */
import fs from "node:fs";
import http from "node:http";
import net from "node:net";
import { getRequestListener } from "@hono/node-server";
import { errorCode } from "./errno.ts";

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

function newServer(fetch: Fetch): http.Server {
  const listener = getRequestListener(fetch, {
    hostname: "localhost",
    overrideGlobalObjects: false,
  });
  const options = { keepAliveTimeout: KEEP_ALIVE_MS, requireHostHeader: false };
  const server = http.createServer(options, listener);
  server.on("clientError", (_error, socket) => socket.destroy());
  return server;
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

function closed(server: http.Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}

/** @throws {Error} With node's `code`, e.g. `EADDRINUSE`. */
export async function listenInet(host: string, port: number, fetch: Fetch): Promise<HttpServer> {
  const server = newServer(fetch);
  try {
    await listening(server, { host: host || "0.0.0.0", port });
  } catch (error) {
    // Deno tells of an address that is not ours by this code.
    if (errorCode(error) !== "EINVAL") throw error;
    throw Object.assign(error as Error, { code: "EADDRNOTAVAIL" });
  }
  return { close: () => closed(server) };
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
  const server = newServer(fetch);
  const umask = process.umask(0o777);
  try {
    await listening(server, { path: temporary });
  } finally {
    process.umask(umask);
  }
  try {
    if (uid >= 0 || gid >= 0) fs.chownSync(temporary, uid, gid);
    fs.chmodSync(temporary, mode);
    await linkIntoPlace(temporary, path, onStale);
  } catch (error) {
    await closed(server);
    throw error;
  } finally {
    fs.rmSync(temporary, { force: true });
  }
  const own = fs.lstatSync(path).ino;
  return {
    async close() {
      await closed(server);
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
