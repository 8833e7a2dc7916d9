/** What a value may be. Every function throws {@link BadValue} for what it cannot read. */
import type { Autorestart, LogLevel } from "../model/config.ts";
import { parseDuration } from "../model/duration.ts";
import type { ExitOn } from "../model/own_options.ts";
import { signalNumber } from "../model/signal.ts";
import { BadValue, show } from "./problems.ts";
import { quote, trim } from "./text.ts";

const DECIMAL = /^[+-]?\d+(?:_\d+)*$/;
const OCTAL = /^([+-]?)(?:0[oO]_?)?([0-7]+(?:_[0-7]+)*)$/;

/** A whole number as Python writes them: `10`, `+1_000`, blanks around. @see spec/config.md §6 */
export function integer(text: string): number {
  const number = parseInteger(text);
  if (number !== undefined) return number;
  const message = `invalid literal for int() with base 10: ${quote(text)}`;
  throw new BadValue(message, `expected a whole number, got ${show(text)}`);
}

/** Numbers past what a double holds exactly are cut off there: they are meant as "endless". */
function parseInteger(text: string): number | undefined {
  const trimmed = trim(text);
  if (!DECIMAL.test(trimmed)) return undefined;
  const number = Number(trimmed.replaceAll("_", ""));
  const limit = Number.MAX_SAFE_INTEGER;
  return Math.max(-limit, Math.min(limit, number)) + 0;
}

/** @see spec/config.md §6 */
export function boolean(text: string): boolean {
  const value = truth(text);
  if (value !== undefined) return value;
  const detail = `expected true or false (or yes, no, on, off, 1, 0), got ${show(text)}`;
  throw new BadValue(`not a valid boolean value: ${quote(text)}`, detail);
}

function truth(text: string): boolean | undefined {
  const word = text.toLowerCase();
  if (["yes", "true", "on", "1"].includes(word)) return true;
  return ["no", "false", "off", "0"].includes(word) ? false : undefined;
}

const UNITS: ReadonlyMap<string, number> = new Map([
  ["kb", 1024],
  ["mb", 1024 ** 2],
  ["gb", 1024 ** 3],
]);

/** A size in bytes: `50MB`, `10 kb`, `0`. @see spec/config.md §6 */
export function byteSize(text: string): number {
  const lower = text.toLowerCase();
  const unit = UNITS.get(lower.slice(-2));
  const digits = unit === undefined ? lower : lower.slice(0, -2);
  const number = parseInteger(digits);
  if (number !== undefined) return number * (unit ?? 1);
  const message = `invalid literal for int() with base 10: ${quote(digits)}`;
  const detail = `expected a whole number of bytes, or of KB, MB or GB, got ${show(text)}`;
  throw new BadValue(message, detail);
}

/** A mode or umask: `022`, `0o22`. @see spec/config.md §6 */
export function octal(text: string): number {
  const match = OCTAL.exec(trim(text));
  if (match) return (match[1] === "-" ? -1 : 1) * parseInt(match[2]!.replaceAll("_", ""), 8) + 0;
  const message = `${text} can not be converted to an octal type`;
  throw new BadValue(message, `expected an octal number such as 0700, got ${show(text)}`);
}

/** Exit statuses between commas; an empty list expects none. @see spec/config.md §6 */
export function exitCodes(text: string): number[] {
  if (text === "") return [];
  const codes = text.split(",").map(parseInteger);
  const valid = codes.filter((code) => code !== undefined && code >= 0 && code <= 255);
  if (valid.length === codes.length) return valid as number[];
  const message = `not a valid list of exit codes: ${quote(text)}`;
  throw new BadValue(message, `expected numbers from 0 to 255 between commas, got ${show(text)}`);
}

/** @returns The signal's number. @see spec/config.md §6 */
export function signal(text: string): number {
  const number = parseInteger(text);
  const known = signalNumber(number === undefined ? text : String(number));
  if (known !== undefined) return known;
  const kind = number === undefined ? "name" : "number";
  const message = `value ${quote(text)} is not a valid signal ${kind}`;
  throw new BadValue(message, `expected a signal such as TERM, SIGHUP or 9, got ${show(text)}`);
}

/** @see spec/config.md §6 */
export function autorestart(text: string): Autorestart {
  const value = text.toLowerCase() === "unexpected" ? "unexpected" : truth(text);
  if (value !== undefined) return value;
  const message = `invalid 'autorestart' value ${quote(text.toLowerCase())}`;
  throw new BadValue(message, `expected true, false or unexpected, got ${show(text)}`);
}

/** A word out of a few, in any case. */
export function oneOf<T extends string>(
  option: string,
  words: readonly T[],
): (text: string) => T {
  return (text) => {
    const found = words.find((word) => word === trim(text).toLowerCase());
    if (found !== undefined) return found;
    const detail = `expected one of ${words.join(", ")}, got ${show(text)}`;
    throw new BadValue(`invalid '${option}' value ${quote(text)}`, detail);
  };
}

/** A duration in seconds; undefined for what is none. */
export function parseSeconds(text: string): number | undefined {
  return parseDuration(trim(text));
}

/** @throws {BadValue} */
export function seconds(option: string, text: string): number {
  const value = parseSeconds(text);
  if (value !== undefined) return value;
  const detail = `expected seconds such as 5, 0.5 or 2m, got ${show(text)}`;
  throw new BadValue(`invalid '${option}' value ${quote(text)}`, detail);
}

/** An option of ours. */
export const exitOn = oneOf<ExitOn>("exit_on", ["fatal", "exit", "none"]);

const LEVELS: readonly LogLevel[] = [
  "critical",
  "error",
  "warn",
  "info",
  "debug",
  "trace",
  "blather",
];

/** @see spec/config.md §6 */
export function logLevel(text: string): LogLevel {
  const level = LEVELS.find((known) => known === text.toLowerCase());
  if (level) return level;
  const message = `bad logging level name ${quote(text)}`;
  throw new BadValue(message, `expected one of ${LEVELS.join(", ")}, got ${show(text)}`);
}

/**
 * The name of a program, group or process, trimmed.
 *
 * Supervisor takes an empty one, which nothing could address later; we refuse it.
 *
 * @see spec/config.md §6 and §8
 */
export function nameOf(text: string): string {
  const name = trim(text);
  const bad = [" ", ":", "/"].find((char) => name.includes(char));
  if (bad !== undefined) {
    const message = `Invalid name: ${quote(text)} because of character: ${quote(bad)}`;
    const detail = `expected a name without blanks, colons and slashes, got ${show(name)}`;
    throw new BadValue(message, detail, "BAD_NAME");
  }
  if (name !== "") return name;
  throw new BadValue(
    "Invalid name: '' because it is empty",
    "expected a name, got none",
    "BAD_NAME",
  );
}

/** Items between commas, trimmed; empty items stay. @see spec/config.md §6 */
export function list(text: string): string[] {
  return text === "" ? [] : text.split(",").map(trim);
}

/** An address to listen on; an empty host is every interface. @see spec/config.md §6 */
export function inetAddress(text: string): { host: string; port: number } {
  const colon = text.lastIndexOf(":");
  const detail = `expected a port from 1 to 65535, or host:port, got ${show(text)}`;
  if (colon < 0) {
    const port = parseInteger(text);
    if (port !== undefined && port >= 1 && port <= 65535) return { host: "", port };
    throw new BadValue(`not a valid port number: ${quote(text)} `, detail);
  }
  const digits = text.slice(colon + 1);
  if (digits === "") throw new BadValue("no port number specified in ''", detail);
  const host = text.slice(0, colon).toLowerCase();
  return { host: host === "*" ? "" : host, port: portNumber(digits, detail) };
}

/** @param detail What to tell the author of the whole address. */
export function portNumber(text: string, detail: string): number {
  const port = parseInteger(text);
  const bounds = port === undefined
    ? `invalid literal for int() with base 10: ${quote(text)}`
    : port < 1
    ? `${port} is below lower bound (1)`
    : `${port} is above upper bound (65535)`;
  if (port === undefined || port < 1 || port > 65535) throw new BadValue(bounds, detail);
  return port;
}

const URL_START = /^[a-z][a-z0-9+.-]*:(?:\/\/[^?#]|(?!\/\/)[^?#])/i;

/** An address with a scheme and a host or path, unchanged. @see spec/ctl.md §1, `-s` */
export function url(text: string): string {
  if (URL_START.test(text)) return text;
  const detail = `expected http://host:port or unix:///path, got ${show(text)}`;
  throw new BadValue(`value ${quote(text)} is not a URL`, detail);
}
