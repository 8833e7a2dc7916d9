/** What `logs` was asked for. */
import { type BadWords, readDurationMs, readVerbWords } from "./verb_options.ts";

export interface LogRequest {
  readonly query: URLSearchParams;
  readonly grep: RegExp | null;
  readonly follow: boolean;
  /** Lines as the JSON API has them. */
  readonly isJson: boolean;
}

const OPTIONS = {
  since: "value",
  until: "value",
  grep: "value",
  lines: "value",
  n: "value",
  stderr: "flag",
  f: "flag",
  follow: "flag",
  json: "flag",
} as const;

/** @param wall Milliseconds since 1970. */
export function readLogRequest(words: readonly string[], wall: number): LogRequest | BadWords {
  const read = readVerbWords(words, OPTIONS);
  if ("error" in read) return read;
  const { names, options } = read;
  if (names.length === 0) return { error: "Error: logs requires a process name" };
  const query = new URLSearchParams();
  if (!names.includes("all")) { for (const name of names) query.append("name", name); }
  if (options.has("stderr")) query.set("channel", "stderr");
  for (const option of ["since", "until"] as const) {
    const text = options.get(option);
    if (text === undefined) continue;
    const moment = readMoment(text, wall);
    if (moment === undefined) return { error: badMoment(option, text) };
    query.set(option, moment);
  }
  const lines = options.get("lines") ?? options.get("n");
  if (lines !== undefined && !/^\d{1,9}$/.test(lines)) {
    return { error: `Error: --lines: expected a number of lines, got "${lines}"` };
  }
  if (lines !== undefined) query.set("lines", lines);
  const follow = options.has("f") || options.has("follow");
  if (follow && options.has("until")) return { error: "Error: --until ends what -f goes on with" };
  if (follow) query.set("follow", "1");
  const grep = readPattern(options.get("grep"));
  return grep instanceof SyntaxError
    ? { error: `Error: --grep: ${grep.message}` }
    : { query, grep, follow, isJson: options.has("json") };
}

function readPattern(text: string | undefined): RegExp | SyntaxError | null {
  try {
    return text === undefined ? null : new RegExp(text);
  } catch (error) {
    return error as SyntaxError;
  }
}

const CLOCK = /^\d\d:\d\d(:\d\d)?$/;
const DATE = /^\d{4}-\d\d-\d\d$/;
const INSTANT = /^\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d([.,]\d{1,3})?)?(Z|[+-]\d\d:\d\d)?$/;

/**
 * A moment for the daemon: so long ago by its own clock, or a time. Without a zone it is a local
 * time of whoever asks; without a date, one of today.
 */
function readMoment(text: string, wall: number): string | undefined {
  const ago = readDurationMs(text);
  if (ago !== undefined) return `-${Math.round(ago)}`;
  const time = CLOCK.test(text)
    ? `${today(wall)}T${text}`
    : DATE.test(text)
    ? `${text}T00:00`
    : INSTANT.test(text)
    ? text.replace(" ", "T").replace(",", ".")
    : "";
  const moment = Date.parse(time);
  return Number.isNaN(moment) || moment < 0 ? undefined : String(moment);
}

function today(wall: number): string {
  const now = new Date(wall);
  const two = (n: number) => String(n).padStart(2, "0");
  return `${now.getFullYear()}-${two(now.getMonth() + 1)}-${two(now.getDate())}`;
}

function badMoment(option: string, text: string): string {
  return `Error: --${option}: expected a duration such as 10m, or a time such as 15:30, ` +
    `2026-11-22, "2026-11-22 15:30:00" or 2026-11-22T14:30:00Z, got "${text}"`;
}
