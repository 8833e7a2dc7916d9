/** The structs that methods return, as both ends see them. */
import { fromArray, fromInt, fromString, fromStruct, type Shape, toStruct } from "./members.ts";
import type { RpcStruct, RpcValue } from "./xml_value.ts";

/** `getProcessInfo`. Times in seconds since 1970, 0 for never. @see spec/control.md §4 */
export interface ProcessInfo {
  readonly name: string;
  readonly group: string;
  readonly start: number;
  readonly stop: number;
  readonly now: number;
  readonly state: number;
  readonly statename: string;
  /** Why the last start failed, or empty. */
  readonly spawnerr: string;
  /** Of the last run; -1 when a signal ended it. */
  readonly exitstatus: number;
  /** The same path as `stdout_logfile`. */
  readonly logfile: string;
  readonly stdout_logfile: string;
  readonly stderr_logfile: string;
  /** 0 while it is down. */
  readonly pid: number;
  readonly description: string;
}

/** `getAllConfigInfo`. `none` where nothing is set, log files also `auto`. @see spec/control.md §4 */
export interface ConfigInfo {
  readonly autostart: boolean;
  readonly autorestart: boolean | "unexpected";
  readonly directory: string;
  readonly uid: number | "none";
  readonly command: string;
  readonly exitcodes: readonly number[];
  readonly group: string;
  readonly group_prio: number;
  readonly inuse: boolean;
  readonly killasgroup: boolean;
  readonly name: string;
  readonly process_prio: number;
  readonly redirect_stderr: boolean;
  readonly startretries: number;
  readonly startsecs: number;
  readonly stdout_capture_maxbytes: number;
  readonly stdout_events_enabled: boolean;
  readonly stdout_logfile: string;
  readonly stdout_logfile_backups: number;
  readonly stdout_logfile_maxbytes: number;
  readonly stdout_syslog: boolean;
  readonly stopsignal: number;
  readonly stopwaitsecs: number;
  readonly stderr_capture_maxbytes: number;
  readonly stderr_events_enabled: boolean;
  readonly stderr_logfile: string;
  readonly stderr_logfile_backups: number;
  readonly stderr_logfile_maxbytes: number;
  readonly stderr_syslog: boolean;
  readonly serverurl: string;
}

/** One line of a group's results: status 80 and `OK`, or a fault's code and text. */
export interface GroupResult {
  readonly name: string;
  readonly group: string;
  readonly status: number;
  readonly description: string;
}

/** A tail: the text, the size of the file, and whether older text was left out. */
export interface Tail {
  readonly text: string;
  readonly offset: number;
  readonly overflow: boolean;
}

/** Names of the groups that a reread found to differ. */
export interface ConfigChanges {
  readonly added: readonly string[];
  readonly changed: readonly string[];
  readonly removed: readonly string[];
}

const STRING = ["string"] as const;
const INT = ["int"] as const;
const BOOLEAN = ["boolean"] as const;

const PROCESS_INFO: Shape<ProcessInfo> = {
  name: STRING,
  group: STRING,
  start: INT,
  stop: INT,
  now: INT,
  state: INT,
  statename: STRING,
  spawnerr: STRING,
  exitstatus: INT,
  logfile: STRING,
  stdout_logfile: STRING,
  stderr_logfile: STRING,
  pid: INT,
  description: STRING,
};

const CONFIG_INFO: Shape<ConfigInfo> = {
  autostart: BOOLEAN,
  autorestart: ["boolean", "string"],
  directory: STRING,
  uid: ["string", "int"],
  command: STRING,
  exitcodes: ["array"],
  group: STRING,
  group_prio: INT,
  inuse: BOOLEAN,
  killasgroup: BOOLEAN,
  name: STRING,
  process_prio: INT,
  redirect_stderr: BOOLEAN,
  startretries: INT,
  startsecs: INT,
  stdout_capture_maxbytes: INT,
  stdout_events_enabled: BOOLEAN,
  stdout_logfile: STRING,
  stdout_logfile_backups: INT,
  stdout_logfile_maxbytes: INT,
  stdout_syslog: BOOLEAN,
  stopsignal: INT,
  stopwaitsecs: INT,
  stderr_capture_maxbytes: INT,
  stderr_events_enabled: BOOLEAN,
  stderr_logfile: STRING,
  stderr_logfile_backups: INT,
  stderr_logfile_maxbytes: INT,
  stderr_syslog: BOOLEAN,
  serverurl: STRING,
};

const GROUP_RESULT: Shape<GroupResult> = {
  name: STRING,
  group: STRING,
  status: INT,
  description: STRING,
};

export const writeProcessInfo = (info: ProcessInfo): RpcStruct => toStruct(info, PROCESS_INFO);
export const readProcessInfo = (value: RpcValue): ProcessInfo => fromStruct(value, PROCESS_INFO);

export const writeConfigInfo = (info: ConfigInfo): RpcStruct => toStruct(info, CONFIG_INFO);
export const readConfigInfo = (value: RpcValue): ConfigInfo => fromStruct(value, CONFIG_INFO);

export const writeGroupResult = (result: GroupResult): RpcStruct => toStruct(result, GROUP_RESULT);
export const readGroupResult = (value: RpcValue): GroupResult => fromStruct(value, GROUP_RESULT);

export function writeTail(tail: Tail): RpcValue {
  return [tail.text, tail.offset, tail.overflow];
}

export function readTail(value: RpcValue): Tail {
  const [text = "", offset, overflow] = fromArray(value, (item) => item);
  return { text: fromString(text), offset: fromInt(offset), overflow: overflow === true };
}

/** `[[added, changed, removed]]`: nested one deeper than it need be, as clients know it. */
export function writeConfigChanges(changes: ConfigChanges): RpcValue {
  return [[changes.added, changes.changed, changes.removed]];
}

export function readConfigChanges(value: RpcValue): ConfigChanges {
  const [lists = []] = fromArray(value, (item) => item);
  const [added = [], changed = [], removed = []] = fromArray(lists, readNames);
  return { added, changed, removed };
}

function readNames(value: RpcValue): string[] {
  return fromArray(value, fromString);
}
