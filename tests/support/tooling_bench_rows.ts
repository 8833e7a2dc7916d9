/** What `deno task bench` shows of the measures, and what each of them has to reach. */
import { counted, rounded } from "./tooling_bench_words.ts";

/** One measure of both programs, as the scripts that measure write it. */
export interface Pair {
  readonly supervisor: number;
  readonly visor: number;
}

/** visor alone, with so many programs. */
export interface Grown {
  readonly programs: number;
  readonly start_s: number;
  readonly status_ms: number;
  readonly stop_s: number;
  /** What bash needs to fork as many. */
  readonly forks_s: number;
}

export interface Results {
  readonly programs: number;
  readonly measures: Readonly<Record<string, Pair>>;
  readonly limits: Readonly<Record<string, number>>;
  readonly grown: readonly Grown[];
}

/**
 * Read what one of the scripts wrote.
 *
 * @param json As Python writes it, which knows a number more: a ratio can be `Infinity`.
 */
export function readResults(json: string): Partial<Results> {
  return JSON.parse(json.replaceAll(/(": )Infinity\b/g, "$1null"));
}

export interface Row {
  readonly key: string;
  readonly title: (programs: number) => string;
  readonly unit: string;
  /** What of the measure is one of the unit; 1 unless given. */
  readonly per?: number;
  /** More is better, as with everything "per second". */
  readonly rate?: true;
  /** How many times visor has to be ahead. */
  readonly ahead?: number;
  /** What part of Supervisor's visor may have. */
  readonly share?: number;
  /** The most that visor may have. */
  readonly most?: number;
  /** A ratio would say nothing: the numbers are too small, or none at all. */
  readonly plain?: true;
}

/** In the order of the table. */
export const ROWS: readonly Row[] = [
  {
    key: "up",
    title: (n) => `${counted(n)} programs all RUNNING (\`startsecs=0\`)`,
    unit: "s",
    ahead: 5,
  },
  { key: "down", title: (n) => `shutdown of ${counted(n)} programs`, unit: "s", ahead: 20 },
  { key: "down_groups", title: (n) => `shutdown of ${counted(n / 5)} groups of one`, unit: "s" },
  { key: "respawn", title: () => "a killed program runs again", unit: "ms", ahead: 250 },
  { key: "ctl_pid", title: () => "`ctl pid`, as a process", unit: "ms", ahead: 10 },
  {
    key: "ctl_status",
    title: (n) => `\`ctl status\` with ${counted(n)} programs`,
    unit: "ms",
    ahead: 15,
  },
  {
    key: "check",
    title: (n) => `${counted(5 * n)} programs read, to a mistake at the end`,
    unit: "s",
    ahead: 5,
  },
  {
    key: "raw",
    title: () => "`getAllProcessInfo`, 2 programs",
    unit: "/s",
    rate: true,
    ahead: 5,
  },
  {
    key: "raw_n",
    title: (n) => `\`getAllProcessInfo\`, ${counted(n)} programs`,
    unit: "/s",
    rate: true,
    ahead: 50,
  },
  {
    key: "rpc",
    title: () => "`getAllProcessInfo`, 2 programs, Python client",
    unit: "/s",
    rate: true,
  },
  {
    key: "rpc_n",
    title: (n) => `\`getAllProcessInfo\`, ${counted(n)} programs, Python client`,
    unit: "/s",
    rate: true,
  },
  {
    key: "log",
    title: () => "one program floods a rotated log",
    unit: "MB/s",
    rate: true,
    ahead: 1.5,
  },
  {
    key: "log_lines",
    title: () => "20 programs write 100-byte lines",
    unit: "M/s",
    per: 1e6,
    rate: true,
    ahead: 1.2,
  },
  {
    key: "writes",
    title: (n) => `CPU for a million writes of ${counted(n / 10)} programs`,
    unit: "s",
    share: 0.5,
  },
  { key: "dirty0", title: () => "private dirty memory, 2 programs", unit: "MB", share: 0.5 },
  {
    key: "dirtyN",
    title: (n) => `private dirty memory, ${counted(n)} programs`,
    unit: "MB",
    share: 0.8,
  },
  {
    key: "dirty_raw",
    title: (n) => `private dirty memory, ${counted(n)} programs, after the calls`,
    unit: "MB",
    share: 0.8,
  },
  { key: "rss0", title: () => "resident memory, 2 programs", unit: "MB", share: 1.3 },
  { key: "rssN", title: (n) => `resident memory, ${counted(n)} programs`, unit: "MB", share: 1.3 },
  {
    key: "rss_raw",
    title: (n) => `resident memory, ${counted(n)} programs, after the calls`,
    unit: "MB",
    share: 1.3,
  },
  {
    key: "idle",
    title: (n) => `CPU in 10 s, ${counted(n)} idle programs`,
    unit: "ms",
    plain: true,
  },
  {
    key: "wake_main",
    title: () => "system calls in 10 s, 2 idle programs",
    unit: "",
    most: 0,
    plain: true,
  },
  {
    key: "wake_all",
    title: () => "the same with those of other threads",
    unit: "",
    plain: true,
  },
];

/** How many times as long with five times the programs is still right. */
const GROWTH = 6;
/** How many times as long as bash needs to fork them is still right for programs to start. */
const FORKS = 2;

/** How many times visor is ahead; below 1 it is behind. */
export function timesAhead({ rate }: Row, { supervisor, visor }: Pair): number {
  return rate ? visor / supervisor : supervisor / visor;
}

/** What five times the programs cost, in times; nothing if it was not measured. */
export function growth([small, large]: readonly Grown[]): ReadonlyMap<string, number> {
  if (!small || !large) return new Map();
  return new Map([
    ["start", large.start_s / small.start_s],
    ["`ctl status`", large.status_ms / small.status_ms],
    ["shutdown", large.stop_s / small.stop_s],
  ]);
}

/** The targets that are missed, a line for each; what was not measured misses nothing. */
export function missed({ programs, measures, limits, grown }: Results): readonly string[] {
  const lines: string[] = [];
  for (const row of ROWS) {
    const pair = measures[row.key];
    const wish = pair && missedBy(row, pair);
    if (wish !== undefined) lines.push(`${row.title(programs)}: ${wish}`);
  }
  const forks = (measures.up?.visor ?? 0) / (limits.fork_s ?? Infinity);
  if (forks > FORKS) {
    lines.push(`start: ${rounded(forks)} × bash's forks, wanted at most ${FORKS} ×`);
  }
  for (const [what, times] of growth(grown)) {
    if (times > GROWTH) {
      lines.push(
        `${what}, five times the programs: ${rounded(times)} ×, wanted at most ${GROWTH} ×`,
      );
    }
  }
  return lines;
}

function missedBy(row: Row, pair: Pair): string | undefined {
  const ahead = timesAhead(row, pair);
  if (row.ahead !== undefined && ahead < row.ahead) {
    return `${ahead.toFixed(2)} × ahead, wanted at least ${row.ahead} ×`;
  }
  if (row.share !== undefined && 1 / ahead > row.share) {
    return `${(1 / ahead).toFixed(2)} of Supervisor's, wanted at most ${row.share}`;
  }
  if (row.most !== undefined && pair.visor > row.most) {
    return `${rounded(pair.visor)}, wanted at most ${row.most}`;
  }
}
