/** Real children for tests of the platform: started, read to their end, and reaped. */
import type { Exit } from "../../src/model/exit.ts";
import { systemClock } from "../../src/platform/clock.ts";
import { PipeReader } from "../../src/platform/pipe_reader.ts";
import { PipeWriter } from "../../src/platform/pipe_writer.ts";
import { reapOne } from "../../src/platform/reaper.ts";
import { spawn, type SpawnRequest } from "../../src/platform/spawn.ts";
import { bounded } from "./bounded.ts";

export interface EndedChild {
  readonly pid: number;
  readonly exit: Exit;
  readonly stdout: string;
  /** Empty where stderr was merged. */
  readonly stderr: string;
}

const PATH = "PATH=/usr/local/bin:/usr/bin:/bin";

export function environment(...entries: readonly string[]): readonly Uint8Array[] {
  return [PATH, ...entries].map((entry) => new TextEncoder().encode(entry));
}

/** A request for a program, or for `/bin/sh -c` where `argv` is a text. */
export function request(
  argv: string | readonly string[],
  options: Partial<SpawnRequest> = {},
): SpawnRequest {
  const words = typeof argv === "string" ? ["/bin/sh", "-c", argv] : argv;
  return {
    path: words[0]!,
    argv: words,
    environment: environment(),
    directory: null,
    umask: null,
    credentials: null,
    mergeStderr: false,
    ...options,
  };
}

const waiting = new Map<number, (exit: Exit) => void>();
let running = 0;

/** As the daemon does it: everything that ended, each time that something has. */
function reap(): void {
  for (let ended = reapOne(); ended; ended = reapOne()) waiting.get(ended.pid)?.(ended.exit);
}

/**
 * Starts a child and waits until it was reaped; then what its pipes still hold is drained.
 *
 * @param input Written to its stdin.
 */
export async function runChild(what: SpawnRequest, input = ""): Promise<EndedChild> {
  // Once for all: Deno hears of a listener that was added twice only until it is removed once.
  if (running++ === 0) process.on("SIGCHLD", reap);
  try {
    const spawned = spawn(what);
    if (!spawned.ok) throw new Error(`${spawned.step}: errno ${spawned.errno}`);
    const { pid, pipes } = spawned;
    const outputs = [pipes.stdout, pipes.stderr].map((fd) => fd === null ? null : collect(fd));
    const stdin = pipes.stdin === null ? null : new PipeWriter(pipes.stdin, systemClock);
    stdin?.write(new TextEncoder().encode(input));
    const ended = new Promise<EndedChild>((resolve) => {
      waiting.set(pid, (exit) => {
        waiting.delete(pid);
        stdin?.close();
        const [stdout, stderr] = outputs.map((output) => output?.finish() ?? "");
        resolve({ pid, exit, stdout: stdout!, stderr: stderr! });
      });
    });
    return await bounded(`the end of ${what.argv.join(" ")}`, ended);
  } finally {
    if (--running === 0) process.off("SIGCHLD", reap);
  }
}

function collect(fd: number) {
  const decoder = new TextDecoder();
  let text = "";
  const reader = new PipeReader(fd, {
    onData: (chunk) => text += decoder.decode(chunk, { stream: true }),
    onEnd: () => {},
  });
  return {
    finish(): string {
      reader.drain();
      reader.close();
      return text;
    },
  };
}
