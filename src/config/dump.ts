/** A configuration as one JSON document in canonical form, to look at and to compare. */
import type {
  Account,
  Config,
  FcgiSocketConfig,
  GroupConfig,
  InetServerConfig,
  LogTarget,
  Owner,
  ProcessConfig,
  RpcInterfaceConfig,
  SupervisordConfig,
  UnixServerConfig,
} from "../model/config.ts";
import { signalName } from "../model/signal.ts";
import { OWN_DAEMON_OPTIONS, OWN_PROGRAM_OPTIONS } from "./known_options.ts";
import type { ConfigError } from "./problems.ts";
import { compareText } from "./text.ts";

export type Json = null | boolean | number | string | readonly Json[] | ReadonlyMap<string, Json>;

/**
 * Everything that was read. Sizes are in bytes, durations in seconds, modes octal in four digits;
 * an account is what the file calls it.
 *
 * @returns JSON with sorted keys, two spaces of indent and a newline at the end.
 */
export function dumpConfig(config: Config): string {
  const unix = config.servers.filter((server) => server.kind === "unix");
  const inet = config.servers.filter((server) => server.kind === "inet");
  return print(object({
    ok: true,
    supervisord: supervisord(config.supervisord),
    serverurl: config.serverurl,
    unix_http_server: unix.map(unixServer),
    inet_http_server: inet.map(inetServer),
    rpcinterfaces: config.rpcinterfaces.map(rpcInterface),
    groups: config.groups.map(group),
    messages: object({ info: config.messages.info, warn: config.messages.warn }),
  }));
}

/** The document for a configuration that cannot be read: the first line of the message, and where. */
export function dumpFailure({ message, place }: ConfigError): string {
  const [error = ""] = message.split("\n");
  const { section, option, line } = place;
  return print(object({ ok: false, error, section, option, line }));
}

function supervisord({ umask, user, environment, ...plain }: SupervisordConfig): Json {
  const told = { ...plain, umask: octal(umask), user: account(user), environment };
  return withoutUnset(told, OWN_DAEMON_OPTIONS);
}

function unixServer(server: UnixServerConfig): Json {
  const { name, username, password, file, chmod, chown } = server;
  return object({ name, username, password, file, chmod: octal(chmod), chown: owner(chown) });
}

function inetServer({ name, username, password, host, port }: InetServerConfig): Json {
  return object({ name, username, password, host, port });
}

function rpcInterface({ name, factory, options }: RpcInterfaceConfig): Json {
  return object({ name, factory, options });
}

function group(config: GroupConfig): Json {
  const { name, priority, kind } = config;
  const common = { name, priority, kind, processes: config.processes.map(processValues) };
  switch (config.kind) {
    case "eventlistener": {
      const { buffer_size, events, result_handler } = config;
      return object({ ...common, buffer_size, events, result_handler });
    }
    case "fcgi":
      return object({ ...common, socket: socket(config.socket) });
    default:
      return object(common);
  }
}

function socket({ url, backlog, mode, owner: who }: FcgiSocketConfig): Json {
  return object({ url, backlog, mode: octal(mode), owner: owner(who) });
}

/** The options of a process by name; without the FastCGI socket, which is told with its group. */
export function processValues(config: ProcessConfig): ReadonlyMap<string, Json> {
  const { umask, user, stopsignal, stdout_logfile, stderr_logfile, socket: _, ...plain } = config;
  const told = {
    ...plain,
    umask: octal(umask),
    user: account(user),
    stopsignal: shortSignal(stopsignal),
    stdout_logfile: logfile(stdout_logfile),
    stderr_logfile: logfile(stderr_logfile),
  };
  return withoutUnset(told, OWN_PROGRAM_OPTIONS);
}

/** `TERM`, or the number of a signal without a name. */
function shortSignal(number: number): string {
  return signalName(number).replace(/^SIG|^signal /, "");
}

function logfile(target: LogTarget): string {
  return target.type === "file" ? target.path : target.type.toUpperCase();
}

function octal(mode: number | null): string | null {
  return mode === null ? null : mode.toString(8).padStart(4, "0");
}

function account(who: Account | null): string | number | null {
  return who && who.written;
}

function owner(pair: Owner | null): Json {
  return pair && object({ user: account(pair.user), group: account(pair.group) });
}

/** Options of ours are told where they are used: a file for Supervisor looks as it does there. */
function withoutUnset(fields: Readonly<Record<string, unknown>>, own: readonly string[]) {
  const told = Object.entries(fields).filter(([name, value]) =>
    value !== null || !own.includes(name)
  );
  return new Map(told.map(([name, value]) => [name, toJson(value)]));
}

/** Options are plain data: objects become maps, which keep the order that is asked of them. */
function toJson(value: unknown): Json {
  if (value === null || typeof value !== "object") return value as Json;
  if (Array.isArray(value)) return value.map(toJson);
  const entries = value instanceof Map ? [...value] : Object.entries(value);
  return new Map(entries.map(([key, inner]) => [key, toJson(inner)]));
}

/** Only for names of ours; a map takes names from files. */
function object(fields: Readonly<Record<string, Json>>): ReadonlyMap<string, Json> {
  return new Map(Object.entries(fields));
}

function print(value: Json): string {
  return `${indented(value, "\n")}\n`;
}

/** Key by key, because an object would put keys that look like numbers first. */
function indented(value: Json, newline: string): string {
  if (value === null || typeof value !== "object") return JSON.stringify(value);
  const inner = `${newline}  `;
  const [open, close, items] = value instanceof Map
    ? ["{", "}", fields(value, inner)]
    : ["[", "]", (value as readonly Json[]).map((item) => indented(item, inner))];
  return items.length === 0
    ? open + close
    : open + inner + items.join(`,${inner}`) + newline + close;
}

function fields(map: ReadonlyMap<string, Json>, newline: string): string[] {
  return [...map].sort(([a], [b]) => compareText(a, b))
    .map(([key, value]) => `${JSON.stringify(key)}: ${indented(value, newline)}`);
}
