/**
 * Two hundred programs that crash, are stopped, updated and tailed at random, for a while.
 *
 *   SOAK_SECONDS   how long: 15, or 120 where CI is set
 *   SOAK_SEED      of the sequence of deeds, as it was printed
 */
import assert from "node:assert/strict";
import fs from "node:fs";
import process from "node:process";
import { bounded } from "./support/bounded.ts";
import { type Lab, labTests, sleep } from "./support/lab.ts";
import { Bystander } from "./support/soak_bystander.ts";
import { SoakEnd } from "./support/soak_end.ts";
import { COUNT, LISTEN } from "./support/soak_fleet.ts";
import {
  addNeeds,
  countDescriptors,
  median,
  type Memory,
  memoryOf,
  steadyDescriptors,
  tellDescriptors,
  tellMemory,
} from "./support/soak_footprint.ts";
import { PATIENCE_MS, SoakOperator } from "./support/soak_operator.ts";
import { type Deed, plan, tellDeed } from "./support/soak_plan.ts";
import { Watch } from "./support/soak_watch.ts";

const test = labTests(1);

const SECONDS = Number(process.env.SOAK_SECONDS ?? (process.env.CI ? 120 : 15));
const SEED = Number(process.env.SOAK_SEED ?? Date.now() % 1_000_000_000);

/** Deeds that are under way at once. */
const HANDS = 6;
const LOOK_EVERY_MS = 1000;

/** By then everything has happened once, and the runtime has compiled what it compiles. */
const WARM_SECONDS = Math.min(60, SECONDS / 2);

/**
 * How much more there may be in the end. A heap is as large as its last collections left it, and
 * two medians of it differ by this much where nothing is kept.
 */
const TOLERANCE_KB = 24_000;

/** Half as much again as it was at its highest where nothing is kept. */
const MOST_PRIVATE_DIRTY_KB = 140_000;

test(`two hundred programs crash, are stopped, updated and tailed for ${SECONDS} s`, async (lab) => {
  const how = `SOAK_SEED=${SEED} SOAK_SECONDS=${SECONDS}`;
  console.log(how);
  const told: string[] = [];
  try {
    await soak(lab, told);
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    error.message = `${how}: ${error.message}\n--- the last deeds:\n${told.slice(-30).join("\n")}`;
    throw error;
  }
});

async function soak(lab: Lab, told: string[]): Promise<void> {
  lab.script("count", COUNT);
  lab.script("listen", LISTEN);
  fs.mkdirSync(lab.path("logs"));
  const operator = new SoakOperator(lab);
  const first = operator.prepare();
  const daemon = await lab.daemon();
  await lab.state(first.name, "RUNNING");
  const bare = addNeeds(await steadyDescriptors(lab, daemon.pid), [first.kind], -1);
  await operator.begin();

  const bystander = new Bystander(lab, daemon);
  const watch = new Watch(lab, daemon.pid, operator);
  const memory: Memory[] = [];
  const perform = async (deed: Deed) => {
    const number = told.push(tellDeed(deed)) - 1;
    const done = operator.do(deed).then((isDone) => isDone ? undefined : bystander.do(deed));
    await bounded(tellDeed(deed), done, PATIENCE_MS);
    told[number] += " done";
  };
  await forAWhile(perform, async () => {
    await watch.look();
    memory.push(memoryOf(daemon.pid));
  });

  const end = new SoakEnd(lab, daemon, operator, bare);
  await end.comeToRest();
  await end.checkHoldings();
  const holdings = tellDescriptors(countDescriptors(daemon.pid));
  console.log(`${told.length} deeds, ${lab.logged(/spawned/).length} spawns; ${holdings}`);
  checkMemory(memory);
  await end.checkListener();
  await end.checkStopAndStart();
  await end.shutDown();
  end.checkLogs();
}

/** Many do what the plan says, and one looks; all end when one has found something. */
async function forAWhile(
  perform: (deed: Deed) => Promise<void>,
  look: () => Promise<void>,
): Promise<void> {
  const end = performance.now() + SECONDS * 1000;
  const steps = plan(SEED);
  let failed = false;
  const repeat = async (task: () => Promise<void>) => {
    try {
      while (!failed && performance.now() < end) await task();
    } catch (error) {
      failed = true;
      throw error;
    }
  };
  const hands = Array.from({ length: HANDS }, () =>
    repeat(async () => {
      const { deed, restMs } = steps.next().value;
      await perform(deed);
      await sleep(restMs);
    }));
  const watcher = repeat(async () => {
    await look();
    await sleep(LOOK_EVERY_MS);
  });
  const ended = await Promise.allSettled([...hands, watcher]);
  const failure = ended.find((result) => result.status === "rejected");
  if (failure) throw failure.reason;
}

/** What it was after the warm-up against what it was in the end, for as long each. */
function checkMemory(samples: readonly Memory[]): void {
  const at = (seconds: number) => Math.floor(samples.length * seconds / SECONDS);
  const window = Math.max(5, Math.min(30, (SECONDS - WARM_SECONDS) / 2));
  const before = median(samples.slice(at(WARM_SECONDS), at(WARM_SECONDS + window)));
  const after = median(samples.slice(-at(window)));
  console.log(`warm: ${tellMemory(before)}\nend:  ${tellMemory(after)}`);
  assert.ok(after.privateDirty < MOST_PRIVATE_DIRTY_KB, `${after.privateDirty} kB private dirty`);
  for (const key of ["resident", "privateDirty"] as const) {
    const grown = after[key] - before[key];
    assert.ok(grown < TOLERANCE_KB, `${grown} kB more ${key} memory than after the warm-up`);
  }
}
