/** With stopscope=tree: what a program has started, and what has left its process group. */
import type { ManagedProcess } from "../engine/process.ts";
import { namespec } from "../model/namespec.ts";
import {
  ancestorOf,
  type Descendant,
  descendants,
  hasVariable,
  ownIdentity,
  signalDescendant,
} from "../platform/process_tree.ts";

/** Says of a process which program it comes from, wherever it went. */
const MARK = "VISOR_TREE";

let identity: string | undefined;

/** Of this daemon and no other: programs may be supervisors themselves. */
export function treeMark(group: string, name: string): readonly [name: string, value: string] {
  identity ??= ownIdentity();
  return [MARK, `${identity}:${namespec(group, name)}`];
}

export class EscapedProcesses {
  readonly #isStarted: (pid: number) => boolean;
  /** Those that were found once, by program: who cleans its environment is known all the same. */
  readonly #known = new WeakMap<ManagedProcess, readonly Descendant[]>();

  /** Those that became another user: a stop does not wait for them. */
  readonly #outOfReach = new Set<string>();

  /** @param isStarted Whether a pid is that of a program or a command that we started. */
  constructor(isStarted: (pid: number) => boolean) {
    this.#isStarted = isStarted;
  }

  signal(process: ManagedProcess, signal: number): void {
    for (const one of this.#find(process)) {
      if (!signalDescendant(one, signal)) this.#outOfReach.add(`${one.pid} ${one.startTime}`);
    }
  }

  lives(process: ManagedProcess): boolean {
    return this.#find(process).length > 0;
  }

  /**
   * They descend from its process; or, when that has ended and they have become our children, they
   * carry its mark, or were seen before, or descend from such a one.
   */
  #find(process: ManagedProcess): readonly Descendant[] {
    const all = descendants();
    const mark = treeMark(process.group, process.config.name).join("=");
    const known = this.#known.get(process) ?? [];
    const isKnown = ({ pid, startTime }: Descendant) =>
      known.some((one) => one.pid === pid && one.startTime === startTime);
    const verdicts = new Map<number, boolean>();
    const isOurs = (top: number) =>
      top === process.pid ||
      !this.#isStarted(top) && (isKnown(all.get(top)!) || hasVariable(top, mark));
    const found = [...all.values()].filter((one) => {
      if (one.pid === process.pid || one.pgid === process.pgid) return false;
      if (this.#outOfReach.has(`${one.pid} ${one.startTime}`)) return false;
      const top = ancestorOf(one.pid, all)!;
      if (!verdicts.has(top)) verdicts.set(top, isOurs(top));
      return verdicts.get(top)! || isKnown(one);
    });
    this.#known.set(process, found);
    return found;
  }
}
