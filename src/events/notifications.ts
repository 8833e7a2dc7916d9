/** What listeners are told: a name and a payload for everything that can happen. */
import type { Channel } from "../model/config.ts";
import { describeBytes } from "../model/python_bytes.ts";
import type { ProcessState } from "../model/state.ts";
import type { ConcreteEventType } from "../model/event_types.ts";

/** An event as it happened; its values do not change while it waits to be delivered. */
export interface Notification {
  readonly type: ConcreteEventType;
  readonly payload: string;
}

/** A process by its bare name, and the group that it belongs to. */
export interface ProcessName {
  readonly process: string;
  readonly group: string;
}

/** A change of state as listeners hear of it. */
export interface ProcessChange extends ProcessName {
  readonly from: ProcessState;
  readonly to: ProcessState;
  /** Starts in a row that did not last, counted up to and with this change. */
  readonly tries: number;
  /** The pid it was about, also where the process is gone by now; 0 if there was none. */
  readonly pid: number;
  /** Of an exit: whether autorestart counts its status as expected. */
  readonly expected: boolean;
}

/** Bytes that a process wrote. */
export interface ProcessOutput extends ProcessName {
  readonly pid: number;
  readonly channel: Channel;
  readonly data: Uint8Array;
}

/** @see spec/events.md §2, PROCESS_STATE_* */
export function processState(change: ProcessChange): Notification {
  const more = stateDetails(change);
  return {
    type: `PROCESS_STATE_${change.to}`,
    payload: `${nameOf(change)} from_state:${change.from}${more}`,
  };
}

function stateDetails({ to, tries, pid, expected }: ProcessChange): string {
  switch (to) {
    case "STARTING":
    case "BACKOFF":
      return ` tries:${tries}`;
    case "RUNNING":
    case "STOPPING":
    case "STOPPED":
      return ` pid:${pid}`;
    case "EXITED":
      return ` expected:${Number(expected)} pid:${pid}`;
    case "FATAL":
    case "UNKNOWN":
      return "";
  }
}

/** One chunk of output, as it was read. */
export function processLog(output: ProcessOutput): Notification {
  const { channel, data, pid } = output;
  return {
    type: `PROCESS_LOG_${suffix(channel)}`,
    payload: `${nameOf(output)} pid:${pid} channel:${channel}\n${describeBytes(data)}`,
  };
}

/** What a process wrote between the tokens of capture mode. */
export function processCommunication(output: ProcessOutput): Notification {
  const { channel, data, pid } = output;
  return {
    type: `PROCESS_COMMUNICATION_${suffix(channel)}`,
    payload: `${nameOf(output)} pid:${pid}\n${describeBytes(data)}`,
  };
}

/** What a client sent with sendRemoteCommEvent; neither argument is escaped. */
export function remoteCommunication(type: string, data: string): Notification {
  return { type: "REMOTE_COMMUNICATION", payload: `type:${type}\n${data}` };
}

export function supervisorState(state: "RUNNING" | "STOPPING"): Notification {
  return { type: `SUPERVISOR_STATE_CHANGE_${state}`, payload: "" };
}

/** Seconds. */
export type TickPeriod = 5 | 60 | 3600;

/** @param when Start of the period, in seconds since 1970. */
export function tick(period: TickPeriod, when: number): Notification {
  return { type: `TICK_${period}`, payload: `when:${when}` };
}

/** The line feed at the end is sent, whatever Supervisor's documentation says. */
export function processGroup(change: "ADDED" | "REMOVED", group: string): Notification {
  return { type: `PROCESS_GROUP_${change}`, payload: `groupname:${group}\n` };
}

function nameOf({ process, group }: ProcessName): string {
  return `processname:${process} groupname:${group}`;
}

function suffix(channel: Channel): "STDOUT" | "STDERR" {
  return channel === "stdout" ? "STDOUT" : "STDERR";
}
