/** Going into the background: a runtime cannot fork, so visor starts itself anew. */
import { cString } from "./ffi.ts";
import { DETACHED_MARK, ownEnvironment, setVariable } from "./environment.ts";
import { libc, retrying } from "./libc.ts";
import { redirectToNull } from "./descriptors.ts";
import { ownCommand } from "./own_command.ts";
import { addRuntimeOptions } from "./runtime_threads.ts";
import { makePipe, posixSpawn } from "./spawn.ts";

/** The background process says on this descriptor that it is up. */
const STATUS = 3;
const READY = "ready\n";

/** True in the process that `startDetached` started. */
export function isDetached(): boolean {
  return process.env[DETACHED_MARK] !== undefined;
}

export interface Detached {
  readonly pid: number;
  /** Reading end of a pipe: ends with, or without, word that the process is up. */
  readonly status: number;
}

/**
 * Starts this program again in a session of its own, with the same arguments. Its streams are ours
 * until it is up, so that whoever called hears why it could not start.
 *
 * @throws {Error} If the system cannot start it.
 */
export function startDetached(): Detached {
  const pipe = makePipe();
  if (!pipe) throw new Error("Cannot go into the background: no pipe could be made");
  const c = libc();
  const input = c.open(cString("/dev/null"), 0, 0);
  const environment = ownEnvironment();
  setVariable(environment, DETACHED_MARK, "1");
  addRuntimeOptions(environment);
  const command = ownCommand();
  const result = posixSpawn({
    ...command,
    environment: [...environment.values()],
    directory: null,
    descriptors: [input, 1, 2, pipe.write],
    leads: "session",
  });
  c.close(input);
  c.close(pipe.write);
  if (result.errno !== 0) {
    throw new Error(`Cannot go into the background: ${command.path} does not start`);
  }
  return { pid: result.pid, status: pipe.read };
}

/** In the background process: lets the caller go, with everything that was its. */
export function reportReady(): void {
  redirectToNull([0, 1, 2]);
  libc().write(STATUS, new TextEncoder().encode(READY), READY.length);
  libc().close(STATUS);
}

/** In the caller: waits for the background process. @returns Whether it is up. */
export function awaitReady({ status }: Detached): boolean {
  const buffer = new Uint8Array(READY.length);
  const count = retrying(() => libc().read(status, buffer, buffer.length));
  libc().close(status);
  return count > 0;
}
