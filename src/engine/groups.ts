/** The active groups, and who is in them. */
import type { GroupConfig, ProcessConfig } from "../model/config.ts";
import { isStoppedState } from "../model/state.ts";
import { ascending } from "./order.ts";
import { type ManagedProcess, newProcess, processNamespec } from "./process.ts";
import type { Group, SupervisorWorld } from "./supervisor_world.ts";

/** Whom changes are told. */
type GroupsWorld = Pick<
  SupervisorWorld,
  "clock" | "groupAdded" | "groupReshaped" | "groupRemoved"
>;

export class Groups {
  readonly #world: GroupsWorld;
  readonly #dismissed: (process: ManagedProcess) => void;
  readonly #byName = new Map<string, Group>();
  /** Namespecs of those that an operator had stopped when the configuration was last read. */
  #stopped = new Set<string>();

  /** @param dismissed Called of each that is in no group any more. */
  constructor(world: GroupsWorld, dismissed: (process: ManagedProcess) => void) {
    this.#world = world;
    this.#dismissed = dismissed;
  }

  /** In the order in which they were added. */
  get byName(): ReadonlyMap<string, Group> {
    return this.#byName;
  }

  *processes(): Iterable<ManagedProcess> {
    for (const group of this.#byName.values()) yield* group.processes.values();
  }

  /** Whether it is in its group still. */
  has(process: ManagedProcess): boolean {
    return this.#byName.get(process.group)?.processes.get(process.config.name) === process;
  }

  /** The caller checks that the name is free. */
  add(config: GroupConfig): Group {
    const group = { config, processes: this.#members(config) };
    this.#byName.set(config.name, group);
    this.#world.groupAdded(group);
    return group;
  }

  /** @returns false if something in it is still up. */
  remove(group: Group): boolean {
    const processes = [...group.processes.values()];
    if (!processes.every((process) => isStoppedState(process.status.state))) return false;
    for (const process of processes) this.#dismissed(process);
    this.#byName.delete(group.config.name);
    this.#world.groupRemoved(group);
    return true;
  }

  /**
   * Gives a group other members. Those of a name that it has are kept as they are; those that are
   * not mentioned have to be down.
   */
  reshape(group: Group, config: GroupConfig): void {
    const before = group.processes;
    group.config = config;
    group.processes = this.#members(config, before);
    for (const [name, process] of before) {
      if (!group.processes.has(name)) this.#dismissed(process);
    }
    this.#world.groupReshaped(group);
  }

  /**
   * Remembers whom an operator has stopped, for groups that are removed and added again: the stops
   * that are part of an update come after this.
   */
  rememberStops(): void {
    const stopped = [...this.processes()].filter((process) => process.stoppedByOperator);
    this.#stopped = new Set(stopped.map(processNamespec));
  }

  /** It is to run, as far as operators are concerned. */
  forgetStop(process: ManagedProcess): void {
    process.stoppedByOperator = false;
    this.#stopped.delete(processNamespec(process));
  }

  /** Ascending by priority. @param before Those that stay. */
  #members(config: GroupConfig, before?: Group["processes"]): Group["processes"] {
    const members = new Map<string, ManagedProcess>();
    for (const process of ascending(config.processes)) {
      members.set(process.name, before?.get(process.name) ?? this.#newMember(config.name, process));
    }
    return members;
  }

  #newMember(group: string, config: ProcessConfig): ManagedProcess {
    const member = newProcess(group, config, this.#world.clock.now());
    member.stoppedByOperator = this.#stopped.has(processNamespec(member));
    return member;
  }
}
