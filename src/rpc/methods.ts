/**
 * Every method a client may call: what it takes, what it returns, what it is for.
 * @see spec/control.md §4
 */
import type { MemberType } from "./members.ts";

export type TypeName = MemberType | "struct";

export interface Method {
  /** Without namespace. An alias has the name of the method it stands for. */
  readonly name: string;
  readonly returns: TypeName;
  readonly params: readonly TypeName[];
  /** How many of `params` a caller must give; the others have defaults. */
  readonly required: number;
  /** For `system.methodHelp`. */
  readonly help: string;
}

type Row = readonly [name: string, signature: string, help: string];

/** Signatures read `params -> result`; `?` marks a parameter that may be left out. */
const SUPERVISOR_ROWS: readonly Row[] = [
  ["getAPIVersion", "-> string", "The version of this set of methods."],
  [
    "getSupervisorVersion",
    "-> string",
    "The version of Supervisor that the daemon is compatible with.",
  ],
  ["getIdentification", "-> string", "The identifier given to the daemon in its configuration."],
  ["getState", "-> struct", "What the daemon itself is doing: statecode and statename."],
  ["getPID", "-> int", "The process id of the daemon."],
  [
    "readLog",
    "int int -> string",
    "Read `length` bytes of the activity log from `offset`; length 0 reads to the end, and a " +
    "negative offset with length 0 reads that many bytes from the end.",
  ],
  ["clearLog", "-> boolean", "Empty the activity log by starting a new file."],
  ["shutdown", "-> boolean", "Stop every process and end the daemon. Answers before it is done."],
  [
    "restart",
    "-> boolean",
    "Stop every process and start the daemon afresh from its configuration.",
  ],
  [
    "reloadConfig",
    "-> array",
    "Read the configuration again, without acting on it. Returns [[added, changed, removed]], " +
    "three arrays of group names.",
  ],
  ["addProcessGroup", "string -> boolean", "Bring a group of the last read configuration to life."],
  ["removeProcessGroup", "string -> boolean", "Forget a group. All of its processes must be down."],
  [
    "startProcess",
    "string boolean? -> boolean",
    "Start a process by name, or a group as `group:*`. With `wait` (the default) it answers " +
    "once the process is up or has failed.",
  ],
  [
    "startProcessGroup",
    "string boolean? -> array",
    "Start every process of a group that is down; one result struct for each.",
  ],
  [
    "startAllProcesses",
    "boolean? -> array",
    "Start every process that is down; one result struct for each.",
  ],
  [
    "stopProcess",
    "string boolean? -> boolean",
    "Stop a process by name, or a group as `group:*`. With `wait` (the default) it answers " +
    "once the process is down.",
  ],
  [
    "stopProcessGroup",
    "string boolean? -> array",
    "Stop every process of a group that is up; one result struct for each.",
  ],
  [
    "stopAllProcesses",
    "boolean? -> array",
    "Stop every process that is up; one result struct for each.",
  ],
  [
    "signalProcess",
    "string string -> boolean",
    "Send a signal, by name or number, to a process or to a group given as `group:*`.",
  ],
  [
    "signalProcessGroup",
    "string string -> array",
    "Send a signal to every process of a group that has a pid.",
  ],
  ["signalAllProcesses", "string -> array", "Send a signal to every process that has a pid."],
  ["getProcessInfo", "string -> struct", "The state of one process, its times and its log files."],
  ["getAllProcessInfo", "-> array", "What getProcessInfo returns, for every process."],
  [
    "getAllConfigInfo",
    "-> array",
    "The options of every process in the last read configuration, active or not.",
  ],
  [
    "readProcessStdoutLog",
    "string int int -> string",
    "Read a process's stdout log: offset and length as in readLog.",
  ],
  [
    "readProcessStderrLog",
    "string int int -> string",
    "Read a process's stderr log: offset and length as in readLog.",
  ],
  [
    "tailProcessStdoutLog",
    "string int int -> array",
    "The end of a process's stdout log, for following it: [text, offset, overflow]. Pass the " +
    "offset back to get what was added; overflow says that more was added than `length`.",
  ],
  [
    "tailProcessStderrLog",
    "string int int -> array",
    "The end of a process's stderr log, as tailProcessStdoutLog gives that of stdout.",
  ],
  ["clearProcessLogs", "string -> boolean", "Empty the stdout and stderr logs of a process."],
  ["clearAllProcessLogs", "-> array", "Empty the logs of every process; one result for each."],
  [
    "sendProcessStdin",
    "string string -> boolean",
    "Write text to a process's standard input, exactly as given.",
  ],
  [
    "sendRemoteCommEvent",
    "string string -> boolean",
    "Announce a REMOTE_COMMUNICATION event with a type and data to the event listeners.",
  ],
];

const SUPERVISOR_ALIASES: ReadonlyMap<string, string> = new Map([
  ["getVersion", "getAPIVersion"],
  ["readMainLog", "readLog"],
  ["readProcessLog", "readProcessStdoutLog"],
  ["tailProcessLog", "tailProcessStdoutLog"],
  ["clearProcessLog", "clearProcessLogs"],
]);

const SYSTEM_ROWS: readonly Row[] = [
  ["listMethods", "-> array", "The names of all methods, sorted, with their namespaces."],
  ["methodHelp", "string -> string", "A text about the method of that name, like this one."],
  ["methodSignature", "string -> array", "The type a method returns, then those it takes."],
  [
    "multicall",
    "array -> array",
    "Carry out several calls one after the other, each a struct of methodName and params. " +
    "A call that fails gives a struct of faultCode and faultString and does not end the batch.",
  ],
];

/** Methods of a `[rpcinterface:x]` section, by name without the namespace, aliases included. */
export const SUPERVISOR_METHODS: ReadonlyMap<string, Method> = readRows(
  SUPERVISOR_ROWS,
  SUPERVISOR_ALIASES,
);

/** Methods of the namespace `system`, by name without it. */
export const SYSTEM_METHODS: ReadonlyMap<string, Method> = readRows(SYSTEM_ROWS, new Map());

/** `[return type, parameter types…]`, the answer of `system.methodSignature`. */
export function signature(method: Method): TypeName[] {
  return [method.returns, ...method.params];
}

/**
 * Find a method by its full name.
 *
 * @param namespaces Those under which the supervisor methods are offered, usually `supervisor`.
 * @returns undefined unless the name is exactly `namespace.name`, both known.
 */
export function findMethod(fullName: string, namespaces: readonly string[]): Method | undefined {
  const parts = fullName.split(".");
  if (parts.length !== 2) return undefined;
  const [namespace, name] = parts as [string, string];
  if (namespace === "system") return SYSTEM_METHODS.get(name);
  return namespaces.includes(namespace) ? SUPERVISOR_METHODS.get(name) : undefined;
}

/** The answer of `system.listMethods`. */
export function listMethods(namespaces: readonly string[]): string[] {
  const names = [...SYSTEM_METHODS.keys()].map((name) => `system.${name}`);
  for (const namespace of namespaces) {
    for (const name of SUPERVISOR_METHODS.keys()) names.push(`${namespace}.${name}`);
  }
  return names.sort();
}

function readRows(rows: readonly Row[], aliases: ReadonlyMap<string, string>): Map<string, Method> {
  const methods = new Map(rows.map((row) => [row[0], readRow(row)]));
  for (const [alias, name] of aliases) methods.set(alias, methods.get(name)!);
  return methods;
}

function readRow([name, text, help]: Row): Method {
  const [taken, returns] = text.split("->") as [string, string];
  const params = taken.split(" ").filter((param) => param !== "");
  return {
    name,
    returns: returns.trim() as TypeName,
    params: params.map((param) => param.replace("?", "") as TypeName),
    required: params.filter((param) => !param.endsWith("?")).length,
    help,
  };
}
