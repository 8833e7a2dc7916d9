/** A machine made of plain data, for tests. */
import { patternProblem } from "../platform/user_pattern.ts";
import type { Config, GroupConfig, ProcessConfig } from "../model/config.ts";
import { checkConfig, type CheckedConfig, loadConfig } from "./config.ts";
import { expandGlob } from "./glob.ts";
import type { ConfigHost, Ownership } from "./host.ts";
import { absolute } from "./paths.ts";
import { pluginProblem } from "./plugins.ts";
import { ConfigError } from "./problems.ts";

/** What a test wants to be different. Folders are those of the files, and `/` and `/tmp`. */
export interface FakeMachine {
  readonly files?: Readonly<Record<string, string | Uint8Array>>;
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
  readonly uid?: number;
  /** By path. What is not named here is root's, and only root may write to it. */
  readonly ownership?: Readonly<Record<string, Partial<Ownership>>>;
}

/** Root's home is `/root`; there are the users and groups root (0) and web (33). */
export function fakeHost(
  { files = {}, env = {}, cwd = "/srv", uid = 0, ownership = {} }: FakeMachine = {},
): ConfigHost {
  const contents = new Map(Object.entries(files));
  const folders = new Set(["/", "/tmp", "/root", ...[...contents.keys()].flatMap(parents)]);
  const paths = [...contents.keys(), ...folders];
  const exists = (path: string) => paths.includes(absolute(path, cwd));
  const isDirectory = (path: string) => folders.has(absolute(path, cwd));
  const listDirectory = (folder: string) =>
    paths.filter((path) => parents(path)[0] === absolute(folder, cwd) && path !== "/")
      .map((path) => path.slice(path.lastIndexOf("/") + 1));
  const ids = new Map([["root", 0], ["web", 33]]);
  const byName = (name: string) => {
    const id = ids.get(name);
    return id === undefined ? undefined : { id, gid: id };
  };
  const byId = (id: number) => [...ids.values()].includes(id) ? { id, gid: id } : undefined;
  const readFile = (path: string) => {
    const content = contents.get(absolute(path, cwd));
    if (content === undefined) throw Object.assign(new Error(path), { code: "ENOENT" });
    return typeof content === "string" ? new TextEncoder().encode(content) : content;
  };
  return {
    env: new Map(Object.entries(env)),
    hostname: "box",
    cwd,
    uid,
    tempDirectory: "/tmp",
    home: (user) => user === null || user === "root" ? "/root" : undefined,
    isDirectory,
    exists,
    readFile,
    readSmallFile(path, most) {
      const code = isDirectory(path) ? "NOT_A_FILE" : "TOO_LARGE";
      if (isDirectory(path) || readFile(path).length > most) {
        throw Object.assign(new Error(path), { code });
      }
      return readFile(path);
    },
    ownership: (path) => ({ uid: 0, gid: 0, mode: 0o644, ...ownership[path] }),
    glob: (pattern) => expandGlob(pattern, { exists, isDirectory, listDirectory }),
    userByName: byName,
    userById: byId,
    groupByName: byName,
    groupById: byId,
    patternProblem,
    pluginProblem,
  };
}

/** The folders that a path is in, nearest first. */
function parents(path: string): string[] {
  const parts = path.split("/").slice(0, -1);
  return parts.map((_, i) => parts.slice(0, parts.length - i).join("/") || "/");
}

const PATH = "/etc/v/main.conf";

function request(text: string, machine: FakeMachine) {
  const host = fakeHost({ ...machine, files: { [PATH]: text, ...machine.files } });
  return { path: PATH, host };
}

/** Loads `/etc/v/main.conf` with this text. */
export function load(text: string, machine: FakeMachine = {}): Config {
  return loadConfig(request(text, machine));
}

/** Checks `/etc/v/main.conf` with this text. */
export function check(text: string, machine: FakeMachine = {}): CheckedConfig {
  return checkConfig(request(text, machine));
}

/** The first mistake in `/etc/v/main.conf` with this text. */
export function refusal(text: string, machine: FakeMachine = {}): ConfigError {
  try {
    load(text, machine);
  } catch (error) {
    if (error instanceof ConfigError) return error;
    throw error;
  }
  throw new Error(`accepted: ${text}`);
}

/** A file with an empty `[supervisord]`, and then these lines. */
export function conf(...lines: readonly string[]): string {
  return ["[supervisord]", ...lines, ""].join("\n");
}

/** The only group of a file made by {@link conf}. */
export function onlyGroup(...lines: readonly string[]): GroupConfig {
  const { groups } = load(conf(...lines));
  if (groups.length !== 1) throw new Error(`${groups.length} groups`);
  return groups[0]!;
}

/** The only process of `[program:p]` with `command=cat` and these lines. */
export function onlyProcess(...lines: readonly string[]): ProcessConfig {
  const { processes } = onlyGroup("[program:p]", "command=cat", ...lines);
  if (processes.length !== 1) throw new Error(`${processes.length} processes`);
  return processes[0]!;
}
