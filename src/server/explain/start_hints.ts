/** Hints about starts that came to nothing. None shows a value of the environment. */
import { explainErrno } from "../../model/errno_words.ts";
import type { Facts } from "./facts.ts";

/** What a text says to those who know it; the first that fits counts. */
export type MatchTable = readonly (readonly [
  RegExp,
  (match: readonly string[], facts: Facts) => string,
])[];

/** By why nothing could be started, in the words of `spawnerr`. */
export const SPAWN_ERRORS: MatchTable = [
  [
    /^can't find command '([^/]*)'$/,
    ([, word]) =>
      `See command=: there is no '${word}' in the folders of PATH, which is that of environment= ` +
      "or else the daemon's own. A path from the root is always found.",
  ],
  [
    /^can't find command '(.*)'$/,
    ([, path]) =>
      path!.startsWith("/")
        ? `See command=: there is no file ${path}.`
        : `See command=: there is no file ${path}, seen from the folder that the daemon runs in. ` +
          "A path from the root is always found.",
  ],
  [/^command at '(.*)' is a directory$/, ([, path]) => `See command=: ${path} is a folder.`],
  [/^command at '(.*)' is not executable$/, ([, path], { file }) => chmodHint(path!, file)],
  [
    /^no permission to run command/,
    (_, { file }) =>
      `The daemon's user may not execute ${file?.path ?? "it"}${modeOf(file)}: see who owns it.`,
  ],
  [/^(?:can't parse command|command is empty)/, () => "See command=: its quotes must be in pairs."],
  [/^pre_start/, (_, { name }) => `See pre_start=, and what it says: visor ctl tail ${name}`],
  [
    /^too many open files/,
    () => "The daemon has no descriptor left: raise minfds=, and the limit it is started with.",
  ],
  [
    /^Too many processes/,
    () =>
      "No process can be made: see `ulimit -u`, pids.max of the cgroup, and TasksMax= of the unit.",
  ],
  [/ENOMEM/, () => "There is no memory to start it with: see `free -m`, and what else runs here."],
  [/^user (.*) is gone/, ([, user]) => `See user=: there is no account ${user} any more.`],
  [
    /^unknown error making dispatchers for .*: (\S+)$/,
    ([, code]) =>
      `Its log cannot be opened: ${explainErrno(code!)}. See stdout_logfile= and stderr_logfile=.`,
  ],
  [/^cannot open the socket of/, () => "See socket= of its [fcgi-program:x]."],
];

function modeOf(file: Facts["file"]): string {
  return file === null ? "" : ` (mode ${(file.mode & 0o7777).toString(8).padStart(4, "0")})`;
}

function chmodHint(path: string, file: Facts["file"]): string {
  return `${path}${modeOf(file)} is not marked as executable: chmod +x ${path}`;
}

/** By the name of the error with which executing a file failed that is there and marked as executable. */
export const EXEC_ERRORS: ReadonlyMap<
  string,
  (facts: Facts, path: string) => readonly string[]
> = new Map([
  [
    "ENOENT",
    ({ file }, path) => {
      const interpreter = file?.interpreter ?? null;
      if (interpreter === null) {
        return [
          `${path} is there, but not what it needs to be loaded: it may be built for another C ` +
          "library or another kind of machine.",
        ];
      }
      if (interpreter.endsWith("\r")) {
        return [`The first line of ${path} ends as on Windows: sed -i 's/\\r$//' ${path}`];
      }
      return [`The first line of ${path} names ${interpreter}, and there is no such file.`];
    },
  ],
  [
    "EACCES",
    ({ file }, path) => [
      `Its user (see user=) may not execute ${path}${modeOf(file)}: see who owns it, the folders ` +
      "above it, and whether its file system is mounted with noexec.",
    ],
  ],
  [
    "ENOEXEC",
    ({ file }, path) => [
      file !== null && file.interpreter === null && file.isText
        ? `${path} is a script without a first line such as #!/bin/sh, or begins with a blank.`
        : `${path} is no program for this machine: see \`file ${path}\` and \`uname -m\`.`,
    ],
  ],
  ["E2BIG", () => ["See command= and environment=: together they are too long for the system."]],
  ["ETXTBSY", (_, path) => [`Somebody has ${path} open for writing, such as a deployment.`]],
  ["EPERM", () => ["The system forbids it: see limits of a container, AppArmor or SELinux."]],
] as [string, (facts: Facts, path: string) => readonly string[]][]);
