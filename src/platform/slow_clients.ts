/**
 * Hanging up on clients that take too long, so that nobody can hold connections for nothing.
 *
 * The runtimes look for such clients at intervals, also when there are none; here a connection has
 * a timer of its own, so that a server without connections has no timer.
 */
import type http from "node:http";
import type { Socket } from "node:net";

export interface Patience {
  /** From the connection to the end of a request's headers. */
  readonly headersMs: number;
  /** From there to the end of its body. */
  readonly bodyMs: number;
  /** Between a reply and the end of the next request's headers. */
  readonly idleMs: number;
}

/** A reply may take as long as it takes. */
export function hangUpOnSlowClients(server: http.Server, patience: Patience): void {
  const timers = new WeakMap<Socket, ReturnType<typeof setTimeout>>();

  function stopWaiting(socket: Socket): void {
    clearTimeout(timers.get(socket));
    timers.delete(socket);
  }

  function wait(socket: Socket, ms: number): void {
    stopWaiting(socket);
    if (!socket.destroyed) timers.set(socket, setTimeout(() => socket.destroy(), ms));
  }

  server.on("connection", (socket: Socket) => {
    wait(socket, patience.headersMs);
    socket.once("close", () => stopWaiting(socket));
  });
  server.on("request", (request, response) => {
    const { socket } = request;
    if (!hasBody(request)) stopWaiting(socket);
    else {
      wait(socket, patience.bodyMs);
      request.once("end", () => stopWaiting(socket));
    }
    response.once("finish", () => wait(socket, patience.idleMs));
  });
}

function hasBody({ headers }: http.IncomingMessage): boolean {
  return "transfer-encoding" in headers || Number(headers["content-length"]) > 0;
}
