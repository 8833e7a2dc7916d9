/** Hints about runs that ended: by how, and by what their last lines say. */
import { signalName } from "../../model/signal.ts";
import type { Facts } from "./facts.ts";
import type { MatchTable } from "./start_hints.ts";

type Hint = (facts: Facts) => readonly string[];

/** By exit code. */
export const CODES: ReadonlyMap<number, Hint> = new Map<number, Hint>([
  [
    0,
    ({ process: { state }, config: { startsecs } }) =>
      state === "EXITED" ? [] : [
        `It ended with success before startsecs=${startsecs}. A server has to stay in the ` +
        "foreground (such as nginx with `daemon off;`); for what is meant to end, set startsecs=0.",
      ],
  ],
  [
    2,
    () => ["Programs often say with 2 that they do not understand their arguments: see command=."],
  ],
  [126, () => ["A shell says with 126 that it found a command, but could not execute it."]],
  [
    127,
    () => [
      "A shell says with 127 that there is no such command: see the PATH that its script sees.",
    ],
  ],
  [
    137,
    () => [
      "A shell says with 137 that what it started got SIGKILL, for which lack of memory is the " +
      "usual reason: see `dmesg | grep -i oom`.",
    ],
  ],
]);

/** What a shell says by a code above 128. */
export function shellSays(code: number): readonly string[] {
  const signal = signalName(code - 128);
  return code > 128 && signal.startsWith("SIG")
    ? [`A shell says with ${code} that what it started was ended by ${signal}.`]
    : [];
}

const outside: Hint = ({ process: { attempts } }) =>
  attempts.at(-1)?.ended_by
    ? []
    : ["It came from outside: a script with kill, a logrotate rule, or the program itself."];

const crash: Hint = ({ process: { attempts } }) => [
  "That is a fault in the program, or in a library it uses.",
  ...(attempts.at(-1)?.core_dumped
    ? ["It left a core: see `coredumpctl info`, or core_pattern."]
    : []),
];

/** By the signal that ended it. */
export const SIGNALS: ReadonlyMap<string, Hint> = new Map<string, Hint>([
  [
    "SIGKILL",
    ({ process: { attempts }, config: { stopwaitsecs } }) =>
      attempts.at(-1)?.ended_by
        ? [
          `It did not end within stopwaitsecs=${stopwaitsecs} when it was told to: see stopsignal=.`,
        ]
        : [
          "The usual reason is that memory ran out: see `dmesg | grep -i 'out of memory'`, and " +
          "memory.events of its cgroup.",
        ],
  ],
  ["SIGTERM", outside],
  ["SIGINT", outside],
  ["SIGQUIT", outside],
  ["SIGHUP", outside],
  ["SIGUSR1", () => ["It has no handler for SIGUSR1, which ends it then: see who sends it."]],
  ["SIGUSR2", () => ["It has no handler for SIGUSR2, which ends it then: see who sends it."]],
  ["SIGSEGV", crash],
  ["SIGBUS", crash],
  ["SIGILL", (facts) => [...crash(facts), "It may be built for a newer processor."]],
  ["SIGFPE", crash],
  ["SIGABRT", crash],
  ["SIGTRAP", crash],
  ["SIGSYS", () => ["It called what a seccomp filter forbids."]],
  ["SIGPIPE", () => ["Whoever it was writing to has gone."]],
  ["SIGXCPU", () => ["It has used up its limit of processor time: see `ulimit -t`."]],
  ["SIGXFSZ", () => ["A file has reached the size limit: see `ulimit -f`."]],
]);

/** By what its last lines say. */
export const OUTPUT: MatchTable = [
  [
    /address already in use|EADDRINUSE/i,
    () => "Somebody has its port already, perhaps an earlier run of itself: see `ss -ltnp`.",
  ],
  [/no space left on device|ENOSPC/i, () => "A disk is full: see `df -h` and `df -i`."],
  [/cannot allocate memory|out of memory|MemoryError/i, () => "Memory runs out: see `free -m`."],
  [
    /too many open files|EMFILE/i,
    () => "It has too many files open: see minfds=, and `ulimit -n`.",
  ],
  [
    /error while loading shared libraries: ([^\s:]+)/,
    ([, library]) => `The library ${library} is missing or not found: see \`ldd\`.`,
  ],
  [
    /ModuleNotFoundError: No module named '?([\w.]+)/,
    ([, module]) =>
      `Python does not find ${module}: command= should name the python of its virtual environment.`,
  ],
  [
    /Cannot find module '([^']+)'/,
    ([, module]) => `Node does not find ${module}: see directory=, and whether it is installed.`,
  ],
  [
    /permission denied|EACCES/i,
    () => "It lacks a permission: see user=, and who owns what it opens.",
  ],
  [/connection refused|ECONNREFUSED/i, () => "What it depends on does not answer yet."],
];
