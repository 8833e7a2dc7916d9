/** `[unix_http_server]` and `[inet_http_server]`, any number of each. */
import type { InetServerConfig, Owner, ServerConfig, UnixServerConfig } from "../model/config.ts";
import { owner } from "./accounts.ts";
import { inetAddress, octal } from "./datatypes.ts";
import type { IniSection } from "./ini.ts";
import { type Load, plainScope, scopeWithHere, sectionsStarting } from "./load.ts";
import { absolute, expandHome } from "./paths.ts";
import { complain, read, readText, type Scope, worded } from "./section.ts";

/** Every server, in the order in which they are opened. @see spec/config.md §7 */
export function readServers(load: Load): ServerConfig[] {
  return [
    ...sectionsStarting(load, "inet_http_server").map((section) => readInet(load, section)),
    ...sectionsStarting(load, "unix_http_server").map((section) => readUnix(load, section)),
  ];
}

/**
 * The address that children get: of the first unix server, else of the last inet one.
 * @see spec/config.md §7; processes.md §7, "server URL"
 */
export function serverUrl(servers: readonly ServerConfig[]): string | null {
  const unix = servers.find((server) => server.kind === "unix");
  if (unix) return `unix://${unix.file}`;
  const inet = servers.findLast((server) => server.kind === "inet");
  return inet ? `http://${inet.host || "localhost"}:${inet.port}` : null;
}

function readInet(load: Load, section: IniSection): InetServerConfig {
  const scope = plainScope(load, section);
  const credentials = readCredentials(scope);
  require(scope, "port", "expected a port, or host:port");
  const address = read(scope, "port", inetAddress, { host: "", port: 0 });
  return { kind: "inet", section: section.name, name: nameIn(section), ...credentials, ...address };
}

function readUnix(load: Load, section: IniSection): UnixServerConfig {
  const { host } = load;
  const scope = plainScope(load, section);
  require(scope, "file", "expected the path of a socket");
  const resolve = (path: string) => absolute(expandHome(path, host), host.cwd);
  const file = read(scopeWithHere(load, section), "file", resolve, "");
  const credentials = readCredentials(scope);
  const chown = worded((text) => owner(text, host), (text) => `Invalid sockchown value ${text}`);
  const chmod = worded(octal, (text) => `Invalid chmod value ${text}`);
  return {
    kind: "unix",
    section: section.name,
    name: nameIn(section),
    file,
    ...credentials,
    chown: read<Owner | null>(scope, "chown", chown, null),
    chmod: read(scope, "chmod", chmod, 0o700),
  };
}

/** What follows the colon; null without a colon. */
function nameIn({ name }: IniSection): string | null {
  const colon = name.indexOf(":");
  return colon < 0 ? null : name.slice(colon + 1);
}

function require(scope: Scope, option: string, expected: string): void {
  const { section, defaults } = scope;
  if (section.options.has(option) || defaults.options.has(option)) return;
  const message = `section [${section.name}] has no ${option} value`;
  complain(scope, option, { code: "MISSING_OPTION", message, detail: `is missing; ${expected}` });
}

function readCredentials(scope: Scope): { username: string | null; password: string | null } {
  const username = readText(scope, "username");
  const password = readText(scope, "password");
  if ((username === null) !== (password === null)) {
    const [there, missing] = username === null
      ? ["password", "username"]
      : ["username", "password"];
    complain(scope, missing, {
      code: "MISSING_OPTION",
      message: `Section [${scope.section.name}] contains incomplete authentication: ` +
        "If a username or a password is specified, both the username and password must be specified",
      detail: `is missing; expected both username and password or neither, got only ${there}`,
    });
  }
  return { username, password };
}
