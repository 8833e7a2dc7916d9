/** `[fcgi-program:x]`: processes that share a listening socket. */
import type { Account, FcgiSocketConfig, Owner } from "../model/config.ts";
import { owner, primaryGroup, user } from "./accounts.ts";
import { integer, octal, portNumber } from "./datatypes.ts";
import type { ConfigHost } from "./host.ts";
import type { IniSection } from "./ini.ts";
import { type Load, scopeWithHere } from "./load.ts";
import { absolute } from "./paths.ts";
import { BadValue, show } from "./problems.ts";
import { complain, read, type Scope, valueOf, worded } from "./section.ts";

/**
 * The socket of a section.
 *
 * @param name Of the program, which `socket` may mention as `%(program_name)s`.
 * @see spec/config.md §7
 */
export function readSocket(load: Load, section: IniSection, name: string): FcgiSocketConfig {
  const scope = scopeWithHere(load, section);
  const account = read<Account | null>(scope, "user", (text) => user(text, load.host), null);
  const backlog = read<number | null>(scope, "socket_backlog", backlogSize, null);
  const chown = worded(
    (text) => owner(text, load.host),
    (text) => `Invalid socket_owner value ${text}`,
  );
  const chosen = read<Owner | null>(scope, "socket_owner", chown, null);
  const chmod = worded(octal, (text) => `Invalid socket_mode value ${text}`);
  const mode = read<number | null>(scope, "socket_mode", chmod, null);
  const url = readUrl(scope, name);
  if (url.startsWith("tcp:")) {
    refuseFileOptions(scope);
    return { url, backlog, mode: null, owner: null };
  }
  return { url, backlog, mode: mode ?? 0o700, owner: chosen ?? defaultOwner(account, load.host) };
}

function defaultOwner(account: Account | null, host: ConfigHost): Owner | null {
  if (account === null || account.id === host.uid) return null;
  return { user: account, group: primaryGroup(account, host) };
}

function backlogSize(text: string): number {
  const detail = `expected a number from 1 to 65535, got ${show(text)}`;
  const size = integer(text);
  if (size >= 1 && size <= 65535) return size;
  throw new BadValue(`Invalid socket_backlog value ${size}`, detail);
}

function readUrl(scope: Scope, name: string): string {
  const inSocket = (_: string, error: BadValue) =>
    `${error.message} in [${scope.section.name}] socket`;
  const names = scope.names.with(new Map([["program_name", name]]));
  const url = read(
    { ...scope, names },
    "socket",
    (text) => worded(readAddress, inSocket)(text),
    "",
  );
  if (url === "" && !valueOf(scope, "socket")?.text) {
    complain(scope, "socket", {
      code: "MISSING_OPTION",
      message: `[${scope.section.name}] section requires a "socket" line`,
      detail: "is missing; expected tcp://host:port or unix:///path",
    });
  }
  return url;
}

/** An address in its normal form; empty for an empty one, which counts as missing. */
function readAddress(text: string): string {
  if (text === "") return "";
  const detail = `expected tcp://host:port or unix:///absolute/path, got ${show(text)}`;
  if (text.startsWith("unix://")) {
    const path = text.slice("unix://".length);
    if (path.startsWith("/")) return `unix://${absolute(path, "/")}`;
    throw new BadValue(`('Unix socket path %s is not an absolute path', '${path}')`, detail);
  }
  const [, host, port] = /^tcp:\/\/([^\s:]+):(\d+)$/.exec(text) ?? [];
  if (host === undefined || port === undefined) {
    throw new BadValue(`('Bad socket format %s', '${text}')`, detail);
  }
  return `tcp://${host.toLowerCase()}:${portNumber(port, detail)}`;
}

function refuseFileOptions(scope: Scope): void {
  const option = ["socket_owner", "socket_mode"].find((name) => valueOf(scope, name));
  if (option === undefined) return;
  complain(scope, option, {
    code: "CONFLICT",
    message: "socket_owner and socket_mode params should only be used with a Unix domain socket " +
      `in [${scope.section.name}] socket`,
    detail: "only a unix:// socket can have one; this one is tcp://",
  });
}
