/** Logs as they grow: `tail -f`, `maintail -f`, and the output that `fg` shows. @see spec/ctl.md §4 */
import type { HttpResponse } from "../platform/http_request.ts";
import { errorCode } from "./connection_error.ts";
import type { Session } from "./session.ts";

export const HOW_TO_LEAVE = "==> Press Ctrl-C to exit <==";

export const MAIN_LOG_PATH = "/mainlogtail";

export function processLogPath(name: string, channel: "stdout" | "stderr"): string {
  return `/logtail/${encodeURIComponent(name)}/${channel}`;
}

/** Shows a log until Ctrl-C, or until the daemon ends the stream. */
export async function follow(session: Session, path: string, shown = path): Promise<void> {
  session.print(HOW_TO_LEAVE);
  const interrupt = watchInterrupt(session);
  try {
    await copyLog(session, { path, shown, until: interrupt.happened });
    if (interrupt.isOver()) session.print("");
  } finally {
    interrupt.end();
  }
}

export interface Interrupt {
  readonly happened: Promise<void>;
  isOver(): boolean;
  end(): void;
}

/** Takes Ctrl-C for ourselves until `end`. */
export function watchInterrupt(session: Session): Interrupt {
  let over = false;
  let end = () => {};
  const happened = new Promise<void>((resolve) => {
    end = session.io.onInterrupt(() => {
      over = true;
      resolve();
    });
  });
  return { happened, isOver: () => over, end: () => end() };
}

export interface CopyRequest {
  readonly path: string;
  /** How an error message names it. */
  readonly shown: string;
  /** Ends the copying when it settles. */
  readonly until: Promise<unknown>;
}

/** Prints a stream as it comes. A stream that cannot be had is told on stderr, as supervisorctl does. */
export async function copyLog(session: Session, request: CopyRequest): Promise<void> {
  const { path, shown, until } = request;
  const reply = await session.daemon.openStream(path);
  if (reply.status !== 200) {
    session.io.stderr(`${session.serverurl}${shown} Cannot read, status code ${reply.status}\n`);
    return;
  }
  const decoder = new TextDecoder();
  const print = (piece: Uint8Array) => session.io.stdout(decoder.decode(piece, { stream: true }));
  await readPieces(reply, until, print);
}

/** Hands on what a stream brings, until it ends, the daemon goes away, or `until` settles. */
export async function readPieces(
  { body }: HttpResponse,
  until: Promise<unknown>,
  take: (piece: Uint8Array) => void,
): Promise<void> {
  const pieces = body[Symbol.asyncIterator]();
  const ended = until.then(() => undefined);
  try {
    for (;;) {
      const piece = await Promise.race([nextOf(pieces), ended]);
      if (piece === undefined) return;
      take(piece);
    }
  } finally {
    pieces.return?.();
  }
}

/** undefined at the end, also where the daemon went away. */
async function nextOf(
  pieces: AsyncIterator<HttpResponse["body"] extends AsyncIterable<infer T> ? T : never>,
): Promise<Uint8Array | undefined> {
  try {
    const { done, value } = await pieces.next();
    return done ? undefined : value;
  } catch (error) {
    if (errorCode(error) === undefined) throw error;
  }
}
