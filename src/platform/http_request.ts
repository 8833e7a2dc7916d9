/** One HTTP request to a TCP port or a unix socket. */

export type HttpAddress =
  | { readonly kind: "unix"; readonly path: string }
  | { readonly kind: "tcp"; readonly host: string; readonly port: number };

export interface HttpRequest {
  readonly address: HttpAddress;
  readonly method: "GET" | "POST";
  /** Path and query, e.g. `/RPC2`. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  /** How long the connection may be silent; without it a request waits for ever. */
  readonly timeoutMs?: number;
}

export interface HttpResponse {
  readonly status: number;
  /** The words after the status, e.g. `Not Found`. */
  readonly reason: string;
  /** Pieces as they come. Leaving the loop early closes the connection. */
  readonly body: AsyncIterable<Uint8Array>;
}

export type HttpRequester = (request: HttpRequest) => Promise<HttpResponse>;

/**
 * Send a request and wait for the head of the reply.
 *
 * The connection serves this one request: a shell that was left alone must not find at its next
 * command that the daemon has hung up meanwhile.
 *
 * @throws an error with node's `code`: ENOENT, ECONNREFUSED, EACCES, ENOTFOUND, ECONNRESET,
 * ETIMEDOUT; reading the body may throw the last two.
 */
export function httpRequest(request: HttpRequest): Promise<HttpResponse> {
  const { address } = request;
  return bun && address.kind === "unix"
    ? requestWithBun(request, address.path)
    : requestWithNode(request);
}

/** Bun's `fetch` knows unix sockets; it is there at once, where `node:http` takes its time to load. */
type BunFetch = (
  url: string,
  options: RequestInit & { unix: string; timeout: false },
) => Promise<Response>;

const bun = (globalThis as { Bun?: unknown }).Bun !== undefined
  ? globalThis.fetch as unknown as BunFetch
  : undefined;

async function requestWithBun(request: HttpRequest, unix: string): Promise<HttpResponse> {
  const { method, path, headers, body, timeoutMs } = request;
  const signal = timeoutMs === undefined ? {} : { signal: AbortSignal.timeout(timeoutMs) };
  const connection = { unix, timeout: false as const, keepalive: false };
  const options = { ...connection, method, headers, redirect: "manual" as const };
  try {
    const reply = await bun!(`http://localhost${path}`, {
      ...options,
      ...signal,
      ...(body === undefined ? {} : { body }),
    });
    return { status: reply.status, reason: reply.statusText, body: reply.body ?? EMPTY };
  } catch (error) {
    throw (error as Error).name === "TimeoutError" ? timeoutError(timeoutMs!) : error;
  }
}

const EMPTY: AsyncIterable<Uint8Array> = {
  async *[Symbol.asyncIterator]() {},
};

async function requestWithNode(request: HttpRequest): Promise<HttpResponse> {
  const { request: nodeRequest } = await import("node:http");
  const { address, method, path, body, timeoutMs } = request;
  const target = address.kind === "unix"
    ? { socketPath: address.path }
    : { host: address.host, port: address.port };
  const length = body === undefined ? {} : { "Content-Length": String(utf8Length(body)) };
  const headers = { Host: hostHeader(address), ...request.headers, ...length };
  return await new Promise((resolve, reject) => {
    const outgoing = nodeRequest({ ...target, method, path, headers, agent: false }, (incoming) => {
      resolve({
        status: incoming.statusCode ?? 0,
        reason: incoming.statusMessage ?? "",
        body: incoming,
      });
    });
    outgoing.on("error", reject);
    if (timeoutMs !== undefined) {
      outgoing.setTimeout(timeoutMs, () => void outgoing.destroy(timeoutError(timeoutMs)));
    }
    outgoing.end(body);
  });
}

function utf8Length(text: string): number {
  return new TextEncoder().encode(text).length;
}

function hostHeader(address: HttpAddress): string {
  if (address.kind === "unix") return "localhost";
  const host = address.host.includes(":") ? `[${address.host}]` : address.host;
  return `${host}:${address.port}`;
}

function timeoutError(timeoutMs: number): Error {
  return Object.assign(new Error(`no answer within ${timeoutMs} ms`), { code: "ETIMEDOUT" });
}
