import { spawn } from "node:child_process";
import process from "node:process";
import { createInterface } from "node:readline";
import { setTimeout as delay } from "node:timers/promises";

/** How a command ended, and everything it printed. */
export interface Ending {
  /** Its exit status, the signal it died of, or "time limit". */
  readonly status: number | string;
  readonly output: string;
}

/** How long a process group has to end after SIGTERM before SIGKILL. */
const GRACE_MS = 5_000;

const running = new Set<number>();

/** Ask whatever `runCommand` has under way to end. */
export function endCommands(): void {
  for (const leader of running) signalGroup(leader, "SIGTERM");
}

/**
 * Run a command in a process group of its own, without stdin.
 * When it is over, or its time is, nothing of that group is left.
 *
 * @param show Is handed each line of stdout and stderr as it comes.
 */
export async function runCommand(
  command: readonly string[],
  seconds: number,
  show: (line: string) => void,
): Promise<Ending> {
  const child = spawn("sh", ["-c", 'exec "$@" 2>&1', "sh", ...command], {
    detached: true,
    stdio: ["ignore", "pipe", "inherit"],
  });
  const { pid, stdout } = child;
  if (pid === undefined) throw new Error("Cannot start sh");
  running.add(pid);

  const lines: string[] = [];
  const reader = createInterface({ input: stdout });
  reader.on("line", (line) => {
    lines.push(line);
    show(line);
  });
  const allRead = new Promise<void>((done) => reader.once("close", done));

  let timedOut = false;
  let kill: ReturnType<typeof setTimeout> | undefined;
  const limit = setTimeout(() => {
    timedOut = true;
    signalGroup(pid, "SIGTERM");
    kill = setTimeout(() => signalGroup(pid, "SIGKILL"), GRACE_MS);
  }, seconds * 1_000);
  const status = await new Promise<number | string>((done) => {
    child.once("exit", (code, signal) => done(code ?? signal ?? "unknown"));
  });
  clearTimeout(limit);
  clearTimeout(kill);

  // What it left behind may hold the pipe open, and tells by closing it that it is gone.
  for (const signal of ["SIGTERM", "SIGKILL"] as const) {
    signalGroup(pid, signal);
    await Promise.race([allRead, delay(GRACE_MS, undefined, { ref: false })]);
  }
  reader.close();
  stdout.destroy();
  running.delete(pid);
  return { status: timedOut ? "time limit" : status, output: lines.join("\n") + "\n" };
}

function signalGroup(leader: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-leader, signal);
  } catch {
    // nobody is left in it
  }
}
