/** `%(name)s` in values: the part of Python's %-formatting that configurations use. */
import type { Names, NameValue } from "./names.ts";
import { BadValue, show } from "./problems.ts";
import { nearest } from "./suggest.ts";
import { quote } from "./text.ts";

/**
 * Replaces each `%(name)…` by its value, and `%%` by `%`. What is put in is not looked at again.
 *
 * @param label How messages call the option, e.g. `program:web.command`.
 * @throws {BadValue} `BAD_EXPANSION` for a name that is not known here, or bad formatting. A
 * conversion without a name (`%s`) is bad formatting; Python would print every name there is.
 * @see spec/config.md §3
 */
export function expand(text: string, names: Names, label: string): string {
  if (!text.includes("%")) return text;
  const parts: string[] = [];
  let from = 0;
  for (let at = text.indexOf("%"); at >= 0; at = text.indexOf("%", from)) {
    parts.push(text.slice(from, at));
    if (text[at + 1] === "%") {
      parts.push("%");
      from = at + 2;
      continue;
    }
    try {
      const conversion = readConversion(text, at, names);
      parts.push(convert(conversion, text));
      from = conversion.end;
    } catch (error) {
      throw error instanceof FormatFault ? badExpansion(error, text, names, label, at) : error;
    }
  }
  parts.push(text.slice(from));
  return parts.join("");
}

/** What is wrong with one conversion: either a name, or how it is written. */
class FormatFault extends Error {
  readonly unknownName: string | undefined;
  constructor(reason: string, unknownName?: string) {
    super(reason);
    this.unknownName = unknownName;
  }
}

function badExpansion(
  fault: FormatFault,
  text: string,
  names: Names,
  label: string,
  offset: number,
): BadValue {
  const start = `Format string ${quote(text)} for ${quote(label)}`;
  const line = show(lineAt(text, offset));
  const { unknownName } = fault;
  if (unknownName === undefined) {
    const detail = `expected %(name)s, or %% for a percent sign, got ${line}: ${fault.message}`;
    const message = `${start} is badly formatted: ${fault.message}`;
    return new BadValue(message, detail, "BAD_EXPANSION", offset);
  }
  const known = names.list();
  const message = `${start} contains names (${quote(unknownName)}) which cannot be expanded. ` +
    `Available names: ${known.join(", ")}`;
  const detail = `expected a known name, got ${show(unknownName)} in ${line}; ` +
    knownNames(unknownName, known);
  return new BadValue(message, detail, "BAD_EXPANSION", offset);
}

/** The environment has too many names to list. */
function knownNames(wanted: string, known: readonly string[]): string {
  const near = nearest(wanted, known);
  if (near !== undefined) return `did you mean ${near}?`;
  if (wanted.startsWith("ENV_")) return `the environment has no ${wanted.slice("ENV_".length)}`;
  const own = known.filter((name) => !name.startsWith("ENV_"));
  return `known here: ${[...own, "ENV_… for the environment"].join(", ")}`;
}

function lineAt(text: string, offset: number): string {
  const start = text.lastIndexOf("\n", offset) + 1;
  const end = text.indexOf("\n", offset);
  return text.slice(start, end < 0 ? text.length : end);
}

/** One `%(name)<flags><width><.precision><type>`, between `%` and `end`. */
interface Conversion {
  /** Of the name; undefined without one. */
  readonly value: NameValue | undefined;
  readonly flags: string;
  readonly width: number;
  readonly precision: number | undefined;
  readonly type: string;
  readonly end: number;
}

const AFTER_NAME = /([-+ #0]*)(\d*)(?:(\.)(\d*))?[hlL]?/y;

function readConversion(text: string, percent: number, names: Names): Conversion {
  const name = text[percent + 1] === "(" ? readName(text, percent + 2) : undefined;
  const value = name === undefined ? undefined : names.get(name);
  if (name !== undefined && value === undefined) throw new FormatFault("unknown name", name);
  AFTER_NAME.lastIndex = percent + 1 + (name === undefined ? 0 : name.length + 2);
  const [, flags, width, point, precision] = AFTER_NAME.exec(text)!;
  const at = AFTER_NAME.lastIndex;
  if (at >= text.length) throw new FormatFault("incomplete format");
  const type = String.fromCodePoint(text.codePointAt(at)!);
  return {
    value,
    flags: flags!,
    width: size(width!, "width"),
    precision: point === undefined ? undefined : size(precision!, "precision"),
    type,
    end: at + type.length,
  };
}

/** A name may hold pairs of parentheses. */
function readName(text: string, start: number): string {
  let depth = 1;
  for (let i = start; i < text.length; i++) {
    if (text[i] === "(") depth++;
    else if (text[i] === ")" && --depth === 0) return text.slice(start, i);
  }
  throw new FormatFault("incomplete format key");
}

const LARGEST_SIZE = 100_000;

/** A value is never so long; without a limit `%(here)999999999s` fills the memory. */
function size(digits: string, what: string): number {
  const number = Number(digits);
  if (number > LARGEST_SIZE) throw new FormatFault(`${what} too big`);
  return number;
}

function convert(conversion: Conversion, text: string): string {
  const { value, type } = conversion;
  switch (type) {
    case "s":
      return padText(String(given(value)), conversion);
    case "r":
    case "a":
      return padText(literal(given(value)), conversion);
    case "d":
    case "i":
    case "u":
      return padNumber(whole(value, type, "a real number"), 10, "", conversion);
    case "o":
      return padNumber(whole(value, type, "an integer"), 8, "0o", conversion);
    case "x":
      return padNumber(whole(value, type, "an integer"), 16, "0x", conversion);
    case "X":
      return padNumber(whole(value, type, "an integer"), 16, "0x", conversion).toUpperCase();
    default:
      throw unsupported(conversion, text);
  }
}

function given(value: NameValue | undefined): NameValue {
  if (value !== undefined) return value;
  throw new FormatFault("not enough arguments for format string");
}

function literal(value: NameValue): string {
  return typeof value === "number" ? String(value) : quote(value);
}

/** The index counts characters, not UTF-16 units. */
function unsupported({ type, end }: Conversion, text: string): FormatFault {
  const code = type.codePointAt(0)!;
  const shown = code >= 0x1f && code <= 0x7e ? type : "?";
  const index = [...text.slice(0, end)].length - 1;
  const where = `(0x${code.toString(16)}) at index ${index}`;
  return new FormatFault(`unsupported format character '${shown}' ${where}`);
}

/** Without a name Python would format all names at once, which it calls a dict. */
function whole(value: NameValue | undefined, type: string, expected: string): number {
  if (typeof value === "number") return value;
  const found = value === undefined ? "dict" : "str";
  throw new FormatFault(`%${type} format: ${expected} is required, not ${found}`);
}

function padText(text: string, { flags, width, precision }: Conversion): string {
  const cut = precision === undefined ? text : [...text].slice(0, precision).join("");
  return pad(cut, width, flags);
}

function padNumber(
  value: number,
  radix: number,
  prefix: string,
  { flags, width, precision }: Conversion,
): string {
  const minus = flags.includes(" ") ? " " : "";
  const sign = value < 0 ? "-" : flags.includes("+") ? "+" : minus;
  const start = sign + (flags.includes("#") ? prefix : "");
  const digits = Math.abs(value).toString(radix).padStart(precision ?? 0, "0");
  const zeros = flags.includes("0") && !flags.includes("-");
  const number = start + (zeros ? digits.padStart(width - start.length, "0") : digits);
  return pad(number, width, flags);
}

/** Width counts characters, so a pair of surrogates takes one place. */
function pad(text: string, width: number, flags: string): string {
  const missing = " ".repeat(Math.max(0, width - [...text].length));
  return flags.includes("-") ? text + missing : missing + text;
}
