/** The files that programs have variables from: what they say, and why they cannot be used. */
import type { EnvironmentFile } from "../model/own_options.ts";
import { DotenvError, readDotenv } from "./dotenv.ts";

/** The kernel takes no `NAME=value` that is longer, with the NUL byte after it. */
const LONGEST_ENTRY = 128 * 1024;
const LARGEST_FILE = 1024 * 1024;

/** @see ConfigHost.readSmallFile */
export type ReadSmallFile = (path: string, most: number) => Uint8Array | undefined;

/** Why a file gives no variables. Nothing that is in the file is part of it, but for a name. */
export class VariablesError extends Error {
  override readonly name = "VariablesError";
  readonly path: string;
  /** null: it is about the whole file. */
  readonly line: number | null;

  constructor(path: string, line: number | null, message: string) {
    super(message);
    this.path = path;
    this.line = line;
  }
}

/** One of `environment_file`. @throws {VariablesError} */
export function variablesOf(
  { path, optional }: EnvironmentFile,
  read: ReadSmallFile,
): ReadonlyMap<string, string> {
  const bytes = contentOf(path, LARGEST_FILE, read, optional);
  if (bytes === undefined) return new Map();
  try {
    const variables = readDotenv(bytes);
    for (const [name, value] of variables) {
      if (isTooLong(name, new TextEncoder().encode(value))) throw tooLong(path, name);
    }
    return variables;
  } catch (error) {
    if (!(error instanceof DotenvError)) throw error;
    throw new VariablesError(path, error.line, error.message);
  }
}

/**
 * The value of one of `environment_from`: the file without the newline at its end.
 *
 * @throws {VariablesError}
 */
export function valueFrom(name: string, path: string, read: ReadSmallFile): Uint8Array {
  const bytes = contentOf(path, LONGEST_ENTRY, read) ?? new Uint8Array();
  if (bytes.includes(0)) throw new VariablesError(path, null, "has a NUL byte in it");
  const value = withoutNewline(bytes);
  if (isTooLong(name, value)) throw tooLong(path, name);
  return value;
}

function withoutNewline(bytes: Uint8Array): Uint8Array {
  if (bytes.at(-1) !== 0x0a) return bytes;
  return bytes.subarray(0, bytes.at(-2) === 0x0d ? -2 : -1);
}

/** Names are ASCII. */
function isTooLong(name: string, value: Uint8Array): boolean {
  return `${name}=`.length + value.length + 1 > LONGEST_ENTRY;
}

function tooLong(path: string, name: string): VariablesError {
  return new VariablesError(path, null, `${name} is longer than a variable may be (128 KiB)`);
}

const ABSENT: readonly unknown[] = ["ENOENT", "ENOTDIR"];

function contentOf(
  path: string,
  most: number,
  read: ReadSmallFile,
  optional = false,
): Uint8Array | undefined {
  try {
    return read(path, most);
  } catch (error) {
    const { code } = error as { code?: unknown };
    if (optional && ABSENT.includes(code)) return undefined;
    throw new VariablesError(path, null, whyUnreadable(code, most));
  }
}

function whyUnreadable(code: unknown, most: number): string {
  if (ABSENT.includes(code)) return "there is no such file";
  if (code === "NOT_A_FILE") return "is no regular file";
  if (code === "TOO_LARGE") return `is larger than ${most / 1024} KiB`;
  return `cannot be read (${code ?? "unknown error"})`;
}
