/** `logs`, a verb of visor's own: logs with their old ones, of one process or several. */
import type { LogRecord } from "../model/log_documents.ts";
import { errorCode } from "./connection_error.ts";
import { EXIT } from "./exit_status.ts";
import { expandNames } from "./expand_names.ts";
import { watchInterrupt } from "./follow.ts";
import { type LogRequest, readLogRequest } from "./log_request.ts";
import type { Session } from "./session.ts";
import { upcheck } from "./upcheck.ts";
import { misuse, type Verb } from "./verb.ts";

export const logs: Verb = {
  name: "logs",
  takes: "processes",
  options: ["--since", "--until", "--lines", "--grep", "--stderr", "-f", "--json"],
  help: [
    ["logs <name>", "Show a process's stdout log, rotated and compressed ones first"],
    ["logs <name> <gname>:*", "Those of several; by time where their lines have times"],
    ["logs all", "Those of all processes"],
    ["--since 10m, --until TIME", "Only what was written in that time"],
    ["", "Lines of a log with log_format=json or prefixed are told apart by their times."],
    ["", "Those of any other have none: its files are left out whole, by when they were"],
    ["", "written last, so lines from outside that time may be shown"],
    ["--lines N", "Only the last lines of each process, before --grep"],
    ["--grep RE", "Only lines that match a regular expression of JavaScript"],
    ["--stderr", "The stderr logs instead"],
    ["-f", "Go on with what comes, until Ctrl-C"],
    ["--json", "Each line as a JSON object"],
  ],
  async run(session, _args, words) {
    const request = readLogRequest(words, session.io.clock.wall());
    if ("error" in request) return misuse(session, logs, request.error, EXIT.USAGE);
    if (!await upcheck(session)) return;
    if (!await expand(session, request.query)) return;
    // A pattern that never comes to an end would keep us from hearing of Ctrl-C, too.
    if (!request.follow || request.grep) return await show(session, request, new Promise(() => {}));
    const interrupt = watchInterrupt(session);
    try {
      await show(session, request, interrupt.happened);
      if (interrupt.isOver() && !request.isJson) session.print("");
    } finally {
      interrupt.end();
    }
  },
};

/** The names of a query, where they have wildcards. @returns false if there is nothing to show. */
async function expand(session: Session, query: URLSearchParams): Promise<boolean> {
  const words = query.getAll("name");
  const names = await expandNames(session, words);
  if (names === words) return true;
  query.delete("name");
  if (!names?.includes("all")) { for (const name of names ?? []) query.append("name", name); }
  return names !== undefined && names.length > 0;
}

async function show(session: Session, request: LogRequest, until: Promise<unknown>): Promise<void> {
  const stream = await session.daemon.openLogs(request.query);
  const pieces = stream[Symbol.asyncIterator]();
  const ended = until.then(() => undefined);
  const printer = new LogPrinter(session, request);
  const decoder = new TextDecoder();
  let rest = "";
  try {
    for (;;) {
      const piece = await Promise.race([nextOf(pieces), ended]);
      if (piece === undefined) return;
      const lines = (rest + decoder.decode(piece, { stream: true })).split("\n");
      rest = lines.pop()!;
      printer.print(lines);
    }
  } finally {
    pieces.return?.();
  }
}

/** undefined at the end, also where the daemon went away. */
async function nextOf(pieces: AsyncIterator<Uint8Array>): Promise<Uint8Array | undefined> {
  try {
    const { done, value } = await pieces.next();
    return done ? undefined : value;
  } catch (error) {
    if (errorCode(error) === undefined) throw error;
  }
}

/** A name is put before lines where they would not tell it: of several processes, without times. */
class LogPrinter {
  readonly #session: Session;
  readonly #request: LogRequest;
  #width = 0;

  constructor(session: Session, request: LogRequest) {
    this.#session = session;
    this.#request = request;
  }

  /** @param lines Each a {@link LogRecord}. */
  print(lines: readonly string[]): void {
    this.#session.io.stdout(lines.map((line) => this.#text(JSON.parse(line))).join(""));
  }

  #text(record: LogRecord): string {
    if ("names" in record) {
      const isNamed = record.names.length > 1 && !record.by_time;
      this.#width = isNamed ? Math.max(...record.names.map((name) => name.length)) : 0;
      return "";
    }
    if ("error" in record) {
      this.#session.io.stderr(`ERROR: ${record.error}\n`);
      this.#session.exitStatus = EXIT.GENERIC;
      return "";
    }
    const { grep, isJson } = this.#request;
    if (grep && !grep.test(record.line)) return "";
    if (isJson) return `${JSON.stringify(record)}\n`;
    const name = this.#width === 0 ? "" : `${record.name.padEnd(this.#width)} | `;
    return `${name}${record.line}\n`;
  }
}
