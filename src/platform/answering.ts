/** From the runtime's requests to what the server room answers. */
import { Buffer } from "node:buffer";
import type http from "node:http";
import type { getRequestListener } from "@hono/node-server";
import { lazily } from "../model/lazily.ts";

/** @param peer Who has sent it: an address, or `unix socket`; null where that is not known. */
export type Fetch = (request: Request, peer: string | null) => Response | Promise<Response>;

/** A request before its body, without the objects that Request is made of. */
export interface RequestHead {
  readonly method: string;
  /** As sent: a path, with its query. */
  readonly url: string;
  /** null if there is none. */
  header(name: string): string | null;
  /** As for {@link Fetch}. */
  readonly peer: string | null;
}

export interface DirectReply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Uint8Array;
}

/** Answers some requests in a quicker way; null leaves one to `fetch`. */
export type Shortcut = (
  head: RequestHead,
) => Promise<((body: string) => Promise<DirectReply>) | null>;

/** What a server does with requests. */
export interface Answering {
  readonly fetch: Fetch;
  readonly shortcut?: Shortcut;
}

export type PeerOf = (request: http.IncomingMessage) => string | null;

export function requestListener(
  { fetch, shortcut }: Answering,
  peerOf: PeerOf = ({ socket }) => socket.remoteAddress ?? null,
): http.RequestListener {
  const general = generalListener(fetch, peerOf);
  if (!shortcut) return (request, response) => void general(request, response);
  return async (request, response) => {
    const answer = await shortcut(headOf(request, peerOf(request)));
    if (!answer) return void general(request, response);
    try {
      const { status, headers, body } = await answer(await textOf(request));
      const length = { "Content-Length": String(Buffer.byteLength(body)) };
      response.writeHead(status, { ...length, ...headers }).end(body);
    } catch (error) {
      if (request.destroyed && !request.complete) return; // the client went away meanwhile
      fail(response, error);
    }
  };
}

/** Its library is loaded at the first request that is not answered in a quicker way. */
function generalListener(fetch: Fetch, peerOf: PeerOf) {
  // It is made from a request of node's, whatever else its types allow for.
  const answer: Parameters<typeof getRequestListener>[0] = (request, { incoming }) => {
    void request.signal; // only one that exists by then is told when the client goes away
    return fetch(request, peerOf(incoming as http.IncomingMessage));
  };
  const listener = lazily(async () => {
    const { getRequestListener } = await import("@hono/node-server");
    return getRequestListener(answer, { hostname: "localhost", overrideGlobalObjects: false });
  });
  return async (request: http.IncomingMessage, response: http.ServerResponse) => {
    try {
      const answerTo = await listener();
      // Gone meanwhile: nobody would be told of that any more.
      if (!response.destroyed) await answerTo(request, response);
    } catch (error) {
      fail(response, error);
    }
  };
}

function fail(response: http.ServerResponse, error: unknown): void {
  if (response.headersSent) response.destroy();
  else response.writeHead(500, { "Connection": "close" }).end();
  reportError(error);
}

/** Headers as they were sent: one that came twice has both values, where node would take the first. */
function headOf(
  { method = "", url = "", rawHeaders }: http.IncomingMessage,
  peer: string | null,
): RequestHead {
  const headers = new Map<string, string>();
  for (let i = 0; i < rawHeaders.length; i += 2) {
    const name = rawHeaders[i]!.toLowerCase();
    const before = headers.get(name);
    headers.set(
      name,
      before === undefined ? rawHeaders[i + 1]! : `${before}, ${rawHeaders[i + 1]}`,
    );
  }
  return { method, url, header: (name) => headers.get(name) ?? null, peer };
}

function textOf(request: http.IncomingMessage): Promise<string> {
  return new Promise((resolve, reject) => {
    const pieces: Uint8Array[] = [];
    request.on("data", (piece: Uint8Array) => pieces.push(piece));
    request.once("end", () => resolve(Buffer.concat(pieces).toString()));
    request.once("error", reject);
    request.once("aborted", () => reject(new Error("aborted")));
  });
}
