/**
 * How much of each room the unit tests run; the last part of `deno task coverage`.
 *
 * Exits with 1 where a room whose lines can all be tested is tested too little.
 */
import { readFileSync } from "node:fs";
import path from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";

const REPORT = "coverage/lcov.info";

/** Rooms that touch nothing outside, and so have no excuse; what they must reach, in percent. */
const PURE: readonly string[] = ["engine", "config", "rpc", "events"];
const ENOUGH = 95;

/** Lines of code of a room, and of them those that no test ran, e.g. `src/rpc/faults.ts:7`. */
export interface Coverage {
  readonly lines: number;
  readonly missed: readonly string[];
}

/**
 * Count the lines of an lcov report by room, without the tests and what only they use.
 *
 * @param root The folder that `src` is in.
 * @returns By name of the room, in alphabetical order.
 */
export function countByRoom(lcov: string, root: string): ReadonlyMap<string, Coverage> {
  const rooms = new Map<string, { lines: number; missed: string[] }>();
  let file = "";
  for (const line of lcov.split("\n")) {
    if (line.startsWith("SF:")) file = path.relative(root, line.slice(3));
    const [, number, runs] = /^DA:(\d+),(\d+)/.exec(line) ?? [];
    if (number === undefined || !isCode(file)) continue;
    const room = file.split(path.sep)[1]!;
    const counted = rooms.get(room) ?? { lines: 0, missed: [] };
    rooms.set(room, counted);
    counted.lines++;
    if (runs === "0") counted.missed.push(`${file}:${number}`);
  }
  return new Map([...rooms].sort(([a], [b]) => a < b ? -1 : 1));
}

function isCode(file: string): boolean {
  return file.startsWith(`src${path.sep}`) && !/_test\.tsx?$|testing\.ts$|fake_/.test(file);
}

export function percent({ lines, missed }: Coverage): number {
  return 100 * (lines - missed.length) / lines;
}

/** The pure rooms of which too little is tested, or nothing. */
export function tooLow(rooms: ReadonlyMap<string, Coverage>): readonly string[] {
  return PURE.filter((room) => {
    const coverage = rooms.get(room);
    return coverage === undefined || percent(coverage) < ENOUGH;
  });
}

function main(): number {
  const root = fileURLToPath(new URL("../..", import.meta.url));
  const rooms = countByRoom(readFileSync(path.join(root, REPORT), "utf8"), root);
  for (const room of PURE) {
    for (const line of rooms.get(room)?.missed ?? []) console.log(`not run by any test: ${line}`);
  }
  console.log("\nroom       lines  not run  covered");
  for (const [room, coverage] of rooms) {
    const numbers = [coverage.lines, coverage.missed.length, `${percent(coverage).toFixed(1)} %`];
    const [lines, missed, share] = numbers.map(String) as [string, string, string];
    console.log(room.padEnd(9) + lines.padStart(7) + missed.padStart(9) + share.padStart(9));
  }
  const low = tooLow(rooms);
  if (low.length > 0) console.error(`\nless than ${ENOUGH} % of: ${low.join(", ")}`);
  return low.length > 0 ? 1 : 0;
}

if (import.meta.main) process.exit(main());
