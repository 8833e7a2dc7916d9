/**
 * Calls into a C library, the same way on Deno and on Bun.
 *
 * Addresses are plain numbers: user space ends far below 2^53.
 */

import { bytesOf } from "./byte_text.ts";

export type NativeType = "i32" | "u32" | "i64" | "u64" | "buffer" | "void";

export interface NativeSignature {
  readonly parameters: readonly NativeType[];
  readonly result: NativeType;
}

export type NativeArgument = number | Uint8Array | null;

export type NativeFunction = (...args: NativeArgument[]) => number;

type Symbols = Readonly<Record<string, NativeSignature>>;

export type Library<T extends Symbols> = { readonly [Name in keyof T]: NativeFunction };

interface BunFfi {
  dlopen(
    path: string,
    symbols: Record<string, { args: string[]; returns: string }>,
  ): { symbols: Record<string, (...args: unknown[]) => unknown> };
  ptr(bytes: Uint8Array): number;
}

interface DenoFfi {
  dlopen(
    path: string,
    symbols: Record<string, { parameters: string[]; result: string }>,
  ): { symbols: Record<string, (...args: unknown[]) => unknown> };
  UnsafePointer: { of(bytes: Uint8Array): unknown; value(pointer: unknown): bigint | number };
}

const bun = (globalThis as { Bun?: { FFI: BunFfi } }).Bun?.FFI;
const deno = (globalThis as { Deno?: DenoFfi }).Deno;

const BUN_TYPES: Record<NativeType, string> = {
  i32: "i32",
  u32: "u32",
  i64: "i64_fast",
  u64: "u64_fast",
  buffer: "ptr",
  void: "void",
};

/** This machine does not let us call what we cannot work without. */
export class LibraryError extends Error {
  override readonly name = "LibraryError";
}

/**
 * Opens the first library of the list that is there.
 *
 * @throws {LibraryError} if none of them can be loaded or a symbol is missing from it.
 */
export function openLibrary<T extends Symbols>(paths: readonly string[], symbols: T): Library<T> {
  const failures: string[] = [];
  for (const path of paths) {
    try {
      return bun ? openWithBun(bun, path, symbols) : openWithDeno(path, symbols);
    } catch (error) {
      failures.push(`${path}: ${(error as Error).message}`);
    }
  }
  throw new LibraryError(`Cannot load the C library: ${failures.join("; ")}`);
}

function openWithBun<T extends Symbols>(ffi: BunFfi, path: string, symbols: T): Library<T> {
  const wanted: Record<string, { args: string[]; returns: string }> = {};
  for (const [name, { parameters, result }] of Object.entries(symbols)) {
    wanted[name] = { args: parameters.map((type) => BUN_TYPES[type]), returns: BUN_TYPES[result] };
  }
  const opened = ffi.dlopen(path, wanted);
  return opened.symbols as Library<T>;
}

function openWithDeno<T extends Symbols>(path: string, symbols: T): Library<T> {
  if (!deno) throw new Error("neither Bun nor Deno runs this program");
  const wanted: Record<string, { parameters: string[]; result: string }> = {};
  for (const [name, { parameters, result }] of Object.entries(symbols)) {
    wanted[name] = { parameters: [...parameters], result };
  }
  const opened = deno.dlopen(path, wanted).symbols;
  const library: Record<string, NativeFunction> = {};
  for (const [name, { parameters, result }] of Object.entries(symbols)) {
    const call = opened[name]!;
    const wide = parameters.some((type) => type === "i64" || type === "u64");
    library[name] = wide
      ? (...args) => Number(call(...args.map((arg, i) => widen(arg, parameters[i]!))))
      : result === "void"
      ? (call as NativeFunction)
      : (...args) => Number(call(...args));
  }
  return library as Library<T>;
}

function widen(arg: NativeArgument, type: NativeType): NativeArgument | bigint {
  return type === "i64" || type === "u64" ? BigInt(arg as number) : arg;
}

/** Where the bytes lie. Valid while the array is referenced and not resized. */
export function addressOf(bytes: Uint8Array): number {
  if (bun) return bun.ptr(bytes);
  return Number(deno!.UnsafePointer.value(deno!.UnsafePointer.of(bytes)));
}

/** A NUL-terminated copy, as C wants its strings. */
export function cString(text: string | Uint8Array): Uint8Array {
  const bytes = typeof text === "string" ? bytesOf(text) : text;
  const ended = new Uint8Array(bytes.length + 1);
  ended.set(bytes);
  return ended;
}

/** A NULL-terminated array of C strings. The strings must stay referenced while it is used. */
export function pointerArray(strings: readonly Uint8Array[]): Uint8Array {
  const pointers = new BigUint64Array(strings.length + 1);
  strings.forEach((string, i) => pointers[i] = BigInt(addressOf(string)));
  return new Uint8Array(pointers.buffer);
}
