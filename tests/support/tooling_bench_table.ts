/** The part of the README that `deno task bench --write` writes. */
import {
  growth,
  type Pair,
  type Results,
  type Row,
  ROWS,
  timesAhead,
} from "./tooling_bench_rows.ts";
import { counted, rounded } from "./tooling_bench_words.ts";

/** Where it was measured. */
export interface Machine {
  readonly processor: string;
  readonly cores: number;
  readonly memoryBytes: number;
  readonly kernel: string;
  /** Supervisor's version. */
  readonly supervisor: string;
}

const BEGIN = "<!-- measured -->";
const END = "<!-- /measured -->";

/** @throws where the README has not exactly one place for it. */
export function replaceMeasured(readme: string, text: string): string {
  const parts = readme.split(/<!-- \/?measured -->/);
  const place = `${BEGIN}${parts[1]}${END}`;
  if (parts.length !== 3 || !readme.includes(place)) {
    throw new Error(`README.md has not exactly one ${BEGIN} … ${END}`);
  }
  return readme.replace(place, () => `${BEGIN}\n\n${text}\n\n${END}`);
}

/** The machine, the table and what stands beside it. */
export function measuredText(results: Results, machine: Machine): string {
  const table = aligned([
    ["measure", `Supervisor ${machine.supervisor}`, "visor", "visor is ahead by"],
    ...cells(results),
  ]);
  return [wrapped(machineLine(machine)), table, wrapped(beside(results).join(" "))]
    .filter((part) => part !== "").join("\n\n");
}

function machineLine({ processor, cores, memoryBytes, kernel }: Machine): string {
  const memory = rounded(memoryBytes / 2 ** 30);
  const release = /^\d+\.\d+/.exec(kernel)?.[0] ?? kernel;
  return `Both programs in one run, on ${cores} cores (${processor}) with ${memory} GiB of ` +
    `memory under Linux ${release}:`;
}

function cells({ programs, measures }: Results): string[][] {
  return ROWS.flatMap((row) => {
    const pair = measures[row.key];
    return pair ? [[row.title(programs), ...values(row, pair)]] : [];
  });
}

function values(row: Row, pair: Pair): string[] {
  const show = (value: number) => `${rounded(value / (row.per ?? 1))} ${row.unit}`.trimEnd();
  const ahead = row.plain ? "–" : `${rounded(timesAhead(row, pair), 2)} ×`;
  return [show(pair.supervisor), show(pair.visor), ahead];
}

/** Sentences about limits, and about what only visor was asked to do. */
function beside({ programs, measures, limits, grown }: Results): string[] {
  const { fork_s, cat_MBps, bare_server } = limits;
  const writes = measures.writes_rate;
  const sentences: string[] = [];
  if (fork_s !== undefined && cat_MBps !== undefined) {
    sentences.push(
      `In the same run bash forked ${counted(programs)} times in ${rounded(fork_s)} s, and the ` +
        `flood through \`cat\` had ${rounded(cat_MBps)} MB/s.`,
    );
  }
  if (bare_server !== undefined) {
    sentences.push(
      "`getAllProcessInfo` was asked on one connection by a client that does not look into the " +
        `replies; Bun's \`node:http\` alone gave it ${rounded(bare_server)} empty ones a second.`,
    );
  }
  if (measures.check) {
    sentences.push(
      "The mistake is found by `--check`, and by the start of Supervisor, which has none.",
    );
  }
  if (writes) {
    sentences.push(
      `The writes came at ${rounded(writes.supervisor)} a second under Supervisor, and at ` +
        `${rounded(writes.visor)} under visor.`,
    );
  }
  const times = [...growth(grown)].map(([what, factor]) => `${what} ${rounded(factor)}`);
  const [small, large] = grown;
  if (small && large) {
    sentences.push(
      `With ${counted(5 * programs)} programs in place of ${counted(programs)} visor takes ` +
        `this many times as long: ${times.join(", ")} (bash's forks ` +
        `${rounded(large.forks_s / small.forks_s)}).`,
    );
  }
  return sentences;
}

/** A table of Markdown whose source is one, too: what is measured to the left, numbers to the right. */
function aligned(rows: readonly (readonly string[])[]): string {
  const widths = rows[0]!.map((_, column) => Math.max(...rows.map((row) => row[column]!.length)));
  const line = (row: readonly string[]) =>
    `| ${
      row.map((cell, i) => i === 0 ? cell.padEnd(widths[i]!) : cell.padStart(widths[i]!)).join(
        " | ",
      )
    } |`;
  const rule = widths.map((width, i) => i === 0 ? "-".repeat(width) : "-".repeat(width - 1) + ":");
  const [head, ...body] = rows.map(line);
  return [head, line(rule), ...body].join("\n");
}

/** Lines of at most 100 characters, like the README's other paragraphs. */
function wrapped(text: string): string {
  return text.replace(/(?=.{101})(.{1,100}) /g, "$1\n");
}
