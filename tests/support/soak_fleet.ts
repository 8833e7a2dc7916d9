/** The two hundred programs of the soak, and the configuration that describes them. */
import { section } from "./lab.ts";
import type { Temper } from "./soak_model.ts";

/** What a live program costs the daemon in open descriptors. */
export interface Needs {
  readonly pipe: number;
  readonly file: number;
}

export interface Kind {
  readonly name: string;
  readonly temper: Temper;
  readonly needs: Needs;
  readonly options: Readonly<Record<string, string | number>>;
  /** How many processes each of its groups has. */
  readonly groups: readonly number[];
  /** Its log is made of lines `PID NUMBER …`, counted from 1. */
  readonly counts?: boolean;
  readonly section?: "program" | "eventlistener";
}

export interface SoakProcess {
  /** As requests name it. */
  readonly name: string;
  readonly process: string;
  readonly kind: Kind;
}

export interface SoakGroup {
  readonly name: string;
  readonly kind: Kind;
  readonly processes: readonly SoakProcess[];
  readonly priority: number;
  /** Updates may change it, take it away and bring it back. */
  readonly mutable: boolean;
}

const STAYS: Temper = { life: "stays", quick: true, returns: true, autostart: true };
const BOTH: Needs = { pipe: 3, file: 2 };
const MERGED: Needs = { pipe: 2, file: 1 };

const ones = (count: number) => Array<number>(count).fill(1);

/** The word in `{dir}/count` that says what else is written beside the lines. */
const counting = (how: string) => `{dir}/count ${how}`;
const smallLog = {
  stdout_logfile: "{dir}/logs/%(program_name)s.log",
  stdout_logfile_maxbytes: 4096,
  stdout_logfile_backups: 2,
};

export const KINDS: readonly Kind[] = [
  {
    name: "steady",
    temper: STAYS,
    needs: BOTH,
    options: { command: "sleep 100000" },
    groups: [...ones(64), 20, 10],
  },
  {
    name: "slow",
    temper: { ...STAYS, quick: false },
    needs: BOTH,
    options: { command: "sleep 100000", startsecs: 1, startretries: 1000 },
    groups: ones(10),
  },
  {
    name: "asleep",
    temper: { ...STAYS, autostart: false },
    needs: { pipe: 3, file: 0 },
    options: {
      command: "sleep 100000",
      autostart: "false",
      stdout_logfile: "NONE",
      stderr_logfile: "NONE",
    },
    groups: [...ones(6), 6],
  },
  {
    name: "chatty",
    temper: STAYS,
    needs: BOTH,
    options: { command: counting("plain"), ...smallLog },
    groups: ones(10),
    counts: true,
  },
  {
    name: "merged",
    temper: STAYS,
    needs: MERGED,
    options: { command: counting("stderr"), redirect_stderr: "true", ...smallLog },
    groups: ones(8),
    counts: true,
  },
  {
    name: "capture",
    temper: STAYS,
    needs: BOTH,
    options: {
      command: counting("capture"),
      stdout_capture_maxbytes: 200,
      stdout_events_enabled: "true",
      ...smallLog,
    },
    groups: ones(6),
    counts: true,
  },
  {
    name: "crasher",
    temper: { ...STAYS, life: "ends" },
    needs: BOTH,
    options: { command: "sh -c 'exit 1'", autorestart: "true" },
    groups: [...ones(4), 2],
  },
  {
    name: "flaky",
    temper: { ...STAYS, life: "ends" },
    needs: BOTH,
    options: { command: "sh -c 'sleep 2; exit 3'", autorestart: "true" },
    groups: [...ones(6), 4],
  },
  {
    name: "doomed",
    temper: { ...STAYS, life: "fails", quick: false },
    needs: BOTH,
    // It has ended long before, on a slow machine too.
    options: { command: "sh -c 'exit 2'", startsecs: 60, startretries: 1 },
    groups: [...ones(6), 2],
  },
  {
    name: "oneshot",
    temper: { ...STAYS, life: "ends", returns: false },
    needs: BOTH,
    options: { command: "sh -c 'exit 0'", autorestart: "false" },
    groups: [...ones(8), 4],
  },
  {
    name: "missing",
    temper: { ...STAYS, life: "missing" },
    needs: BOTH,
    options: { command: "{dir}/no-such-command", startretries: 1 },
    groups: ones(6),
  },
  {
    name: "stubborn",
    temper: STAYS,
    needs: BOTH,
    options: {
      command: `sh -c 'trap "" TERM; while :; do sleep 10; done'`,
      stopwaitsecs: 1,
      killasgroup: "true",
    },
    groups: [...ones(6), 2],
  },
  {
    name: "forker",
    temper: STAYS,
    needs: BOTH,
    options: { command: "sh -c '(sleep 3 &); (sleep 1 &); exec sleep 100000'" },
    groups: ones(8),
  },
  {
    name: "states",
    temper: STAYS,
    needs: BOTH,
    options: { command: "{dir}/listen", events: "PROCESS_STATE,TICK_5", buffer_size: 100 },
    groups: [1],
    section: "eventlistener",
  },
  {
    name: "heard",
    temper: STAYS,
    needs: BOTH,
    options: {
      command: "{dir}/listen {dir}/heard",
      events: "PROCESS_COMMUNICATION,REMOTE_COMMUNICATION,PROCESS_LOG",
      buffer_size: 100,
    },
    groups: [1],
    section: "eventlistener",
  },
];

export const FLEET: readonly SoakGroup[] = KINDS.flatMap((kind) =>
  kind.groups.map((size, index) => groupOf(kind, size, index))
);

function groupOf(kind: Kind, size: number, index: number): SoakGroup {
  const name = `${kind.name}${index}`;
  const names = Array.from({ length: size }, (_, i) => size === 1 ? name : `${name}_${i}`);
  return {
    name,
    kind,
    processes: names.map((process) => ({
      process,
      name: size === 1 ? name : `${name}:${process}`,
      kind,
    })),
    priority: [999, 1, 500][index % 3]!,
    mutable: index % 3 === 0 && kind.section === undefined,
  };
}

/** What the configuration says of a group: how often it was changed, or null if it is not there. */
export type Versions = ReadonlyMap<string, number | null>;

export function sectionsOf(versions: Versions): string {
  return FLEET.map((group) => {
    const version = versions.get(group.name);
    return version === null ? "" : sectionOf(group, version ?? 0);
  }).join("");
}

function sectionOf({ name, kind, priority, processes }: SoakGroup, version: number): string {
  const size = processes.length;
  return section(`${kind.section ?? "program"}:${name}`, {
    startsecs: 0,
    environment: `VERSION="${version}"`,
    ...(kind.section ? {} : { priority }),
    ...(size === 1 ? {} : { numprocs: size, process_name: "%(program_name)s_%(process_num)d" }),
    ...kind.options,
  });
}

/** Five lines a second, with what `$1` says between them. */
export const COUNT = `#!/bin/sh
n=0
while :; do
  for i in 1 2 3 4 5; do
    n=$((n + 1))
    case $1$i in
      stderr2 | stderr4) echo "$$ $n a line that is written to stderr, and whole" >&2 ;;
      capture3) printf '<!--XSUPERVISOR:BEGIN-->%s<!--XSUPERVISOR:END-->' "$$ $n" ; echo "$$ $n after" ;;
      *) echo "$$ $n a line that is written at once, and stays whole" ;;
    esac
  done
  sleep 1
done
`;

/** Answers every event, and writes those of REMOTE_COMMUNICATION to `$1`. */
export const LISTEN = `#!/bin/bash
export LC_ALL=C
while printf 'READY\\n' && IFS= read -r head; do
  IFS= read -r -N "\${head##*len:}" body
  case $head in *REMOTE_COMMUNICATION*) printf '%s\\n' "$body" >>"$1" ;; esac
  printf 'RESULT 2\\nOK'
done
`;
