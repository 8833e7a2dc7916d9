/** What the buttons do, and what the page says afterwards. @see spec/control.md §6, "action" */
import { describeProcess } from "../../engine/describe.ts";
import type { ManagedProcess } from "../../engine/process.ts";
import { FAULT_CODES, RpcFault } from "../../rpc/faults.ts";
import { fromArray } from "../../rpc/members.ts";
import { readGroupResult } from "../../rpc/structs.ts";
import type { RpcValue } from "../../rpc/xml_value.ts";
import type { Daemon } from "../daemon.ts";
import { findProcess, groupNamed, processNamed } from "../lookup.ts";
import { call, unexpected } from "./calls.ts";
import { ctime } from "./ctime.ts";

/** @returns What was done, or why not, in a sentence for the page. */
type Action = (daemon: Daemon, name: string) => Promise<string>;

/** The name is a process's. */
const processActions: ReadonlyMap<string, Action> = new Map([
  ["start", start],
  ["stop", stop],
  ["restart", restart],
  ["clearlog", clearLog],
]);

/** The name is a group's. */
const groupActions: ReadonlyMap<string, Action> = new Map([
  ["startgroup", startGroup],
  ["stopgroup", stopGroup],
  ["restartgroup", restartGroup],
]);

/** About everything there is; the name means nothing. */
const pageActions: ReadonlyMap<string, Action> = new Map([
  ["refresh", (daemon) => Promise.resolve(`Page refreshed at ${ctime(daemon.wall())}`)],
  ["stopall", stopAll],
  ["restartall", restartAll],
]);

/** What the texts of a start say for a fault. */
const START_TROUBLES: ReadonlyMap<number, string> = new Map([
  [FAULT_CODES.NO_FILE, "no such file"],
  [FAULT_CODES.NOT_EXECUTABLE, "file not executable"],
  [FAULT_CODES.ALREADY_STARTED, "already started"],
  [FAULT_CODES.SPAWN_ERROR, "spawn error"],
  [FAULT_CODES.ABNORMAL_TERMINATION, "abnormal termination"],
]);

/**
 * Does what a button asks for and waits until it is done.
 *
 * @param name The namespec of a process, or the name of a group.
 * @returns A sentence for the page; undefined where there is no such action.
 */
export async function perform(
  daemon: Daemon,
  action: string,
  name: string,
): Promise<string | undefined> {
  if (processActions.has(action) && !findProcess(daemon.supervisor, name)) {
    return `No such process named ${name}`;
  }
  if (groupActions.has(action) && !daemon.supervisor.groups.has(name)) {
    return `No such group named ${name}`;
  }
  const act = processActions.get(action) ?? groupActions.get(action) ?? pageActions.get(action);
  try {
    return await act?.(daemon, name);
  } catch (error) {
    return unexpected(error);
  }
}

async function start(daemon: Daemon, name: string): Promise<string> {
  try {
    const { waiting } = await begin(
      daemon,
      [processNamed(daemon.supervisor, name)],
      () => call(daemon, "startProcess", name),
    );
    const [first] = waiting;
    return first ? `Process ${name} is ${first.reason}` : `Process ${name} started`;
  } catch (error) {
    const known = error instanceof RpcFault && START_TROUBLES.get(error.code);
    return `ERROR: Process ${name}: ${known || unexpected(error)}`;
  }
}

async function stop(daemon: Daemon, name: string): Promise<string> {
  await call(daemon, "stopProcess", name);
  return `Process ${name} stopped`;
}

/** Neither half's failure is reported: the row shows what became of it. */
async function restart(daemon: Daemon, name: string): Promise<string> {
  await call(daemon, "stopProcess", name).catch(unexpected);
  await begin(
    daemon,
    [processNamed(daemon.supervisor, name)],
    () => call(daemon, "startProcess", name).catch(unexpected),
  );
  return `Process ${name} restarted`;
}

async function clearLog(daemon: Daemon, name: string): Promise<string> {
  await call(daemon, "clearProcessLogs", name);
  return `Log for ${name} cleared`;
}

async function startGroup(daemon: Daemon, name: string): Promise<string> {
  return `Group ${name} started` + butNot(await beginGroup(daemon, name));
}

async function stopGroup(daemon: Daemon, name: string): Promise<string> {
  return `Group ${name} stopped` + butNot(failed(await call(daemon, "stopProcessGroup", name)));
}

async function restartGroup(daemon: Daemon, name: string): Promise<string> {
  await call(daemon, "stopProcessGroup", name);
  return `Group ${name} restarted` + butNot(await beginGroup(daemon, name));
}

async function stopAll(daemon: Daemon): Promise<string> {
  await call(daemon, "stopAllProcesses");
  return `All stopped at ${ctime(daemon.wall())}`;
}

async function restartAll(daemon: Daemon): Promise<string> {
  await call(daemon, "stopAllProcesses");
  await begin(daemon, daemon.supervisor.allProcesses(), () => call(daemon, "startAllProcesses"));
  return `All restarted at ${ctime(daemon.wall())}`;
}

interface Begun {
  /** null: nobody waits for it. */
  readonly results: RpcValue | null;
  readonly waiting: readonly Undone[];
}

/** Starts processes. What waits for other programs is not waited for: its row shows what becomes of it. */
async function begin(
  daemon: Daemon,
  processes: Iterable<ManagedProcess>,
  start: () => Promise<RpcValue | string>,
): Promise<Begun> {
  const results = start();
  const now = daemon.supervisor.clock.now();
  const waiting = [...processes].filter(({ waiting }) => waiting !== null)
    .map((process) => ({ name: process.config.name, reason: describeProcess(process, now) }));
  if (waiting.length === 0) return { results: await results, waiting };
  results.catch(() => {});
  return { results: null, waiting };
}

async function beginGroup(daemon: Daemon, name: string): Promise<readonly Undone[]> {
  const { processes } = groupNamed(daemon.supervisor, name);
  const start = () => call(daemon, "startProcessGroup", name);
  const { results, waiting } = await begin(daemon, processes.values(), start);
  return results === null ? waiting : failed(results);
}

/** A member of a group that an action has not done its work for. */
interface Undone {
  readonly name: string;
  readonly reason: string;
}

function failed(results: RpcValue): readonly Undone[] {
  return fromArray(results, readGroupResult)
    .filter(({ status }) => status !== FAULT_CODES.SUCCESS)
    .map(({ name, status, description }) => (
      { name, reason: START_TROUBLES.get(status) ?? description }
    ));
}

function butNot(undone: readonly Undone[]): string {
  const told = undone.map(({ name, reason }) => `${name} (${reason})`);
  return told.length === 0 ? "" : `, but not ${told.join(", ")}`;
}
