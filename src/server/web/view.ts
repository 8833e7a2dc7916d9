/** What the status page shows, as plain data. */
import { describeProcess, formatUptime } from "../../engine/describe.ts";
import { type ManagedProcess, processNamespec } from "../../engine/process.ts";
import type { Group } from "../../engine/supervisor.ts";
import type { ProcessState } from "../../model/state.ts";
import type { WebDaemon } from "./web_daemon.ts";

export interface ProcessView {
  readonly namespec: string;
  readonly state: ProcessState;
  /** Without the uptime, which goes on by itself: two views that are equal look the same. */
  readonly description: string;
}

export interface GroupView {
  readonly name: string;
  /** A single program that is called like its group: there is nothing to say of the group. */
  readonly single: boolean;
  readonly processes: readonly ProcessView[];
}

export interface StatusView {
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

export function statusView(daemon: WebDaemon): StatusView {
  const groups = [...daemon.supervisor.groups.values()]
    .map(groupView)
    .sort((a, b) => compareText(a.name, b.name));
  const states = groups.flatMap((group) => group.processes.map(({ state }) => state));
  const counts = ORDER
    .map((state) => [state, states.filter((each) => each === state).length] as const)
    .filter(([, count]) => count > 0);
  const { identifier } = daemon.config().supervisord;
  return { identifier, hostname: daemon.hostname, groups, counts };
}
