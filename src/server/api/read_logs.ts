/** `GET /api/v1/logs`: lines of logs, old ones included, as a stream that the reader sets the pace of. */
import { byTime, inTurn, type LineSource, type NamedLine } from "../../logs/merge_lines.ts";
import type { ManagedProcess } from "../../engine/process.ts";
import type { LogLine } from "../../logs/log_lines.ts";
import { readParts } from "../../logs/read_parts.ts";
import type { LogRecord } from "../../model/log_documents.ts";
import { RpcFault } from "../../rpc/faults.ts";
import type { Daemon } from "../daemon.ts";
import { processesNamed } from "../lookup.ts";
import { whenGone } from "../when_gone.ts";
import { type LogQuery, readLogQuery } from "./log_query.ts";
import { type OpenLog, OpenLogs } from "./open_logs.ts";

/** What one client asked for, as far as it is under way. */
interface Reading {
  readonly daemon: Daemon;
  readonly query: LogQuery;
  opened: OpenLogs | null;
  isOver: boolean;
}

/** @throws {RpcFault} */
export function answerLogs(daemon: Daemon, request: Request): Response {
  const query = readLogQuery(new URL(request.url).searchParams, daemon.wall());
  const processes = processesNamed(daemon.supervisor, query.names);
  const reading: Reading = { daemon, query, opened: null, isOver: false };
  const records = recordsOf(reading, processes);
  const close = () => {
    reading.isOver = true;
    reading.opened?.stopFollowing();
    void records.return(undefined);
  };
  whenGone(request.signal, close);
  const encoder = new TextEncoder();
  const body = new ReadableStream<Uint8Array>({
    async pull(controller) {
      const { done, value } = await records.next();
      if (done) controller.close();
      else {controller.enqueue(encoder.encode(
          value.map((record) => `${JSON.stringify(record)}\n`).join(""),
        ));}
    },
    cancel: close,
    // Nothing is opened before somebody reads: of a HEAD request nobody does.
  }, { highWaterMark: 0 });
  return new Response(body, {
    headers: {
      "Content-Type": "application/x-ndjson",
      "Cache-Control": "no-store",
      "X-Content-Type-Options": "nosniff",
      "X-Accel-Buffering": "no",
      "Cross-Origin-Resource-Policy": "same-origin",
    },
  });
}

/** Never an empty batch: whoever asked waits for something. */
async function* recordsOf(
  reading: Reading,
  processes: readonly ManagedProcess[],
): AsyncGenerator<readonly LogRecord[]> {
  try {
    const { logs } = reading.opened = new OpenLogs(reading.daemon, processes, reading.query);
    const by_time = logs.length > 0 && logs.every((log) => log.hasTimes);
    yield [{ names: logs.map(({ name }) => name), by_time }];
    const errors: LogRecord[] = [];
    const sources = logs.map((log) => sourceOf(reading, log, errors));
    for await (const lines of by_time ? byTime(sources) : inTurn(sources)) {
      const records = [...errors.splice(0), ...lines.map(recordOf)];
      if (records.length > 0) yield records;
    }
    if (errors.length > 0) yield errors;
    yield* followed(logs);
  } catch (error) {
    yield [{ error: reasonOf(error) }];
  } finally {
    reading.opened?.close();
  }
}

function recordOf({ name, time, text }: NamedLine): LogRecord {
  return { name, time, line: text };
}

function sourceOf(reading: Reading, log: OpenLog, errors: LogRecord[]): LineSource {
  const { window, lines } = reading.query;
  const { clock } = reading.daemon.supervisor;
  async function turn(): Promise<void> {
    await new Promise<void>((resolve) => clock.after(0, resolve));
    if (reading.isOver) throw new Error("nobody reads any more");
  }
  async function* batches(): AsyncGenerator<readonly LogLine[]> {
    try {
      yield* readParts(log.parts, log.lines, { hasTimes: log.hasTimes, window, lines, turn });
    } catch (error) {
      errors.push({ error: `${log.name}: ${reasonOf(error)}` });
    }
    if (!log.follower) yield log.lines.flush();
  }
  return { name: log.name, batches: batches() };
}

/** Lines as they come, from whoever has some. Each is asked for more once it has been read. */
async function* followed(logs: readonly OpenLog[]): AsyncGenerator<readonly LogRecord[]> {
  const ready: (readonly [OpenLog, Uint8Array | undefined])[] = [];
  let wake = () => {};
  const ask = async (log: OpenLog) => {
    ready.push([log, await log.follower?.next()]);
    wake();
  };
  let open = logs.filter(({ follower }) => follower !== undefined).length;
  for (const log of logs) if (log.follower) void ask(log);
  while (open > 0) {
    const [log, bytes] = ready.shift() ?? [];
    if (!log) await new Promise<void>((resolve) => wake = resolve);
    else if (!bytes) open--;
    else {
      const lines = log.lines.push(bytes);
      void ask(log);
      if (lines.length > 0) yield lines.map((line) => recordOf({ ...line, name: log.name }));
    }
  }
}

function reasonOf(error: unknown): string {
  if (error instanceof RpcFault) return error.text;
  const { code, message } = error as Error & { code?: string };
  return code === undefined || message.includes(code) ? message : `${message} (${code})`;
}
