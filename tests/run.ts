/**
 * Runs every test there is and adds them up.
 *
 *   deno task test [PART...]     PART: unit, executable, builds, fuzz, oracle, corpus, soak; all
 *                                unless named
 *
 * The last line is `N passed, N failed`; the exit status is 1 if anything failed or could
 * not run. What a part prints is shown as it comes, except for lines that say "this one is fine".
 */
import { existsSync, mkdirSync, readFileSync, rmSync } from "node:fs";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { stripVTControlCharacters } from "node:util";
import { scenarios, scenariosWithHelpTexts } from "./oracle_scenarios.ts";
import {
  addTallies,
  countJunit,
  countSummary,
  countVerdicts,
  differencesIn,
  failuresIn,
  judge,
  NOTHING,
  type Tally,
  tallyLine,
} from "./support/tooling.ts";
import { endCommands, runCommand } from "./support/tooling_command.ts";

/** One command whose tests are counted. Its environment is ours as it is: what it tests sees it. */
interface Part {
  readonly title: string;
  readonly command: readonly string[];
  /** It is ended when it has not ended after this long. */
  readonly seconds: number;
  /** Not in every clone: without this file the part is skipped. */
  readonly onlyWith?: string;
  /** The part without which this one means nothing. */
  readonly needs?: Part;
  /** Lines of its output that are not worth a reader's time. */
  readonly quiet?: RegExp;
  /** Its tests, or nothing if it did not get far enough to say. */
  readonly count: (output: string) => Tally | undefined;
}

/** What is told again at the end: whoever looks there should not have to search. */
const recap: string[] = [];

/** All parts together; what is left of it bounds each. */
const TOTAL_SECONDS = 17 * 60;
const VISOR = "dist/visor";
const REPORT = "dist/junit.xml";
const REFERENCE = "dist/oracle.json";
const ORACLE = "../shared/oracle/oracle.py";
const CORPUS = "../shared/corpus/check.py";
/** Readers that are fed with what is nearly right; VISOR_FUZZ_SECONDS each, or one. */
const FUZZ = "tests/fuzz";
/** The executables for other machines. */
const BUILDS = "tests/builds";
const SLOWNESS = "tests/fuzz/linear_test.ts";
const SOAK = "tests/soak_test.ts";
const COMPARE = [Deno.execPath(), "run", "-A", "tests/support/tooling_oracle.ts"];

const compile: Part = {
  title: "the executable is built",
  command: ["bash", "compile.sh"],
  seconds: 180,
  count: () => NOTHING,
};

const compileAll: Part = {
  title: "the executables for all machines are built",
  command: ["bash", "compile.sh", "all"],
  seconds: 180,
  needs: compile,
  count: () => NOTHING,
};

/** Supervisor's side is the same for every pair, so it runs once. */
const record: Part = {
  title: "oracle: what Supervisor does",
  command: [ORACLE, "record", REFERENCE, "-j", "4"],
  seconds: 150,
  onlyWith: ORACLE,
  needs: compile,
  count: () => NOTHING,
};

const corpus: Part = {
  title: "corpus: real configs, read as Supervisor reads them",
  command: ["python3", "-u", CORPUS, VISOR],
  seconds: 180,
  onlyWith: CORPUS,
  needs: compile,
  count: countSummary,
};

/** Lines of the specification that no other scenario proves. */
const ownScenarios: Part = {
  title: "oracle: our own scenarios",
  command: [...COMPARE, ORACLE, VISOR, "visor,visor", "tests/oracle/"],
  seconds: 300,
  onlyWith: ORACLE,
  needs: compile,
  quiet: /^same /,
  count: countVerdicts,
};

/** All readers at once: the one behind a socket mostly waits. */
const fuzz: Part = {
  ...fuzzing(
    "hostile input, a minute for each reader",
    60,
    "--parallel",
    `--ignore=${SLOWNESS}`,
    FUZZ,
    "tests/fuzz_http_test.ts",
  ),
  needs: compile,
};

/** By itself: it looks at the clock. */
const slowness: Part = fuzzing("texts of a megabyte are read in linear time", 2, SLOWNESS);

/** What a word on the command line stands for. */
const choices = new Map<string, readonly Part[]>([
  ["unit", [
    denoTests("unit tests under Deno", "src", FUZZ),
    bunTests("unit tests under Bun", "src", FUZZ),
  ]],
  // Under Deno only: Bun's child_process hands a child sockets where a shell hands it pipes.
  ["executable", [compile, {
    ...denoTests("tests of the executable", `--ignore=${FUZZ},${BUILDS},${SOAK}`, "tests"),
    needs: compile,
  }]],
  ["builds", [compile, compileAll, {
    ...denoTests("the executables for all machines", BUILDS),
    needs: compileAll,
  }]],
  ["fuzz", [compile, fuzz, slowness]],
  ["oracle", [
    compile,
    record,
    ...["visor,visor", "visor,python", "python,visor"].map(oracle),
    ownScenarios,
  ]],
  ["corpus", [compile, corpus]],
  ["soak", [compile, {
    ...denoTests("soak: two hundred programs", SOAK),
    seconds: 180 + Number(process.env["SOAK_SECONDS"] ?? 120),
    needs: compile,
  }]],
]);

function denoTests(title: string, ...words: readonly string[]): Part {
  return {
    title,
    command: [Deno.execPath(), "test", "-A", "--reporter=dot", `--junit-path=${REPORT}`, ...words],
    seconds: 240,
    quiet: /^[.,]?$/,
    count: countReport,
  };
}

/** @param each Seconds for each reader. */
function fuzzing(title: string, each: number, ...where: readonly string[]): Part {
  const environment = [`VISOR_FUZZ_SECONDS=${each}`, "DENO_JOBS=8"];
  return {
    title,
    command: [
      ...["env", ...environment, Deno.execPath(), "test", "-A", `--junit-path=${REPORT}`],
      ...where,
    ],
    seconds: 240,
    quiet: /^(?:running |-+ |Check |$)| \.\.\.(?: |$)/,
    count: countReport,
  };
}

function bunTests(title: string, ...folders: readonly string[]): Part {
  const run = 'bun=$(bash compile.sh --bun) && exec "$bun" test "$@"';
  const report = ["--reporter=junit", `--reporter-outfile=${REPORT}`];
  return {
    title,
    command: [
      "bash",
      "-c",
      run,
      "bun",
      "--only-failures",
      ...report,
      ...folders.map((each) => `./${each}`),
    ],
    seconds: 240,
    quiet: /^$/,
    count: countReport,
  };
}

/** @param pair Who is the daemon and who is ctl, e.g. `visor,python`. */
function oracle(pair: string): Part {
  const names = pair.endsWith(",python") ? [...scenarios, ...scenariosWithHelpTexts] : scenarios;
  return {
    title: `oracle: daemon,ctl = ${pair}`,
    command: [...COMPARE, ORACLE, VISOR, pair, REFERENCE, ...names],
    seconds: 420,
    onlyWith: ORACLE,
    needs: record,
    quiet: /^same /,
    count: countVerdicts,
  };
}

function countReport(): Tally | undefined {
  return existsSync(REPORT) ? countJunit(readFileSync(REPORT, "utf8")) : undefined;
}

/** Run one part; `unfinished` collects those that others cannot build on. */
async function runPart(part: Part, seconds: number, unfinished: Set<Part>): Promise<Tally> {
  console.log(`\n== ${part.title}`);
  if (part.onlyWith && !existsSync(part.onlyWith)) {
    console.log(`skipped: there is no ${part.onlyWith} here`);
    return NOTHING;
  }
  if (part.needs && unfinished.has(part.needs)) {
    console.log(`not run, because of "${part.needs.title}"`);
    unfinished.add(part);
    return { ...NOTHING, failed: 1 };
  }
  rmSync(REPORT, { force: true });
  const started = performance.now();
  const { status, output } = await runCommand(part.command, seconds, (line) => {
    const plain = stripVTControlCharacters(line);
    if (!part.quiet?.test(plain)) console.log(process.stdout.isTTY ? line : plain);
  });
  const { tally, problem } = judge(part.count(output), status);
  const told = existsSync(REPORT)
    ? failuresIn(readFileSync(REPORT, "utf8"))
    : tally.failed > 0
    ? differencesIn(output)
    : [];
  recap.push(...[...told, ...problem ? [problem] : []].map((line) => `${part.title}: ${line}`));
  if (problem) {
    console.log(problem);
    unfinished.add(part);
  }
  const took = ((performance.now() - started) / 1_000).toFixed(1);
  console.log(`-- ${tallyLine(tally)} in ${took} s`);
  return tally;
}

async function main(words: readonly string[]): Promise<number> {
  const names = words.length > 0 ? words : [...choices.keys()];
  const unknown = names.find((name) => !choices.has(name));
  if (unknown !== undefined) {
    console.error(`Cannot test "${unknown}": expected ${[...choices.keys()].join(", ")}`);
    return 2;
  }
  process.chdir(fileURLToPath(new URL("..", import.meta.url)));
  mkdirSync("dist", { recursive: true });
  const unfinished = new Set<Part>();
  let total = NOTHING;
  for (const part of new Set(names.flatMap((name) => choices.get(name) ?? []))) {
    if (interrupted) break;
    const left = TOTAL_SECONDS - performance.now() / 1_000;
    total = addTallies(total, await runPart(part, Math.min(part.seconds, left), unfinished));
  }
  for (const failure of recap) console.log(`\nFAILED ${failure}`);
  console.log(`\n${tallyLine(total)}`);
  return total.failed > 0 ? 1 : 0;
}

let interrupted = false;
for (const signal of ["SIGINT", "SIGTERM"] as const) {
  process.once(signal, () => {
    interrupted = true;
    endCommands();
  });
}
process.exit(await main(process.argv.slice(2)));
