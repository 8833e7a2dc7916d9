/**
 * Regular expressions that users write: matched in a time that grows with the text and nothing else.
 *
 * A runtime's own would let `(a+)+$` stand still for hours at forty letters, and the daemon with it.
 * RE2 has no such patterns: it does without what makes them, which is looking around and back.
 */
import { createRequire } from "node:module";

export interface UserPattern {
  /** Whether it occurs anywhere in a text. */
  occursIn(text: string): boolean;
}

/** What a pattern becomes grows with it: this much is compiled in a few milliseconds. */
const LONGEST_PATTERN = 1000;

/** Loaded for those who use it: that takes some milliseconds and megabytes. */
function loadLibrary(): typeof import("re2js") {
  try {
    return require("re2js");
  } catch {
    return createRequire(import.meta.url)("re2js"); // Deno, from the sources
  }
}

/** The processes of a section come one after the other, and have the same. */
let latest: { readonly text: string; readonly pattern: UserPattern } | undefined;

/** @throws {Error} What is wrong with it, in a few words. */
export function compilePattern(text: string): UserPattern {
  if (latest?.text === text) return latest.pattern;
  if (text.length > LONGEST_PATTERN) throw new Error(`it is longer than ${LONGEST_PATTERN}`);
  const compiled = loadLibrary().RE2JS.compile(text);
  const pattern = { occursIn: (subject: string) => compiled.test(subject) };
  latest = { text, pattern };
  return pattern;
}

/** Why text is no pattern; undefined if it is one. */
export function patternProblem(text: string): string | undefined {
  if (text === "") return "it is empty";
  try {
    compilePattern(text);
    return undefined;
  } catch (error) {
    return (error as Error).message.replace(/^error parsing regexp: /, "");
  }
}
