/** This machine, as reading a configuration asks about it. */
import { expandGlob } from "../config/glob.ts";
import type { ConfigHost } from "../config/host.ts";
import { pluginProblem } from "../config/plugins.ts";
import * as accounts from "../platform/accounts.ts";
import { ownVariables } from "../platform/environment.ts";
import * as files from "../platform/file_system.ts";
import { hostName, tempDirectory } from "../platform/machine.ts";
import { patternProblem } from "../platform/user_pattern.ts";

/** For one reading of a configuration: what is asked twice is answered as it was. */
export function systemConfigHost(): ConfigHost {
  const env = ownVariables();
  const user = (entry?: accounts.UserEntry) => entry && { id: entry.uid, gid: entry.gid };
  const group = (entry?: accounts.GroupEntry) => entry && { id: entry.gid };
  const uid = process.getuid!();
  return {
    env,
    hostname: hostName(),
    cwd: process.cwd(),
    uid,
    tempDirectory: tempDirectory(),
    home: (name) =>
      name === null
        ? env.get("HOME") ?? accounts.userById(uid)?.home
        : accounts.userByName(name)?.home,
    isDirectory: remembering(files.isDirectory),
    exists: files.exists,
    readFile: files.readFile,
    readSmallFile: files.readSmallFile,
    ownership: files.ownership,
    glob: (pattern) => expandGlob(pattern, files),
    userByName: (name) => user(accounts.userByName(name)),
    userById: (id) => user(accounts.userById(id)),
    groupByName: (name) => group(accounts.groupByName(name)),
    groupById: (id) => group(accounts.groupById(id)),
    patternProblem,
    pluginProblem,
  };
}

/** Thousands of programs have their logs in few folders. */
function remembering<T>(ask: (path: string) => T): (path: string) => T {
  const answers = new Map<string, T>();
  return (path) => {
    if (!answers.has(path)) answers.set(path, ask(path));
    return answers.get(path)!;
  };
}
