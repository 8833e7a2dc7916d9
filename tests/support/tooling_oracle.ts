/**
 * Compares both programs, scenario by scenario, and looks again at what differs.
 *
 *   deno run -A tests/support/tooling_oracle.ts ORACLE VISOR PAIR REFERENCE SCENARIO...
 *   deno run -A tests/support/tooling_oracle.ts ORACLE VISOR PAIR FOLDER/
 *
 * The second form runs all scenarios of a folder, without a transcript that was kept.
 *
 * Supervisor answers a second late here and there, and on a busy machine its own transcript of a
 * scenario is not always the same. So what differs is run again, alone and on both sides: a real
 * difference differs every time.
 */
import process from "node:process";
import { runCommand } from "./tooling_command.ts";

const SECONDS_ONE = 90;
const SECONDS_ALL = 220;
const AGAIN = 2;

interface Comparison {
  readonly output: string;
  /** Scenarios by name: whether both sides were the same. */
  readonly verdicts: ReadonlyMap<string, boolean>;
}

async function compare(command: readonly string[], seconds: number): Promise<Comparison> {
  const { output } = await runCommand(command, seconds, () => {});
  const lines = output.matchAll(/^(same|DIFFERS) +(\w+)$/gm);
  return {
    output,
    verdicts: new Map([...lines].map(([, word, name]) => [name!, word === "same"])),
  };
}

async function main(words: readonly string[]): Promise<number> {
  const [oracle, visor, pair, where, ...given] = words;
  if (!oracle || !visor || !pair || !where) return 2;
  const isFolder = where.endsWith("/");
  const names = isFolder ? await list(oracle, where) : given;
  const base = [oracle, "run", "--visor", visor, "--pair", pair];
  if (isFolder) base.push("--dir", where);
  const kept = isFolder ? [] : ["--reference", where];
  const all = await compare([...base, ...kept, "-j", "4", ...names], SECONDS_ALL);
  let bad = 0;
  for (const name of names) {
    const difference = all.verdicts.get(name) ? undefined : await confirm(base, name);
    console.log(`${difference === undefined ? "same   " : "DIFFERS"} ${name}`);
    if (difference === undefined) continue;
    bad++;
    console.log(difference.replaceAll(/^DIFFERS/gm, "    differs"));
  }
  return bad > 0 ? 1 : 0;
}

async function list(oracle: string, folder: string): Promise<string[]> {
  const { output } = await runCommand([oracle, "list", "--dir", folder], SECONDS_ONE, () => {});
  return [...output.matchAll(/^(\w+) {2,}/gm)].map(([, name]) => name!);
}

/** @returns How it differs, if it does every time. */
async function confirm(base: readonly string[], name: string): Promise<string | undefined> {
  let output = "";
  for (let i = 0; i < AGAIN; i++) {
    const again = await compare([...base, name], SECONDS_ONE);
    if (again.verdicts.get(name)) return undefined;
    output = again.output;
  }
  return output;
}

process.exit(await main(process.argv.slice(2)));
