/**
 * Measures visor beside Supervisor, on this machine and in one run.
 *
 *   deno task bench [--programs N] [--only NAME,NAME] [--write]
 *
 * Prints the table of the README and which targets are missed; --write puts the table there.
 * The two scripts that measure, side_by_side.py and tooling_bench_measures.py, say what the names
 * are. It takes about five minutes, in which the machine should have nothing else to do.
 */
import { spawn, spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { missed, readResults, type Results } from "./tooling_bench_rows.ts";
import { type Machine, measuredText, replaceMeasured } from "./tooling_bench_table.ts";

const VISOR = "dist/visor";
const SIDE_BY_SIDE = "../shared/bench/side_by_side.py";
const MEASURES = "tests/support/tooling_bench_measures.py";
const README = "README.md";
/** Not to leave compiled copies beside the scripts. */
const PYTHON = ["/usr/bin/python3", "-B", "-u"];

/** Why it cannot be measured here, if so. */
function whyNot(): string | undefined {
  if (!existsSync(SIDE_BY_SIDE)) return `There is no ${SIDE_BY_SIDE} here.`;
  const missing = [["supervisord", "--version"], ["strace", "--version"]]
    .some(([tool, ...words]) => spawnSync(tool!, words).status !== 0);
  return missing ? "It needs Supervisor and strace: apt-get install supervisor strace" : undefined;
}

function firstLineOf(command: string, ...words: readonly string[]): string {
  return String(spawnSync(command, words).stdout).split("\n")[0]!;
}

function thisMachine(): Machine {
  return {
    processor: os.cpus()[0]!.model,
    cores: os.cpus().length,
    memoryBytes: os.totalmem(),
    kernel: os.release(),
    supervisor: firstLineOf("supervisord", "--version"),
  };
}

/** Runs a script that measures, and reads what it wrote. */
async function measure(file: string, command: readonly string[]): Promise<Partial<Results>> {
  console.log(`\n== ${path.basename(command[0]!)}`);
  const [python, ...words] = [...PYTHON, ...command, "--json", file];
  const child = spawn(python!, words, { stdio: ["ignore", "inherit", "inherit"] });
  stop = () => child.kill("SIGINT");
  const status = await new Promise((done) =>
    child.once("exit", (code, name) => done(code ?? name))
  );
  if (status !== 0) throw new Error(`${command[0]} ended with ${status}`);
  return readResults(readFileSync(file, "utf8"));
}

async function measureAll(programs: number, only: string): Promise<Results> {
  const folder = mkdtempSync(path.join(os.tmpdir(), "visor-bench-"));
  const file = path.join(folder, "results.json");
  const how = ["--programs", `${programs}`, "--only", only];
  const bun = firstLineOf("bash", "compile.sh", "--bun");
  try {
    const given = await measure(file, [SIDE_BY_SIDE, "--visor", VISOR, ...how]);
    const more = await measure(file, [MEASURES, SIDE_BY_SIDE, VISOR, bun, ...how]);
    return {
      programs,
      measures: { ...given.measures, ...more.measures },
      limits: { ...given.limits, ...more.limits },
      grown: more.grown ?? [],
    };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function load(): string {
  return `load of this machine: ${os.loadavg().map((each) => each.toFixed(2)).join(" ")}`;
}

async function main(words: readonly string[]): Promise<number> {
  const { values } = parseArgs({
    args: [...words],
    options: {
      programs: { type: "string", default: "1000" },
      only: { type: "string", default: "" },
      write: { type: "boolean", default: false },
    },
  });
  process.chdir(fileURLToPath(new URL("../..", import.meta.url)));
  const obstacle = values.write && values.only !== ""
    ? "--write needs all measures: leave out --only"
    : whyNot();
  if (obstacle !== undefined) {
    console.error(obstacle);
    return 2;
  }
  console.log(load());
  const results = await measureAll(Number(values.programs), values.only);
  const text = measuredText(results, thisMachine());
  console.log(`\n${text}\n`);
  if (values.write) writeFileSync(README, replaceMeasured(readFileSync(README, "utf8"), text));
  for (const line of missed(results)) console.log(`target missed: ${line}`);
  console.log(load());
  return 0;
}

// A script that is interrupted ends its daemons first. Ctrl-C in a terminal is for both of us.
let stop = () => {};
process.on("SIGINT", () => {});
process.on("SIGTERM", () => stop());
process.exit(await main(process.argv.slice(2)));
