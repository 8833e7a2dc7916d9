/** Looks at the daemon of the soak from outside, while it works. */
import { readProcessInfo } from "../../src/rpc/structs.ts";
import type { ProcessState } from "../../src/model/state.ts";
import type { RpcValue } from "../../src/rpc/xml_value.ts";
import { childrenOf, isAlive, type Lab, parentOf, processGroupOf, readProc } from "./lab.ts";
import { groupOf, type Knowledge, PROCESSES, Violation } from "./soak_knowledge.ts";
import type { Locks } from "./soak_locks.ts";
import type { SoakOperator } from "./soak_operator.ts";

/** A child that has ended is collected within this, however busy the machine is. */
const REAPED_WITHIN_MS = 20_000;

export class Watch {
  readonly #lab: Lab;
  readonly #pid: number;
  readonly #knowledge: Knowledge;
  readonly #locks: Locks;
  readonly #zombieSince = new Map<string, number>();

  constructor(lab: Lab, pid: number, { knowledge, locks }: SoakOperator) {
    this.#lab = lab;
    this.#pid = pid;
    this.#knowledge = knowledge;
    this.#locks = locks;
  }

  /** @throws {Violation} */
  async look(): Promise<void> {
    this.#checkChildren();
    await this.#checkStates();
  }

  /** Live children that lead their group, by what they are called; what they forked does not. */
  #checkChildren(): void {
    const found = new Map<string, number>();
    const zombies = new Set<string>();
    for (const pid of childrenOf(this.#pid)) {
      if (!isAlive(pid)) {
        zombies.add(`${pid} ${startOf(pid)}`);
        continue;
      }
      const name = processGroupOf(pid) === pid ? nameOf(pid) : undefined;
      if (name === undefined) continue;
      const other = found.get(name);
      // Still there after the second was seen: they were there together.
      if (other !== undefined && isAlive(other) && nameOf(other) === name) {
        throw new Violation(`${name} has two processes, ${other} and ${pid}`);
      }
      found.set(name, pid);
    }
    this.#checkZombies(zombies);
  }

  #checkZombies(now: ReadonlySet<string>): void {
    for (const known of this.#zombieSince.keys()) {
      if (!now.has(known)) this.#zombieSince.delete(known);
    }
    for (const each of now) {
      const since = this.#zombieSince.get(each) ?? performance.now();
      this.#zombieSince.set(each, since);
      if (performance.now() - since > REAPED_WITHIN_MS) {
        throw new Violation(`${each.split(" ")[0]} has ended, and is not collected`);
      }
    }
  }

  async #checkStates(): Promise<void> {
    const turns = new Map([...PROCESSES.keys()].map((name) => [name, this.#turns(name)]));
    const all = await this.#lab.rpc("supervisor.getAllProcessInfo") as readonly RpcValue[];
    for (const { group, name: process, statename, pid } of all.map(readProcessInfo)) {
      const name = group === process ? process : `${group}:${process}`;
      if (statename === "RUNNING") await this.#checkRunning(name, pid);
      // Whoever works on it knows more.
      const isQuiet = turns.get(name) === this.#turns(name) && this.#turns(name) % 2 === 0;
      if (isQuiet) this.#knowledge.seen(name, statename as ProcessState);
    }
  }

  #turns(name: string): number {
    return this.#locks.turns(groupOf(name));
  }

  /** A pid that is said to be there is a child of the daemon, or is soon said no more. */
  async #checkRunning(name: string, pid: number): Promise<void> {
    if (isAlive(pid) && parentOf(pid) === this.#pid) return;
    const isOver = async () => {
      const all = await this.#lab.rpc("supervisor.getAllProcessInfo") as readonly RpcValue[];
      return !all.map(readProcessInfo).some((info) => info.pid === pid);
    };
    await this.#lab.until(isOver, `${name} is no longer said to run as ${pid}`);
  }
}

function nameOf(pid: number): string | undefined {
  return /(?:^|\0)SUPERVISOR_PROCESS_NAME=([^\0]*)/.exec(readProc(pid, "environ"))?.[1];
}

/** When it was started: with the pid, who it is. */
function startOf(pid: number): string {
  return readProc(pid, "stat").replace(/^.*\) /s, "").split(" ")[19] ?? "";
}
