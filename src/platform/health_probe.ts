/** Asking a program over the network how it is. Each question has one answer, in bounded time. */
import http from "node:http";
import net from "node:net";
import type { HttpTarget, TcpTarget } from "../model/health.ts";
import { errorCode } from "./errno.ts";

export interface ProbeResult {
  readonly ok: boolean;
  /** Why not; empty where there is nothing to say. */
  readonly output: string;
}

type Done = (result: ProbeResult) => void;

/** What of an answer is kept as the reason for a failure. */
const KEPT_CHARS = 1024;

const REASONS: Readonly<Record<string, string>> = {
  ECONNREFUSED: "connection refused",
  ECONNRESET: "the connection was closed without an answer",
  ENOENT: "there is no such socket",
  ENOTFOUND: "there is no such host",
  EACCES: "permission denied",
  EHOSTUNREACH: "the host cannot be reached",
};

function reasonOf(error: Error & { errors?: readonly unknown[] }): string {
  // A name with several addresses fails with several errors.
  const code = errorCode(error) ?? errorCode(error.errors?.[0]);
  return (code && REASONS[code]) ?? (error.message || code || String(error));
}

/**
 * @param begin Starts the work, and returns what ends it; `finish` is not to be called before.
 * @returns Gives up: `done` is not called any more.
 */
function bounded(
  timeoutMs: number,
  done: Done,
  begin: (finish: (ok: boolean, output?: string) => void) => () => void,
): () => void {
  let isOver = false;
  const end = () => {
    isOver = true;
    clearTimeout(timer);
    stop();
  };
  const finish = (ok: boolean, output = "") => {
    if (isOver) return;
    end();
    done({ ok, output });
  };
  const late = () => finish(false, `no answer within ${timeoutMs / 1000} seconds`);
  const timer = setTimeout(late, timeoutMs);
  const stop = begin(finish);
  return () => {
    if (!isOver) end();
  };
}

/** Passes if a connection is accepted. */
export function probeTcp(target: TcpTarget, timeoutMs: number, done: Done): () => void {
  return bounded(timeoutMs, done, (finish) => {
    const socket = net.connect({ host: target.host, port: target.port });
    socket.once("connect", () => finish(true));
    socket.on("error", (error) => finish(false, reasonOf(error)));
    return () => socket.destroy();
  });
}

/** Passes for statuses from 200 to 399. A redirect is an answer, and not followed. */
export function probeHttp(target: HttpTarget, timeoutMs: number, done: Done): () => void {
  return bounded(timeoutMs, done, (finish) => {
    let isStopped = false;
    let request: http.ClientRequest | undefined;
    void requester(target).then((make) => {
      if (isStopped) return;
      request = make(optionsFor(target), (reply) => judge(reply, finish));
      request.on("error", (error) => finish(false, reasonOf(error)));
      request.end();
    }).catch((error) => finish(false, reasonOf(error)));
    return () => {
      isStopped = true;
      request?.destroy();
    };
  });
}

/** TLS is loaded for those who use it. */
async function requester({ secure }: HttpTarget): Promise<typeof http.request> {
  return secure ? (await import("node:https")).request : http.request;
}

function optionsFor({ address, path, credentials }: HttpTarget): http.RequestOptions {
  const isSocket = "socket" in address;
  return {
    ...(isSocket ? { socketPath: address.socket } : { host: address.host, port: address.port }),
    path,
    agent: false,
    headers: { "User-Agent": "visor", ...(isSocket ? { Host: "localhost" } : {}) },
    ...(credentials === null ? {} : { auth: credentials }),
  };
}

function judge(reply: http.IncomingMessage, finish: (ok: boolean, output?: string) => void): void {
  const status = reply.statusCode ?? 0;
  if (status >= 200 && status < 400) return finish(true);
  const head = `HTTP ${status} ${reply.statusMessage ?? ""}`.trim();
  let body = "";
  const fail = () => finish(false, (body === "" ? head : `${head}: ${body}`).slice(0, KEPT_CHARS));
  reply.setEncoding("utf8");
  reply.on("data", (piece: string) => {
    body += piece;
    if (body.length >= KEPT_CHARS) fail();
  });
  reply.on("end", fail);
  reply.on("error", fail);
}
