/** What the status page shows, as plain data. */
import { describeProcess, formatUptime, healthSuffix } from "../../engine/describe.ts";
import { type ManagedProcess, processNamespec } from "../../engine/process.ts";
import type { Group } from "../../engine/supervisor_world.ts";
import type { ProcessState } from "../../model/state.ts";
import { processDetails } from "../api/details.ts";
import type { Daemon } from "../daemon.ts";
import { isTroubled } from "../explain/explanation.ts";

export interface ProcessView {
  readonly namespec: string;
  readonly state: ProcessState;
  /** It is to be started, and waits for others. */
  readonly waits: boolean;
  /** Up to the uptime in it, so that views which are equal look the same. */
  readonly description: string;
  /** What follows the uptime. */
  readonly health: string;
  /** Monotonic milliseconds; null if there is no uptime to show. */
  readonly startedAt: number | null;
  /** There is something to explain. */
  readonly isTroubled: boolean;
}

export interface GroupView {
  readonly name: string;
  /** A single program that is called like its group: there is nothing to say of the group. */
  readonly single: boolean;
  readonly processes: readonly ProcessView[];
}

export interface StatusView {
  /** Monotonic milliseconds: when it was so. */
  readonly now: number;
  readonly identifier: string;
  readonly hostname: string;
  /** Sorted by name, as are the processes of each. */
  readonly groups: readonly GroupView[];
  /** How many processes are in a state, for states that some are in. */
  readonly counts: readonly (readonly [ProcessState, number])[];
}

/** The order in which states are counted out: what needs somebody comes first. */
const ORDER: readonly ProcessState[] = [
  "FATAL",
  "UNKNOWN",
  "BACKOFF",
  "RUNNING",
  "STARTING",
  "STOPPING",
  "STOPPED",
  "EXITED",
];

export function statusView(daemon: Daemon): StatusView {
  const now = daemon.supervisor.clock.now();
  const groups = [...daemon.supervisor.groups.values()]
    .map((group) => groupView(daemon, group))
    .sort((a, b) => compareText(a.name, b.name));
  const states = groups.flatMap((group) => group.processes.map(({ state }) => state));
  const counts = ORDER
    .map((state) => [state, states.filter((each) => each === state).length] as const)
    .filter(([, count]) => count > 0);
  const { identifier } = daemon.config().supervisord;
  return { now, identifier, hostname: daemon.hostname, groups, counts };
}

/** The processes that somebody should look at, with the reason. */
export function troubles(view: StatusView): ProcessView[] {
  return view.groups.flatMap(({ processes }) => processes)
    .filter(({ state }) => state === "FATAL");
}

function groupView(daemon: Daemon, group: Group): GroupView {
  const { name } = group.config;
  const processes = [...group.processes.values()]
    .sort((a, b) => compareText(a.config.name, b.config.name))
    .map((process) => processView(daemon, process));
  return { name, single: processes.length === 1 && processes[0]!.namespec === name, processes };
}

function processView(daemon: Daemon, process: ManagedProcess): ProcessView {
  const now = daemon.supervisor.clock.now();
  const { state } = process.status;
  const startedAt = state === "RUNNING" ? process.startedAt : null;
  const uptime = startedAt === null ? "" : formatUptime(now - startedAt);
  const health = healthSuffix(process);
  const description = describeProcess(process, now);
  return {
    namespec: processNamespec(process),
    state,
    waits: process.waiting !== null,
    description: description.slice(0, description.length - uptime.length - health.length),
    health,
    startedAt,
    isTroubled: isTroubled(processDetails(daemon, process)),
  };
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
