/** How many tests a runner says it ran. */
export interface Tally {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

export const NOTHING: Tally = { passed: 0, failed: 0, skipped: 0 };

export function addTallies(a: Tally, b: Tally): Tally {
  return {
    passed: a.passed + b.passed,
    failed: a.failed + b.failed,
    skipped: a.skipped + b.skipped,
  };
}

/** The line that ends a test run, e.g. `12 passed, 0 failed`. */
export function tallyLine({ passed, failed, skipped }: Tally): string {
  return `${passed} passed, ${failed} failed` + (skipped > 0 ? `, ${skipped} skipped` : "");
}

/**
 * Count the tests of a JUnit report as `deno test` and `bun test` write it.
 *
 * Deno reports a group or a test with subtests as one more test, which fails when
 * something in it does. It counts only where it failed and nothing in it did.
 *
 * @param xml The report; every `<`, `>` and `"` of the tests themselves is escaped in names.
 */
export function countJunit(xml: string): Tally {
  const cases = [...xml.matchAll(/<testcase name="([^"]*)"[^>]*?(?:\/>|>(.*?)<\/testcase>)/gs)]
    .map(([, name = "", body = ""]) => ({ name, outcome: outcomeOf(body) }));
  const counted = cases.filter(({ name, outcome }) => {
    const inside = cases.filter((other) => other.name.startsWith(`${name} &gt; `));
    if (inside.length === 0) return true;
    return outcome === "failed" && inside.every((other) => other.outcome !== "failed");
  });
  const count = (wanted: keyof Tally) => counted.filter(({ outcome }) => outcome === wanted).length;
  return { passed: count("passed"), failed: count("failed"), skipped: count("skipped") };
}

function outcomeOf(body: string): keyof Tally {
  if (/<(failure|error)\b/.test(body)) return "failed";
  return /<skipped\b/.test(body) ? "skipped" : "passed";
}

/** How much of a failure is told again at the end. */
const RECAP_CHARS = 600;

/**
 * The failures of a JUnit report, `NAME: MESSAGE` each, for where only the end of the output is seen.
 *
 * @param xml As `countJunit` takes it.
 */
export function failuresIn(xml: string): string[] {
  const failures = xml.matchAll(
    /<testcase name="([^"]*)"[^>]*>\s*<(?:failure|error)\b[^>]*?message="([^"]*)"/gs,
  );
  return [...failures].map(([, name = "", message = ""]) => {
    const text = unescapeXml(`${name}: ${message}`).trim();
    return text.length > RECAP_CHARS ? `${text.slice(0, RECAP_CHARS)}…` : text;
  });
}

const XML_NAMES: Readonly<Record<string, string>> = {
  amp: "&",
  lt: "<",
  gt: ">",
  quot: '"',
  apos: "'",
};

function unescapeXml(text: string): string {
  return text.replace(
    /&(?:#(\d+)|(\w+));/g,
    (whole, number, name) =>
      number ? String.fromCodePoint(Number(number)) : XML_NAMES[name] ?? whole,
  );
}

/** The scenarios that the oracle found to differ, and the files whose reading does. */
export function differencesIn(output: string): string[] {
  return [...output.matchAll(/^(?:DIFFERS|FAIL(?:ED)?) .*$/gm)].map(([line]) => line);
}

/**
 * Read the count that a runner ends its output with.
 *
 * @param output All it printed; the last line that reads `N passed, N failed` counts.
 * @returns Nothing if no line does: the runner did not get to its end.
 */
export function countSummary(output: string): Tally | undefined {
  const last = [...output.matchAll(/^(\d+) passed, (\d+) failed(?:, (\d+) skipped)?$/gm)].at(-1);
  if (!last) return undefined;
  return { passed: Number(last[1]), failed: Number(last[2]), skipped: Number(last[3] ?? 0) };
}

/**
 * Count the scenarios the oracle has compared: its lines are `same    NAME` and `DIFFERS NAME`.
 *
 * @param output All it printed, which may end early.
 * @returns Nothing if it compared none.
 */
export function countVerdicts(output: string): Tally | undefined {
  const verdicts = [...output.matchAll(/^(same|DIFFERS) +\w+$/gm)].map(([, verdict]) => verdict);
  if (verdicts.length === 0) return undefined;
  const passed = verdicts.filter((verdict) => verdict === "same").length;
  return { passed, failed: verdicts.length - passed, skipped: 0 };
}

/**
 * Hold a runner's own count against how it ended, so that a crash is never a success.
 *
 * @param count What it counted, or nothing if it did not come to that.
 * @param status Its exit status, or a word for another end.
 * @returns What to add up, and what went wrong beside failing tests.
 */
export function judge(
  count: Tally | undefined,
  status: number | string,
): { readonly tally: Tally; readonly problem?: string } {
  const tally = count ?? NOTHING;
  const plain = status === 0 || (status === 1 && tally.failed > 0);
  if (count && plain) return { tally };
  const problem = `This part did not end as it should (${status}); it counts as failed.`;
  return { tally: { ...tally, failed: tally.failed + 1 }, problem };
}
