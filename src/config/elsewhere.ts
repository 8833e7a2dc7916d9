/** A machine about which nothing is known, to read the configuration of another one. */
import type { ConfigHost, UserEntry } from "./host.ts";
import { HIGHEST_ID } from "./accounts.ts";
import { absolute } from "./paths.ts";

const ACCOUNT_NAME = /^[A-Za-z_][A-Za-z0-9_.-]*\$?$/;
const SOMEONE = 1000;

/**
 * A host that answers for a machine that is not this one: every folder and every well-formed
 * account name exists, foreign plug-ins are installed, and we run there as root.
 *
 * @param base Reads the files; its environment is taken over.
 * @param folder Absolute folder of the main file. Nothing outside of it is included.
 * @param hostname Defaults to that of `base`.
 */
export function elsewhereHost(
  base: ConfigHost,
  folder: string,
  hostname: string = base.hostname,
): ConfigHost {
  const isOurs = (path: string) => isInside(folder, path);
  return {
    env: base.env,
    hostname,
    cwd: base.cwd,
    uid: 0,
    tempDirectory: "/tmp",
    home: (user) => user === null ? base.env.get("HOME") : undefined,
    isDirectory: (path) => path !== "",
    exists: (path) => base.exists(path),
    readFile: (path) => base.readFile(path),
    readSmallFile: (path, most) => isOurs(path) ? base.readSmallFile(path, most) : undefined,
    ownership: () => undefined,
    glob: (pattern) => isInside(folder, pattern) ? base.glob(pattern).filter(isOurs) : [],
    userByName: accountByName,
    userById: accountById,
    groupByName: accountByName,
    groupById: accountById,
    patternProblem: (text) => base.patternProblem(text),
    pluginProblem: (spec) => /^\s*supervisor\b/.test(spec) ? base.pluginProblem(spec) : undefined,
  };
}

function isInside(folder: string, path: string): boolean {
  const prefix = folder.endsWith("/") ? folder : `${folder}/`;
  return absolute(path, folder).startsWith(prefix);
}

function accountByName(name: string): UserEntry | undefined {
  if (!ACCOUNT_NAME.test(name)) return undefined;
  const id = name === "root" ? 0 : SOMEONE;
  return { id, gid: id };
}

function accountById(id: number): UserEntry | undefined {
  return id >= 0 && id <= HIGHEST_ID ? { id, gid: id } : undefined;
}
