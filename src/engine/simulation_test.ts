/**
 * The engine in a pretend system, through histories that nobody thought of. What must be so is in
 * `tests/support/sim_rules.ts`, what may happen in `tests/support/sim_story.ts`.
 */
import { test } from "node:test";
import fc from "fast-check";
import { play, type Story, storyOf, tell } from "../../tests/support/sim_story.ts";

/**
 * Runs stories; the shortest that breaks a rule is told. With its `seed` and `path` beside `numRuns`
 * it is the first to be told again.
 */
async function holds(stories: fc.Arbitrary<Story>, numRuns: number): Promise<void> {
  const property = fc.asyncProperty(stories, (story) => play(story));
  const { failed, counterexample, seed, counterexamplePath: path } = await fc.check(property, {
    numRuns,
  });
  if (!failed) return;
  const story = await tell(counterexample![0]);
  throw new Error(`A rule is broken (seed: ${seed}, path: "${path}"):\n${story}`);
}

const casts = [
  { name: "one program", cast: { web: ["web"] }, runs: 50_000 },
  { name: "programs that share their group", cast: { site: ["web", "job"] }, runs: 20_000 },
  {
    name: "groups of several programs",
    cast: { site: ["web", "job"], db: ["db"] },
    runs: 30_000,
  },
];

/** They take seconds, and longer on a busy machine; Bun's own limit is five of them. */
const timeout = 120_000;

for (const { name, cast, runs } of casts) {
  test(
    `whatever happens to ${name}, the specification holds`,
    { timeout },
    () => holds(storyOf(cast), runs),
  );
}
