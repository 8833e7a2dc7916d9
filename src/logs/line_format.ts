/** How a line of output is written to a log that says when it came, and from whom. */
import type { Channel } from "../model/config.ts";
import { DEFAULT_PREFIX, type PrefixName, readPrefix } from "../model/log_prefix.ts";
import type { LogTimestamps, OwnProgramOptions } from "../model/own_options.ts";
import { formatInstant } from "./instant.ts";

/** Where lines come from. */
export interface LineOrigin {
  readonly group: string;
  readonly program: string;
  readonly channel: Channel;
  readonly pid: number;
}

/** A line in parts, its line feed among them. */
export type WriteLine = (line: Uint8Array, isWhole: boolean) => readonly Uint8Array[];

/** How the lines of one moment are written. */
export type LineFormat = (wall: number, origin: LineOrigin) => WriteLine;

type FormatOptions = Pick<OwnProgramOptions, "log_format" | "log_timestamps" | "log_prefix">;

/** null: as they are. */
export function lineFormat(
  { log_format, log_timestamps, log_prefix }: FormatOptions,
): LineFormat | null {
  const timestamps = log_timestamps ?? "utc";
  if (log_format === "prefixed") return prefixed(timestamps, log_prefix ?? DEFAULT_PREFIX);
  return log_format === "json" ? json(timestamps) : null;
}

/** Whether lines can be told apart by their times when they are read back. */
export function hasTimes({ log_format, log_timestamps }: FormatOptions): boolean {
  return log_format === "json" || (log_format === "prefixed" && log_timestamps !== "none");
}

const encoder = new TextEncoder();
const LINE_FEED = encoder.encode("\n");

function prefixed(timestamps: LogTimestamps, template: string): LineFormat {
  const { parts } = readPrefix(template);
  return (wall, origin) => {
    const name = parts.map((part) => typeof part === "string" ? part : fill(part.name, origin));
    const words = [formatInstant(wall, timestamps), name.join("")];
    const head = encoder.encode(
      words.filter((word) => word !== "").map((word) => `${word} `).join(""),
    );
    return (line) => [head, line, LINE_FEED];
  };
}

function fill(name: PrefixName, origin: LineOrigin): string {
  return String(origin[name]);
}

/** Only what is no UTF-8 is told in another way, too: its message has U+FFFD where it is none. */
function json(timestamps: LogTimestamps): LineFormat {
  return (wall, { group, program, pid, channel }) => {
    const common = { time: formatInstant(wall, timestamps), group, program, pid, channel };
    const head = encoder.encode(`${JSON.stringify(common).slice(0, -1)},"message":`);
    return (line, isWhole) => {
      if (isWhole && needsNoEscape(line)) return [head, QUOTE, line, QUOTE_AND_END];
      const { text, isExact } = decode(line);
      const partial = isWhole ? "" : ',"partial":true';
      const raw = isExact ? "" : `,"raw":"${base64(line)}"`;
      return [head, encoder.encode(`${JSON.stringify(text)}${partial}${raw}}\n`)];
    };
  };
}

const QUOTE = encoder.encode('"');
const QUOTE_AND_END = encoder.encode('"}\n');

/** Most lines are such, and take half the time. */
function needsNoEscape(line: Uint8Array): boolean {
  for (let i = 0; i < line.length; i++) {
    const byte = line[i]!;
    if (byte < 0x20 || byte > 0x7e || byte === 0x22 || byte === 0x5c) return false;
  }
  return true;
}

const strict = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
const lenient = new TextDecoder("utf-8", { ignoreBOM: true });

function decode(line: Uint8Array): { readonly text: string; readonly isExact: boolean } {
  try {
    return { text: strict.decode(line), isExact: true };
  } catch {
    return { text: lenient.decode(line), isExact: false };
  }
}

function base64(bytes: Uint8Array): string {
  let text = "";
  for (const byte of bytes) text += String.fromCharCode(byte);
  return btoa(text);
}
