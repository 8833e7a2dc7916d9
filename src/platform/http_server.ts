/** HTTP servers over a function from request to reply, and those on TCP ports. */
import http from "node:http";
import type net from "node:net";
import { type Answering, type PeerOf, requestListener } from "./answering.ts";
import { descriptorsLeft } from "./descriptors.ts";
import { errorCode } from "./errno.ts";
import { getLimit } from "./limits.ts";
import { hangUpOnSlowClients, type Patience } from "./slow_clients.ts";

export interface HttpServer {
  /** Stops listening, ends every connection, and removes a socket that is still its own. */
  close(): Promise<void>;
}

/** Clients may keep a connection for a while; Supervisor's never close one. */
const PATIENCE: Patience = { headersMs: 10_000, bodyMs: 20_000, idleMs: 120_000 };

/** The longest that a timer can have. */
const NEVER_MS = 2 ** 31 - 1;

/**
 * Connections to one server: a quarter of the descriptors there may be. Programs need some, too,
 * and whoever is let in by one server must not keep others from the next.
 */
function mostConnections(): number {
  return Math.min(4096, Math.floor(getLimit("NOFILE").soft / 4));
}

/** So that there is always one to accept with. */
const DESCRIPTORS_KEPT = 8;

/** How long the last replies have to get out when a server is closed. */
const LAST_REPLIES_MS = 300;

/** A server with what it has to finish. */
export interface Listener {
  readonly server: http.Server;
  /** Replies that are not out yet. */
  readonly pending: Set<http.ServerResponse>;
}

/** @param onFull Told once when connections begin to be refused. */
export function newListener(
  answering: Answering,
  onFull: () => void,
  peerOf?: PeerOf,
): Listener {
  const options = {
    keepAliveTimeout: PATIENCE.idleMs,
    requestTimeout: 0,
    headersTimeout: 0,
    connectionsCheckingInterval: NEVER_MS,
    requireHostHeader: false,
  };
  const server = http.createServer(options, requestListener(answering, peerOf));
  const pending = new Set<http.ServerResponse>();
  server.on("request", (_request, response) => {
    pending.add(response);
    response.once("close", () => pending.delete(response));
  });
  server.on("clientError", (_error, socket) => socket.destroy());
  hangUpOnSlowClients(server, PATIENCE);
  refuseWhenFull(server, onFull);
  return { server, pending };
}

/**
 * Takes and ends connections while there are many, or hardly any descriptors left. With none left a
 * runtime cannot even take one, and tries again and again without rest.
 */
function refuseWhenFull(server: http.Server, onFull: () => void): void {
  const most = mostConnections();
  let open = 0;
  let isFull = false;
  server.on("connection", (socket) => {
    const left = descriptorsLeft();
    if (open >= most || left < DESCRIPTORS_KEPT) {
      socket.destroy();
      if (!isFull) onFull();
      isFull = true;
      return;
    }
    if (left >= 2 * DESCRIPTORS_KEPT) isFull = false;
    open++;
    socket.once("close", () => open--);
  });
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

export function listening(server: http.Server, options: net.ListenOptions): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(options, () => {
      server.removeListener("error", reject);
      server.on("error", () => {}); // of single connections, e.g. no descriptor left to accept one
      resolve();
    });
  });
}

export async function closed({ server, pending }: Listener): Promise<void> {
  const over = new Promise<void>((resolve) => server.close(() => resolve()));
  await lastReplies(pending);
  server.closeAllConnections();
  await over;
}

export interface InetOptions {
  /** Empty: every address of this machine. */
  readonly host: string;
  readonly port: number;
  /** Told once when connections begin to be refused. */
  readonly onFull: () => void;
}

/** @throws {Error} With node's `code`, e.g. `EADDRINUSE`. */
export async function listenInet(
  { host, port, onFull }: InetOptions,
  answering: Answering,
): Promise<HttpServer> {
  const listener = newListener(answering, onFull);
  try {
    await listening(listener.server, { host: host || "0.0.0.0", port });
  } catch (error) {
    // Deno tells of an address that is not ours by this code.
    if (errorCode(error) !== "EINVAL") throw error;
    throw Object.assign(error as Error, { code: "EADDRNOTAVAIL" });
  }
  return { close: () => closed(listener) };
}
