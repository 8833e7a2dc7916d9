/** Namespaces of our own: where a daemon is PID 1, and where we may mount what we like. */
import { spawnSync } from "node:child_process";
import { childrenOf, type Daemon, isRoot, type Lab, linkOf, signal, VISOR } from "./lab.ts";

/** Makes what follows PID 1; root's rights are not needed for it everywhere. */
const PID_NAMESPACE = ["unshare", ...(isRoot ? [] : ["--map-current-user"]), "-pf", "--mount-proc"];

/** Runs its arguments where nobody else sees what is mounted; SCRIPT comes first. */
const mountNamespace = (script: string): string[] => {
  const first = `set -e; mount --make-rprivate /; ${script}; exec "$@"`;
  return ["unshare", "-m", "sh", "-c", first, "sh"];
};

export const canBeInit: boolean = works([...PID_NAMESPACE, "true"]);
export const canMount: boolean = isRoot && works([...mountNamespace("true"), "true"]);

function works([command, ...words]: readonly string[]): boolean {
  return spawnSync(command!, words, { stdio: "ignore" }).status === 0;
}

/** A command with `script`, which may mount, run before it. */
export function withMounts(script: string, command: readonly string[]): string[] {
  return [...mountNamespace(script), ...command];
}

/** A daemon somewhere below a PID 1 that is not ours. */
export interface Init {
  /** What waits for PID 1; ends with its status. */
  readonly outside: Daemon;
  /** PID 1, as we see it. */
  readonly pid: number;
  /** The daemon, as we see it: PID 1 itself unless something is in front. */
  readonly daemon: number;
}

/** Starts a command as PID 1. @returns Once the daemon that it is, or starts, is executed. */
export async function asInit(lab: Lab, command: readonly string[]): Promise<Init> {
  const outside = await lab.daemon([], {
    impatient: true,
    command: [...PID_NAMESPACE, ...command],
  });
  const pid = await lab.until(() => childrenOf(outside.pid)[0], "PID 1");
  lab.atEnd(() => signal(pid, "SIGKILL"));
  const isVisor = (each: number) => linkOf(`/proc/${each}/exe`) === VISOR;
  const daemon = await lab.until(
    () => [pid, ...childrenOf(pid)].find(isVisor),
    "visor is executed",
  );
  return { outside, pid, daemon };
}
