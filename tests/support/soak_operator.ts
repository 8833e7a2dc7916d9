/** Does to the daemon what the plan says, and holds every answer against what is known. */
import fs from "node:fs";
import http from "node:http";
import { readConfigChanges, readGroupResult } from "../../src/rpc/structs.ts";
import { type FaultName, faultNameOf, RpcFault } from "../../src/rpc/faults.ts";
import { writeCall } from "../../src/rpc/write_xml.ts";
import type { RpcValue } from "../../src/rpc/xml_value.ts";
import type { ProcessState } from "../../src/model/state.ts";
import { type Lab, type Ran, signal } from "./lab.ts";
import { sectionsOf, type SoakProcess, type Versions } from "./soak_fleet.ts";
import { groupOf, GROUPS, Knowledge, Violation } from "./soak_knowledge.ts";
import { Locks } from "./soak_locks.ts";
import type { Answer, Request } from "./soak_model.ts";
import type { Change, Deed } from "./soak_plan.ts";

/** The configuration of ctl, which stays while the daemon's is rewritten. */
export const CTL_CONF = "ctl.conf";

/** Runs ctl. */
export function ctl(lab: Lab, ...words: readonly string[]): Promise<Ran> {
  return lab.visor("ctl", "-c", lab.path(CTL_CONF), ...words);
}

/** Longer than any answer takes, on a machine that has much else to do. */
export const PATIENCE_MS = 60_000;

/** Everybody who changes the configuration waits for this. */
const CONFIG = "the configuration";

/** HUP ends all of our programs, and WINCH none. */
const DEADLY = "HUP";
const HARMLESS = "WINCH";

const CTL_WORDS: readonly (readonly [RegExp, Answer])[] = [
  [/: (started|stopped|signalled)$/, "OK"],
  [/ERROR \(no such (process|group)\)$/, "BAD_NAME"],
  [/ERROR \(no such file\)$/, "NO_FILE"],
  [/ERROR \(already started\)$/, "ALREADY_STARTED"],
  [/ERROR \(not running\)$/, "NOT_RUNNING"],
  [/ERROR \(spawn error\)$/, "SPAWN_ERROR"],
  [/ERROR \(abnormal termination\)$/, "ABNORMAL_TERMINATION"],
];

export class SoakOperator {
  readonly knowledge = new Knowledge();
  readonly locks = new Locks();
  readonly #lab: Lab;
  readonly #versions = new Map<string, number | null>();

  constructor(lab: Lab) {
    this.#lab = lab;
  }

  /** A configuration with one program alone. @returns That one. */
  prepare(): SoakProcess {
    const [first, ...others] = GROUPS.values();
    for (const { name } of others) this.#versions.set(name, null);
    this.#writeConfig();
    fs.copyFileSync(this.#lab.conf, this.#lab.path(CTL_CONF));
    this.knowledge.added(first!.name);
    return first!.processes[0]!;
  }

  /** Brings all the others in. */
  async begin(): Promise<void> {
    const added = [...this.#versions.keys()];
    this.#versions.clear();
    this.#writeConfig();
    await this.#lab.rpc("supervisor.reloadConfig");
    for (const group of added) await this.#add(group);
  }

  /** @returns false if it is not one of ours to do. */
  async do(deed: Deed): Promise<boolean> {
    switch (deed.type) {
      case "ask":
        await this.#alone(deed.name, () => this.ask(deed.name, deed.request, deed.by));
        return true;
      case "askGroup":
        await this.#alone(deed.group, () => this.#askGroup(deed.group, deed.request));
        return true;
      case "restart":
        await this.#alone(deed.name, () => this.#restart(deed.name));
        return true;
      case "kill":
        await this.#alone(deed.name, () => this.#kill(deed.name));
        return true;
      case "abandon":
        await this.#alone(deed.name, () => this.#abandon(deed.name));
        return true;
      case "rush":
        await this.#alone(deed.name, () => this.#rush(deed.name, deed.requests));
        return true;
      case "update":
        await this.locks.with(
          [CONFIG, ...deed.changes.keys()],
          () => this.#update(deed.changes, deed.by),
        );
        return true;
      default:
        return false;
    }
  }

  #alone(name: string, task: () => Promise<void>): Promise<void> {
    return this.locks.with([groupOf(name)], task);
  }

  async ask(name: string, request: Request, by: "rpc" | "ctl" = "rpc"): Promise<void> {
    const pid = await this.#deadlyFor([name], request);
    const isByCtl = by === "ctl" && (request.type === "signal" || request.wait);
    const answer = isByCtl ? await this.#ctl(name, request) : await this.#rpc(name, request);
    this.knowledge.answered(name, request, answer);
    await this.#settle([name], pid);
  }

  /** The pids that a deadly signal is meant for: until they are gone, it is still under way. */
  async #deadlyFor(names: readonly string[], request: Request): Promise<ReadonlySet<number>> {
    const pids = new Set<number>();
    if (request.type !== "signal" || !request.deadly) return pids;
    for (const name of names) if (this.knowledge.has(name)) pids.add(await this.#look(name));
    pids.delete(0);
    return pids;
  }

  /** Nothing is under way any more that was asked for. */
  async #settle(names: readonly string[], dying: ReadonlySet<number> = new Set()): Promise<void> {
    for (const name of names) {
      if (!this.knowledge.has(name)) continue;
      const isSettled = async () => {
        const { pid, statename } = await this.#lab.info(name);
        if (statename === "STOPPING" || dying.has(pid)) return false; // there is more to come
        this.knowledge.seen(name, statename as ProcessState);
        return true;
      };
      await this.#lab.until(isSettled, `${name} has settled`, PATIENCE_MS);
    }
  }

  /** Sees its state. @returns Its pid. */
  async #look(name: string): Promise<number> {
    const info = await this.#lab.info(name);
    this.knowledge.seen(name, info.statename as ProcessState);
    return info.pid;
  }

  #rpc(name: string, request: Request): Promise<Answer> {
    return request.type === "signal"
      ? this.#answerOf("supervisor.signalProcess", name, request.deadly ? DEADLY : HARMLESS)
      : this.#answerOf(`supervisor.${request.type}Process`, name, request.wait);
  }

  async #answerOf(method: string, ...params: readonly RpcValue[]): Promise<Answer> {
    try {
      await this.#lab.rpc(method, ...params);
      return "OK";
    } catch (error) {
      return faultOf(error);
    }
  }

  async #ctl(name: string, request: Request): Promise<Answer> {
    const words = request.type === "signal"
      ? ["signal", request.deadly ? DEADLY : HARMLESS, name]
      : [request.type, name];
    const [answer] = answersIn(await ctl(this.#lab, ...words), 1);
    return answer!;
  }

  /** ctl stops it, and starts it when that is done. */
  async #restart(name: string): Promise<void> {
    const [stopped, started] = answersIn(await ctl(this.#lab, "restart", name), 2);
    this.knowledge.answered(name, { type: "stop", wait: true }, stopped!);
    this.knowledge.answered(name, { type: "start", wait: true }, started!);
  }

  async #askGroup(group: string, request: Request): Promise<void> {
    const names = GROUPS.get(group)!.processes.map(({ name }) => name);
    const dying = await this.#deadlyFor(names, request);
    const argument = request.type === "signal" ? request.deadly ? DEADLY : HARMLESS : request.wait;
    const verb = `supervisor.${request.type}ProcessGroup`;
    let results: RpcValue;
    try {
      results = await this.#lab.rpc(verb, group, argument);
    } catch (error) {
      return this.knowledge.answered(names[0]!, request, faultOf(error));
    }
    const answers = new Map((results as readonly RpcValue[]).map((value) => {
      const { name, status } = readGroupResult(value);
      return [name, status === 80 ? "OK" as const : faultNameOf(status)];
    }));
    for (const { name, process } of GROUPS.get(group)!.processes) {
      this.knowledge.answeredInGroup(name, request, answers.get(process));
    }
    await this.#settle(names, dying);
  }

  /** From outside, where it is asked for nothing else and still the one that was looked at. */
  async #kill(name: string): Promise<void> {
    if (!this.knowledge.has(name)) return;
    const pid = await this.#look(name);
    if (pid === 0 || !this.#lab.marked().includes(pid)) return;
    signal(pid, "SIGKILL");
    this.knowledge.answered(name, { type: "signal", deadly: true }, "OK");
    await this.#settle([name], new Set([pid]));
  }

  /** A stop whose client is gone before the answer: it is carried out all the same. */
  async #abandon(name: string): Promise<void> {
    const isUp = this.knowledge.has(name) &&
      [...this.knowledge.statesOf(name)].join() === "RUNNING";
    if (!isUp) return;
    const request = http.request({
      socketPath: this.#lab.socket,
      agent: false,
      method: "POST",
      path: "/RPC2",
    });
    request.on("error", () => {});
    request.end(writeCall("supervisor.stopProcess", [name, true]));
    const isHeard = async () => (await this.#lab.info(name)).statename !== "RUNNING";
    await this.#lab.until(isHeard, `${name} is being stopped`, PATIENCE_MS);
    request.destroy();
    this.knowledge.answered(name, { type: "stop", wait: false }, "OK");
    await this.#settle([name]);
  }

  /** Several requests at once. What each answers depends on who came first. */
  async #rush(name: string, requests: readonly Request[]): Promise<void> {
    if (!this.knowledge.has(name)) return;
    this.knowledge.forget(name);
    const answers = await Promise.all(requests.map((request) => this.#rpc(name, request)));
    for (const [i, answer] of answers.entries()) {
      // Stopped by another while it was waited for.
      if (requests[i]!.type === "start" && answer === "ABNORMAL_TERMINATION") continue;
      this.knowledge.answered(name, requests[i]!, answer);
      this.knowledge.forget(name);
    }
    await this.#settle([name]);
  }

  async #update(changes: ReadonlyMap<string, Change>, by: "rpc" | "ctl"): Promise<void> {
    const expected = { added: [] as string[], changed: [] as string[], removed: [] as string[] };
    for (const [group, change] of changes) {
      const isThere = this.knowledge.has(GROUPS.get(group)!.processes[0]!.name);
      const kind = !isThere ? "added" : change === "toggle" ? "removed" : "changed";
      expected[kind].push(group);
      this.#versions.set(group, kind === "removed" ? null : (this.#versions.get(group) ?? 0) + 1);
    }
    this.#writeConfig();
    if (by === "ctl") await this.#updateByCtl(expected);
    else await this.#updateByRpc(expected);
    for (const group of [...expected.removed, ...expected.changed]) this.knowledge.removed(group);
    for (const group of [...expected.changed, ...expected.added]) this.knowledge.added(group);
  }

  async #updateByCtl({ added, changed, removed }: Changes): Promise<void> {
    const { status, stdout } = await ctl(this.#lab, "update", ...added, ...changed, ...removed);
    const wanted = [
      ...removed.flatMap((group) => [`${group}: stopped`, `${group}: removed process group`]),
      ...changed.flatMap((group) => [`${group}: stopped`, `${group}: updated process group`]),
      ...added.map((group) => `${group}: added process group`),
    ];
    const lines = stdout.trim().split("\n");
    if (status !== 0 || lines.toSorted().join() !== wanted.toSorted().join()) {
      throw new Violation(`ctl update exits with ${status}: ${lines}; expected ${wanted}`);
    }
  }

  async #updateByRpc(expected: Changes): Promise<void> {
    const found = readConfigChanges(await this.#lab.rpc("supervisor.reloadConfig"));
    const tell = ({ added, changed, removed }: Changes) =>
      [added, changed, removed].map((names) => names.toSorted().join(" ")).join(" | ");
    if (tell(found) !== tell(expected)) {
      throw new Violation(`reloadConfig says ${tell(found)}, expected ${tell(expected)}`);
    }
    for (const group of [...expected.removed, ...expected.changed]) {
      await this.#askGroup(group, { type: "stop", wait: true });
      await this.#lab.rpc("supervisor.removeProcessGroup", group);
    }
    for (const group of [...expected.changed, ...expected.added]) await this.#add(group);
  }

  async #add(group: string): Promise<void> {
    await this.#lab.rpc("supervisor.addProcessGroup", group);
    this.knowledge.added(group);
  }

  #writeConfig(): void {
    const versions: Versions = this.#versions;
    this.#lab.config(sectionsOf(versions));
  }
}

interface Changes {
  readonly added: readonly string[];
  readonly changed: readonly string[];
  readonly removed: readonly string[];
}

function faultOf(error: unknown): FaultName {
  const name = error instanceof RpcFault ? faultNameOf(error.code) : undefined;
  if (name === undefined) throw error;
  return name;
}

function answersIn(ran: Ran, count: number): Answer[] {
  const lines = ran.stdout.trim().split("\n");
  const answers = lines.map((line) => CTL_WORDS.find(([words]) => words.test(line))?.[1]);
  if (lines.length !== count || answers.includes(undefined)) {
    throw new Violation(`ctl says ${JSON.stringify(ran)}`);
  }
  return answers as Answer[];
}
