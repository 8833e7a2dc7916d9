/** The end of the soak: everything comes to rest, and must be as it should be. */
import assert from "node:assert/strict";
import fs from "node:fs";
import { type ProcessInfo, readProcessInfo } from "../../src/rpc/structs.ts";
import type { ProcessState } from "../../src/model/state.ts";
import type { RpcValue } from "../../src/rpc/xml_value.ts";
import { bounded } from "./bounded.ts";
import { childrenOf, type Daemon, descriptorsOf, type Lab } from "./lab.ts";
import type { Kind } from "./soak_fleet.ts";
import { addNeeds, countDescriptors, type Descriptors, tellDescriptors } from "./soak_footprint.ts";
import { type Knowledge, PROCESSES } from "./soak_knowledge.ts";
import { troubleIn } from "./soak_logs.ts";
import { resting } from "./soak_model.ts";
import { PATIENCE_MS, type SoakOperator } from "./soak_operator.ts";

export class SoakEnd {
  readonly #lab: Lab;
  readonly #daemon: Daemon;
  readonly #operator: SoakOperator;
  readonly #knowledge: Knowledge;
  /** What the daemon has open without any program. */
  readonly #bare: Descriptors;

  constructor(lab: Lab, daemon: Daemon, operator: SoakOperator, bare: Descriptors) {
    this.#lab = lab;
    this.#daemon = daemon;
    this.#operator = operator;
    this.#knowledge = operator.knowledge;
    this.#bare = bare;
  }

  /** Nothing is asked any more, and what never rests by itself is stopped. */
  async comeToRest(): Promise<void> {
    for (const name of [...this.#knowledge.known()]) {
      const { life, returns } = kindOf(name).temper;
      if (life !== "ends" || !returns) continue;
      const stopped = this.#operator.ask(name, { type: "stop", wait: true });
      await bounded(`${name} is stopped`, stopped, PATIENCE_MS);
    }
    await this.#until("every program rests where it should", async () => {
      const states = new Map((await this.#infos()).map((info) => [nameOf(info), info.statename]));
      assert.deepEqual([...states.keys()].toSorted(), [...this.#knowledge.known()].toSorted());
      const restless = [...states].filter(([name, state]) =>
        !resting(this.#knowledge.statesOf(name), kindOf(name).temper).has(state as ProcessState)
      );
      assert.deepEqual(restless, []);
    });
    for (const info of await this.#infos()) {
      this.#knowledge.seen(nameOf(info), info.statename as ProcessState);
    }
  }

  /** No zombies, no orphans, and no descriptors but those of what runs. */
  async checkHoldings(): Promise<void> {
    await this.#until("the daemon's children are its programs", async () => {
      const pids = (await this.#infos()).map(({ pid }) => pid).filter((pid) => pid !== 0);
      assert.deepEqual(childrenOf(this.#daemon.pid).toSorted(), pids.toSorted());
    });
    await this.#until("its descriptors are those of its programs", async () => {
      const running = (await this.#infos()).filter(({ pid }) => pid !== 0).map(nameOf).map(kindOf);
      const expected = addNeeds(this.#bare, running);
      const found = countDescriptors(this.#daemon.pid);
      const open = [...descriptorsOf(this.#daemon.pid).values()].slice(0, 40).join(" ");
      const isAll = tellDescriptors(found) === tellDescriptors(expected);
      assert.ok(isAll, `${tellDescriptors(found)}; expected ${tellDescriptors(expected)}: ${open}`);
    });
  }

  /** An event that is sent now is heard. */
  async checkListener(): Promise<void> {
    const { name } = PROCESSES.get("heard0")!;
    const isUp = this.#knowledge.statesOf(name).has("RUNNING");
    if (!isUp) await this.#operator.ask(name, { type: "start", wait: true });
    await this.#lab.rpc("supervisor.sendRemoteCommEvent", "soak", "the end");
    const heard = () => this.#lab.read("heard").includes("type:soak\nthe end\n");
    await this.#lab.until(heard, "the listener hears it", PATIENCE_MS);
  }

  /** Down with all of them, and up again. */
  async checkStopAndStart(): Promise<void> {
    const stopped = this.#lab.rpc("supervisor.stopAllProcesses");
    await bounded("everything is stopped", stopped, PATIENCE_MS);
    assert.deepEqual((await this.#infos()).filter(({ pid }) => pid !== 0).map(nameOf), []);
    await this.checkHoldings();
    await this.#lab.rpc("supervisor.startAllProcesses", false);
  }

  async shutDown(): Promise<void> {
    await this.#lab.rpc("supervisor.shutdown");
    assert.equal(await this.#daemon.end(), 0);
    const isEmpty = () => this.#lab.marked().length === 0;
    await this.#lab.until(isEmpty, "nobody is left", PATIENCE_MS);
  }

  checkLogs(): void {
    const files = fs.readdirSync(this.#lab.path("logs"));
    assert.ok(files.length > 0);
    const trouble = files.map((file) => [file, troubleIn(this.#lab.read(`logs/${file}`))]);
    assert.deepEqual(trouble.filter(([, what]) => what !== undefined), []);
    assert.deepEqual(this.#lab.logged(/^CRIT (?!Server )/), []);
    assert.deepEqual(this.#lab.logged(/output of '.*' is dropped/), []);
  }

  async #infos(): Promise<ProcessInfo[]> {
    const all = await this.#lab.rpc("supervisor.getAllProcessInfo") as readonly RpcValue[];
    return all.map(readProcessInfo);
  }

  #until(what: string, check: () => Promise<void>): Promise<true> {
    return this.#lab.until(() => check().then(() => true as const), what, PATIENCE_MS);
  }
}

function nameOf({ group, name }: ProcessInfo): string {
  return group === name ? name : `${group}:${name}`;
}

function kindOf(name: string): Kind {
  return PROCESSES.get(name)!.kind;
}
