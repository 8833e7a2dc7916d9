/**
 * `pidproxy`: stands in for a daemon that goes into the background, and forwards signals to the
 * pid in its pidfile.
 * @see spec/ctl.md §6
 */

/** Signals that are passed on. */
const FORWARDED = ["SIGTERM", "SIGHUP", "SIGINT", "SIGUSR1", "SIGUSR2", "SIGQUIT"] as const;

export type ForwardedSignal = typeof FORWARDED[number];

/** Those after which there is nothing left to stand in for. */
const ENDING: ReadonlySet<ForwardedSignal> = new Set(["SIGTERM", "SIGINT", "SIGQUIT"]);

/** What pidproxy does to the system. */
export interface PidproxyWorld {
  /** The name it was called by, for the usage text. */
  readonly argv0: string;
  /** Absolute; the command's path starts here. */
  readonly cwd: string;
  print(line: string): void;
  /** @throws when it cannot be read */
  readFile(path: string): string;
  /**
   * Start a program; no search in PATH. `argv` begins with the program's name for itself.
   *
   * @returns when it has ended, however it did; a program that cannot be started has ended.
   */
  spawn(path: string, argv: readonly string[]): Promise<void>;
  /** @throws when there is no such process, or it is not ours to signal */
  kill(pid: number, signal: ForwardedSignal): void;
  onSignal(signal: ForwardedSignal, handler: () => void): void;
}

/** @returns the exit status, once the command has ended or a signal told pidproxy to. */
export function runPidproxy(args: readonly string[], world: PidproxyWorld): Promise<number> {
  const [pidfile, command, ...rest] = args;
  if (pidfile === undefined || command === undefined) {
    for (const line of usage(world.argv0)) world.print(line);
    return Promise.resolve(1);
  }
  return new Promise((resolve) => {
    for (const signal of FORWARDED) {
      world.onSignal(signal, () => {
        const status = forward(pidfile, signal, world);
        if (status !== undefined) resolve(status);
      });
    }
    const ended = world.spawn(absolute(command, world.cwd), [command, ...rest]);
    ended.then(() => resolve(0));
  });
}

/** @returns the status to exit with, or undefined to stay. */
function forward(
  pidfile: string,
  signal: ForwardedSignal,
  world: PidproxyWorld,
): number | undefined {
  const pid = readPid(pidfile, world);
  if (pid === undefined) {
    world.print(`Can't read child pidfile ${pidfile}!`);
    return undefined;
  }
  try {
    world.kill(pid, signal);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    world.print(`Can't send ${signal} to the pid ${pid} of ${pidfile}: ${reason}`);
    return 1;
  }
  return ENDING.has(signal) ? 0 : undefined;
}

/** Read anew for every signal: the daemon may have been replaced since. */
function readPid(pidfile: string, world: PidproxyWorld): number | undefined {
  try {
    const text = world.readFile(pidfile).trim();
    return /^\d+$/.test(text) ? Number(text) : undefined;
  } catch {
    return undefined;
  }
}

function absolute(path: string, cwd: string): string {
  return path.startsWith("/") ? path : `${cwd.replace(/\/$/, "")}/${path}`;
}

function usage(argv0: string): string[] {
  return [
    "pidproxy runs a command that puts a daemon in the background and, until that command ends,",
    "passes the signals it gets on to the process whose id is in the pidfile.",
    "",
    `Usage: ${argv0} <pidfile name> <command> [<cmdarg1> ...]`,
  ];
}
