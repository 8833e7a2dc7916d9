/**
 * Feeds a reader with inputs that are nearly right, for as long as VISOR_FUZZ_SECONDS says.
 *
 * A run is told by its seed: VISOR_FUZZ_SEED=N repeats it. What fails is written to a file in the
 * folder for temporary files, as short as it could be made.
 */
import assert from "node:assert/strict";
import fs from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { minimise } from "./minimise.ts";
import { type Material, mutate } from "./mutate.ts";
import { Random } from "./random.ts";

export interface Target {
  /** The folder of its seeds. */
  readonly name: string;
  /** Words of the format. */
  readonly tokens: readonly string[];
  /** Further seeds, where there are any. */
  readonly more?: readonly Uint8Array[];
  /** So many inputs are under test at once: which of them failed is for the seed to say. */
  readonly together?: number;
  /** Throws where a promise about the input is broken. `random` decides what else there is to. */
  readonly run: (input: Uint8Array, random: Random) => void | Promise<void>;
}

export const SECONDS = Number(process.env.VISOR_FUZZ_SECONDS ?? 1);
const FIXTURES = fileURLToPath(new URL("../fixtures/fuzz", import.meta.url));

/** For making what fails short, and for a machine that has others to serve. */
const MOST_EXTRA_MS = 60_000;

/** An input takes a fraction of a millisecond. */
const MOST_MS = 1_000;

/** A reader keeps nothing of what it has read; the rest is for a lazy garbage collector. */
const MOST_GROWTH_BYTES = 512 * 1024 * 1024;

export function fuzzTest(promise: string, target: Target): void {
  test(promise, { timeout: SECONDS * 1_000 + MOST_EXTRA_MS }, async () => {
    const seed = Number(process.env.VISOR_FUZZ_SEED ?? Date.now() % 1_000_000);
    console.log(`${target.name}: VISOR_FUZZ_SEED=${seed}`);
    const count = await fuzz(target, seed);
    const perSecond = Math.round(count / SECONDS);
    console.log(`${target.name}: ${count} inputs, ${perSecond} a second`);
  });
}

/** @returns The number of inputs. @throws The first that fails, with where to find it. */
async function fuzz(target: Target, seed: number): Promise<number> {
  const material = materialOf(target);
  for (const [index, input] of material.seeds.entries()) await feed(target, input, seed, index);
  const before = process.memoryUsage().heapUsed;
  const end = performance.now() + SECONDS * 1_000;
  let count = 0;
  for (; performance.now() < end; count++) {
    await feed(target, mutate(material, new Random(seed, count)), seed, count);
  }
  const growth = process.memoryUsage().heapUsed - before;
  assert.ok(growth < MOST_GROWTH_BYTES, `${count} inputs left ${growth} bytes behind`);
  return count;
}

function materialOf({ name, tokens, more = [] }: Target): Material {
  const folder = join(FIXTURES, name);
  const own = fs.readdirSync(folder).sort().map((file) => fs.readFileSync(join(folder, file)));
  const encoder = new TextEncoder();
  const seeds = [...own.map((bytes) => new Uint8Array(bytes)), ...more];
  return { seeds, tokens: tokens.map((token) => encoder.encode(token)) };
}

async function feed(target: Target, input: Uint8Array, seed: number, index: number): Promise<void> {
  const failure = await failureOf(target, input, seed, index);
  if (failure === undefined) return;
  if (target.together !== undefined) {
    const message = `VISOR_FUZZ_SEED=${seed}, one of the ${target.together} inputs up to ${index}`;
    throw new Error(message, { cause: failure });
  }
  const kind = kindOf(failure);
  const again = async (shorter: Uint8Array) =>
    kindOf(await failureOf(target, shorter, seed, index)) === kind;
  const shortest = await minimise(input, again);
  const file = join(tmpdir(), `visor-fuzz-${target.name}-${seed}-${index}`);
  fs.writeFileSync(file, shortest);
  const shown = JSON.stringify(new TextDecoder().decode(shortest.subarray(0, 500)));
  throw new Error(`VISOR_FUZZ_SEED=${seed}, input ${index}, in ${file}: ${shown}`, {
    cause: failure,
  });
}

async function failureOf(
  { run }: Target,
  input: Uint8Array,
  seed: number,
  index: number,
): Promise<unknown> {
  let took = Infinity;
  // The machine has others to serve, too: what is slow is slow every time.
  for (let tries = 0; tries < 3 && took > MOST_MS; tries++) {
    const started = performance.now();
    try {
      const running = run(input, new Random(seed, -index - 2));
      if (running) await running;
    } catch (error) {
      return error;
    }
    took = performance.now() - started;
  }
  return took > MOST_MS ? new Error(`too slow: ${Math.round(took)} ms`) : undefined;
}

/** Two failures of one kind differ in numbers and in what they quote. */
function kindOf(failure: unknown): string | undefined {
  if (!(failure instanceof Error)) return failure === undefined ? undefined : String(failure);
  const [line = ""] = failure.message.split("\n");
  return `${failure.name} ${line.replace(/["'].*|\d+/gs, "")}`;
}
