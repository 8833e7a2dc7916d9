/**
 * Programs that depend on each other, through histories that nobody thought of: none is started
 * while something that it depends on is not so, and none waits when all of it is.
 */
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { code, FakeWorld, killed, lone } from "../../tests/support/fake_world.ts";
import type { PlainGroupConfig } from "../model/config.ts";
import { CONDITIONS, type Dependency } from "../model/dependency.ts";
import { SIGTERM } from "../model/signal.ts";
import { isRunningState, isSignallableState } from "../model/state.ts";
import type { ManagedProcess } from "./process.ts";
import { stopEverything } from "./shutdown.ts";

const NAMES = ["a", "b", "c", "d", "e"];

/** It depends on programs after it only, so that there is no cycle. */
function programOf(name: string, index: number): fc.Arbitrary<PlainGroupConfig> {
  const dependency = fc.record({
    group: fc.constantFrom(...NAMES.slice(index + 1), "nobody"),
    process: fc.constant(null),
    condition: fc.constantFrom(...CONDITIONS),
  });
  const none = fc.constant(null);
  return fc.record({
    depends_on: fc.oneof(none, fc.array(dependency, { maxLength: 3 })),
    priority: fc.constantFrom(1, 2),
    autorestart: fc.constantFrom(true, false, "unexpected" as const),
    startsecs: fc.constantFrom(0, 1),
    startretries: fc.nat(1),
  }).map((options) => lone(name, options));
}

interface Deed {
  readonly words: string;
  readonly act: (story: Story) => void;
}

class Story {
  readonly world: FakeWorld;
  readonly configs: readonly PlainGroupConfig[];

  constructor(configs: readonly PlainGroupConfig[]) {
    this.configs = configs;
    this.world = new FakeWorld(...configs);
    this.world.onChange = (process) => {
      const { state } = process.status;
      if (state === "STARTING") this.#checkNeeds(process);
      if (state === "STOPPING" && this.world.supervisor.stopping) this.#checkDependents(process);
    };
  }

  find(name: string): ManagedProcess | undefined {
    return this.world.supervisor.groups.get(name)?.processes.get(name);
  }

  start(name: string): void {
    const process = this.find(name);
    if (!process || isRunningState(process.status.state)) return;
    this.world.supervisor.start(process);
    const isOnItsWay = process.waiting !== null || process.laststart > 0;
    assert.ok(isOnItsWay || process.status.state === "STOPPING", `${name} is forgotten`);
  }

  end(name: string, status: number): void {
    const process = this.find(name);
    if (!process?.pid) return;
    const isStopping = process.status.state === "STOPPING";
    this.world.exit(name, isStopping ? killed(SIGTERM) : code(status));
  }

  replace(name: string): void {
    const { supervisor } = this.world;
    const group = supervisor.groups.get(name);
    if (group) supervisor.removeGroup(group);
    else supervisor.addGroup(this.configs.find((config) => config.name === name)!);
  }

  /** What waits does so for something, and says for what. */
  checkRest(): void {
    for (const process of this.world.supervisor.allProcesses()) {
      const { waiting, config: { name, depends_on } } = process;
      if (!waiting) continue;
      const missing = depends_on!.filter((dependency) => !this.#isMet(dependency));
      assert.ok(missing.length > 0, `${name} waits for nothing`);
      const told = [...waiting.unmet.values()].map((unmet) => `${unmet.name} ${unmet.need}`);
      const expected = missing.map(({ group, condition }) => `${group} ${condition}`);
      assert.deepEqual(told.toSorted(), expected.toSorted(), `${name} says what it waits for`);
      assert.ok(!["STARTING", "RUNNING", "STOPPING"].includes(process.status.state));
    }
  }

  /** Goes down, as programs end that are told to stop. */
  async finish(): Promise<void> {
    const { supervisor } = this.world;
    let isOver = false;
    stopEverything(supervisor, () => {}).then(() => isOver = true);
    for (let turns = 0; !isOver; turns++) {
      assert.ok(turns < 100, "it does not end");
      const next = [...supervisor.allProcesses()].find(({ status }) => status.state === "STOPPING");
      if (next) this.end(next.config.name, 0);
      for (let turn = 0; turn < 20; turn++) await undefined;
    }
    for (const { waiting } of supervisor.allProcesses()) assert.equal(waiting, null);
  }

  #checkNeeds({ config: { name, depends_on } }: ManagedProcess): void {
    const missing = depends_on?.filter((dependency) => !this.#isMet(dependency)) ?? [];
    assert.deepEqual(missing, [], `${name} is started`);
  }

  #checkDependents({ config: { name } }: ManagedProcess): void {
    for (const { config, status } of this.world.supervisor.allProcesses()) {
      const depends = config.depends_on?.some(({ group }) => group === name);
      assert.ok(
        !depends || !isSignallableState(status.state),
        `${name} is stopped before ${config.name}`,
      );
    }
  }

  #isMet({ group, condition }: Dependency): boolean {
    const process = this.find(group);
    if (!process) return false;
    const { status: { state }, ready, healthy, timer, waiting, lastExit, config } = process;
    if (condition === "completed") {
      return state === "EXITED" && timer === null && waiting === null &&
        lastExit?.type === "code" && config.exitcodes.includes(lastExit.code);
    }
    return state === "RUNNING" && (condition !== "ready" || ready !== false) &&
      (condition !== "healthy" || healthy === true);
  }
}

const who = fc.constantFrom(...NAMES);

const deed: fc.Arbitrary<Deed> = fc.oneof(
  of("start", (story, name) => story.start(name)),
  of("start", (story, name) => story.start(name)),
  of("stop", ({ world }, name) => act(world, name, (process) => world.supervisor.stop(process))),
  of("success of", (story, name) => story.end(name, 0)),
  of("failure of", (story, name) => story.end(name, 1)),
  of("replace", (story, name) => story.replace(name)),
  of("cannot start:", ({ world }, name) => void world.spawnFailures.set(name, "no")),
  of("can start:", ({ world }, name) => void world.spawnFailures.delete(name)),
  fc.tuple(who, fc.boolean(), fc.boolean()).map(([name, ready, healthy]) => ({
    words: `${name} is marked ready:${ready} healthy:${healthy}`,
    act: ({ world }: Story) =>
      act(world, name, (process) => world.supervisor.mark(process, { ready, healthy })),
  })),
  fc.constantFrom(0, 500, 1001, 5000).map((ms) => ({
    words: `${ms} ms pass`,
    act: ({ world }: Story) => world.clock.tick(ms),
  })),
);

function of(verb: string, act: (story: Story, name: string) => void): fc.Arbitrary<Deed> {
  return who.map((name) => ({ words: `${verb} ${name}`, act: (story) => act(story, name) }));
}

function act(world: FakeWorld, name: string, work: (process: ManagedProcess) => void): void {
  const process = world.supervisor.groups.get(name)?.processes.get(name);
  if (process) work(process);
}

function tell(configs: readonly PlainGroupConfig[], deeds: readonly Deed[]): string {
  const programs = configs.map(({ processes: [program] }) => {
    const { name, depends_on, autorestart, startsecs, startretries, priority } = program!;
    const needs = depends_on?.map(({ group, condition }) => `${group}:${condition}`) ?? [];
    return `${name} ${JSON.stringify({ needs, autorestart, startsecs, startretries, priority })}`;
  });
  return [...programs, ...deeds.map(({ words }) => words)].join("\n");
}

test("whatever happens, nothing starts too early, and nothing waits too long", {
  timeout: 60_000,
}, async () => {
  const configs = fc.tuple(...NAMES.map(programOf));
  const deeds = fc.array(deed, { minLength: 5, maxLength: 30, size: "max" });
  const property = fc.asyncProperty(configs, deeds, async (configs, deeds) => {
    const story = new Story(configs);
    for (const { act } of deeds) {
      act(story);
      story.world.clock.tick(0);
      story.checkRest();
    }
    await story.finish();
  });
  const { failed, counterexample, errorInstance } = await fc.check(property, { numRuns: 5000 });
  if (failed) throw new Error(`${errorInstance}\n${tell(...counterexample!)}`);
});
