/** What `tail` and `maintail` were asked for. @see spec/ctl.md §4, "tail argument errors" */
import type { Channel } from "../model/config.ts";

export interface TailRequest {
  /** Bytes from the end, or whatever comes from now on. */
  readonly amount: number | "follow";
}

export interface ProcessTailRequest extends TailRequest {
  readonly name: string;
  readonly channel: Channel;
}

/** Arguments that make no sense; `help` says whether the verb's usage should follow. */
export interface BadArguments {
  readonly error: string;
  readonly help: boolean;
}

const DEFAULT_BYTES = 1600;

/** `[-N|-f] name [stdout|stderr]`. */
export function readTailArguments(words: readonly string[]): ProcessTailRequest | BadArguments {
  if (words.length < 1) return { error: "Error: too few arguments", help: true };
  if (words.length > 3) return { error: "Error: too many arguments", help: true };
  const modifier = words[0]!.startsWith("-") ? words[0] : undefined;
  const [name, ...others] = modifier === undefined ? words : words.slice(1);
  if (name === undefined) return { error: "Error: tail requires process name", help: false };
  const channel = readChannel(others.at(-1) ?? "stdout");
  if (typeof channel !== "string") return channel;
  const amount = readAmount(modifier);
  return typeof amount === "object" ? amount : { name, channel, amount };
}

/** `[-N|-f]`. */
export function readMaintailArguments(words: readonly string[]): TailRequest | BadArguments {
  if (words.length > 1) return { error: "Error: too many arguments", help: true };
  const amount = readAmount(words[0]);
  return typeof amount === "object" ? amount : { amount };
}

function readChannel(word: string): Channel | BadArguments {
  const channel = word.toLowerCase();
  if (channel === "stdout" || channel === "stderr") return channel;
  return { error: `Error: bad channel '${channel}'`, help: false };
}

/** A sign after the dash is let through: `--5` skips the first five bytes. */
function readAmount(modifier: string | undefined): number | "follow" | BadArguments {
  if (modifier === undefined) return DEFAULT_BYTES;
  if (modifier === "-f") return "follow";
  if (/^-[+-]?\d+$/.test(modifier)) return Number(modifier.slice(1));
  return { error: `Error: bad argument ${modifier}`, help: false };
}
