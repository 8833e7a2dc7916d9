/** Carrying an update out: who is to go or to come anew stops, and what is new takes the room. */
import type { GroupConfig, ProcessConfig } from "../model/config.ts";
import type { Asker } from "../model/details.ts";
import type { PlannedGroup, ProcessStep, UpdateTrouble } from "../model/update.ts";
import { inStopOrder } from "./order.ts";
import type { ManagedProcess } from "./process.ts";
import { isDown, untilOver } from "./shutdown.ts";
import type { Supervisor } from "./supervisor.ts";
import type { Group } from "./supervisor_world.ts";

const UPDATE: Asker = { via: "update", peer: null };

/**
 * Brings active groups in line with what was read.
 *
 * A process that takes long to stop holds up its own restart, and what is added, which may need its
 * port or its files; everything else goes on. Nobody is waited for longer than at a shutdown: what
 * SIGKILL does not end stays as it was, and is told. Once the daemon stops, nothing is started.
 *
 * @returns What could not be done.
 */
export async function applyUpdate(
  supervisor: Supervisor,
  planned: readonly PlannedGroup[],
): Promise<readonly UpdateTrouble[]> {
  const update = new Update(supervisor, planned);
  update.begin();
  const restarts = update.renewMembers();
  await Promise.all([...update.removeMembers(), ...update.removeGroups()]);
  update.reshape();
  update.startNew();
  await Promise.all(restarts);
  update.reshape();
  update.noteLeft();
  return update.troubles;
}

/** What becomes of a group that is there. */
interface Work extends PlannedGroup {
  readonly group: Group;
}

class Update {
  readonly troubles: UpdateTrouble[] = [];
  readonly #supervisor: Supervisor;
  readonly #planned: readonly PlannedGroup[];
  readonly #works: readonly Work[];

  constructor(supervisor: Supervisor, planned: readonly PlannedGroup[]) {
    this.#supervisor = supervisor;
    this.#planned = planned;
    this.#works = planned.flatMap(({ step, config }) => {
      const group = supervisor.groups.get(step.group);
      return group ? [{ step, config, group }] : [];
    });
  }

  /** Makes room for new members, and stops whoever has to: the highest priority first. */
  begin(): void {
    this.reshape();
    const stopping = new Set<ManagedProcess | undefined>();
    for (const { group, step } of this.#works) {
      for (const { name, stops } of step.processes) {
        if (stops) stopping.add(group.processes.get(name));
      }
    }
    for (const process of inStopOrder(this.#works.map(({ group }) => group))) {
      if (stopping.has(process)) this.#supervisor.stop(process, UPDATE);
    }
  }

  /** Members that change, each as soon as it can. */
  renewMembers(): Promise<void>[] {
    return this.#steps("change").map(async ({ work, process, step }) => {
      const config = configOf(work.config!, step.name);
      if ((step.stops || step.starts) && !await this.#isOver(process)) return;
      const trouble = this.#supervisor.adopt(process, config);
      if (trouble !== undefined) this.#note(process.group, step.name, trouble);
      if (step.starts && isDown(process)) this.#start(process);
    });
  }

  /** Members that leave. They are in the group until they are down. */
  removeMembers(): Promise<unknown>[] {
    return this.#steps("remove").map(({ process }) => this.#isOver(process));
  }

  /** Groups that go, or come anew. */
  removeGroups(): Promise<void>[] {
    const works = this.#works.filter(({ step }) => step.action !== "change");
    return works.map(async ({ group, step, config }) => {
      const processes = [...group.processes.values()];
      const downs = await Promise.all(processes.map((process) => this.#isOver(process)));
      if (!downs.every(Boolean) || !this.#isThere(group)) return;
      if (!this.#supervisor.removeGroup(group)) {
        return this.#note(step.group, null, "was started meanwhile");
      }
      // What comes to it from elsewhere has to be down there first.
      if (config && !step.processes.some(({ action }) => action === "add")) this.#add(config);
    });
  }

  /** New groups, and new members. */
  startNew(): void {
    for (const { step, config } of this.#planned) {
      if (config && step.action !== "change") this.#add(config);
    }
    for (const { process, step } of this.#steps("add")) {
      if (step.starts && process.laststart === 0) this.#start(process);
    }
  }

  /** Groups are what was read, as far as their processes have got there. */
  reshape(): void {
    for (const { group, step, config } of this.#works) {
      if (step.action !== "change" || !this.#isThere(group)) continue;
      const names = new Set(config!.processes.map(({ name }) => name));
      const staying = config!.processes.map((process) =>
        group.processes.get(process.name)?.config ?? process
      );
      const leaving = [...group.processes.values()]
        .filter((process) => !names.has(process.config.name) && !isDown(process))
        .map((process) => process.config);
      this.#supervisor.reshape(group, { ...config!, processes: [...staying, ...leaving] });
    }
  }

  /** Somebody has started what was to leave, when it was down already. */
  noteLeft(): void {
    for (const { process } of this.#steps("remove")) {
      const { group, config: { name } } = process;
      const isTold = this.troubles.some((one) => one.group === group && one.process === name);
      if (!isTold && !isDown(process)) this.#note(group, name, "was started meanwhile");
    }
  }

  /** Steps of members of groups that go on. */
  #steps(action: ProcessStep["action"]) {
    return this.#works.filter(({ step }) => step.action === "change").flatMap((work) =>
      work.step.processes.filter((step) => step.action === action).flatMap((step) => {
        const process = work.group.processes.get(step.name);
        return process ? [{ work, process, step }] : [];
      })
    );
  }

  #add(config: GroupConfig): void {
    const supervisor = this.#supervisor;
    if (supervisor.stopping || supervisor.groups.has(config.name)) return;
    supervisor.autostart(supervisor.addGroup(config));
  }

  #start(process: ManagedProcess): void {
    if (!this.#supervisor.stopping) this.#supervisor.start(process);
  }

  /** Waits for the end of one that was told to stop. @returns false if it does not come. */
  async #isOver(process: ManagedProcess): Promise<boolean> {
    await untilOver(this.#supervisor, process, () => {});
    if (isDown(process) && process.status.state !== "UNKNOWN") return true;
    const text = process.status.state === "UNKNOWN" ? process.spawnerr : "SIGKILL does not end it";
    this.#note(process.group, process.config.name, text);
    return false;
  }

  /** Somebody else may have removed it. */
  #isThere(group: Group): boolean {
    return this.#supervisor.groups.get(group.config.name) === group;
  }

  #note(group: string, process: string | null, text: string): void {
    this.troubles.push({ group, process, text });
  }
}

function configOf(group: GroupConfig, name: string): ProcessConfig {
  return group.processes.find((process) => process.name === name)!;
}
