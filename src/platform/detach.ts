/** Going into the background: a runtime cannot fork, so visor starts itself anew. */
import { cString } from "./ffi.ts";
import { redirectToNull } from "./descriptors.ts";
import { DETACHED_MARK, type Environment, ownEnvironment, setVariable } from "./environment.ts";
import { libc, retrying } from "./libc.ts";
import { ownCommand } from "./own_command.ts";
import { waitForExit } from "./reaper.ts";
import { addSettings } from "./runtime_settings.ts";
import { handOverWatchdog } from "./service_manager.ts";
import { makePipe, posixSpawn } from "./spawn.ts";

/** The background process says on this descriptor that it is up. */
const STATUS = 3;
const PID_BYTES = 16;

/** The system does not let visor start itself once more. */
export class BackgroundError extends Error {
  override readonly name = "BackgroundError";

  constructor(reason: string) {
    super(`Cannot go into the background: ${reason}`);
  }
}

/** With this a child ends where posix_spawn cannot tell that its file was not executed. */
const NOT_EXECUTED = 127;

/**
 * What the mark says a process is. The one in between starts the daemon and is gone: a daemon must
 * be nobody's child when a service manager hears of it, which otherwise does not wait for its end.
 */
export type Part = "caller" | "between" | "daemon";

export function detachedPart(): Part {
  const mark = process.env[DETACHED_MARK];
  return mark === "between" || mark === "daemon" ? mark : "caller";
}

/**
 * Starts this program again in a session of its own, with the same arguments. Its streams are ours
 * until it is up, so that whoever called hears why it could not start.
 *
 * @returns Its pid when it is up, or null if it ended before.
 * @throws {BackgroundError} If the system cannot start it.
 */
export function startDetached(): number | null {
  const pipe = makePipe();
  if (!pipe) throw new BackgroundError("no pipe could be made");
  const c = libc();
  const input = c.open(cString("/dev/null"), 0, 0);
  const environment = ownEnvironment();
  handOverWatchdog(environment);
  const between = startAnew("between", environment, [input, 1, 2, pipe.write]);
  c.close(input);
  c.close(pipe.write);
  if (waitForExit(between) === NOT_EXECUTED) throw doesNotStart();
  return awaitReady(pipe.read);
}

/** In the process in between. @throws {BackgroundError} If the system cannot start the daemon. */
export function startDaemon(): void {
  const environment = ownEnvironment();
  addSettings(environment);
  startAnew("daemon", environment, [0, 1, 2, STATUS]);
}

function startAnew(
  part: Part,
  environment: Environment,
  descriptors: readonly number[],
): number {
  setVariable(environment, DETACHED_MARK, part);
  const command = ownCommand();
  const { pid, errno } = posixSpawn({
    ...command,
    environment: [...environment.values()],
    directory: null,
    descriptors,
    leads: "session",
  });
  if (errno === 0) return pid;
  throw doesNotStart();
}

function doesNotStart(): BackgroundError {
  return new BackgroundError(`${ownCommand().path} does not start`);
}

/** In the background process: lets the caller go, with everything that was its. */
export function reportReady(): void {
  redirectToNull([0, 1, 2]);
  const pid = new TextEncoder().encode(String(process.pid));
  libc().write(STATUS, pid, pid.length);
  libc().close(STATUS);
}

/** Without word from the background process there is none any more. */
function awaitReady(status: number): number | null {
  const buffer = new Uint8Array(PID_BYTES);
  const count = retrying(() => libc().read(status, buffer, buffer.length));
  libc().close(status);
  return count > 0 ? Number(new TextDecoder().decode(buffer.subarray(0, count))) : null;
}
