/**
 * Settings that a runtime takes from its environment alone, when it starts.
 *
 * Bun looks every second whether there is garbage to collect. A daemon that waits has none: after
 * work it is collected all the same.
 */
import { isCompiled } from "./executable.ts";
import { openDescriptors } from "./descriptors.ts";
import { cString, pointerArray } from "./ffi.ts";
import { type Environment, ownEnvironment, SETTINGS_MARK, setVariable } from "./environment.ts";
import { libc } from "./libc.ts";

const F_SETFD = 2;

/** The longest that a timer can have, in milliseconds: 24 days. */
const NEVER = String(2 ** 31 - 1);

const SETTINGS: ReadonlyMap<string, string> = new Map([["BUN_GC_TIMER_INTERVAL", NEVER]]);

/** Whether visor has started this process, with its settings. */
export function hasSettings(): boolean {
  return process.env[SETTINGS_MARK] !== undefined;
}

/** Adds the settings to an environment that visor is to be started with. What is set, stays. */
export function addSettings(environment: Environment): void {
  const added = [...SETTINGS.keys()].filter((name) => !environment.has(name));
  for (const name of added) setVariable(environment, name, SETTINGS.get(name)!);
  setVariable(environment, SETTINGS_MARK, added.join());
}

/**
 * Makes sure that the runtime has the settings: the executable starts anew in its own place, as the
 * same process with the same arguments and descriptors. Where it may not, it goes on without.
 */
export function applySettings(): void {
  if (!isCompiled() || hasSettings()) return;
  const environment = ownEnvironment();
  addSettings(environment);
  keepDescriptors();
  const argv = [process.argv0, ...process.argv.slice(2)].map(cString);
  const variables = [...environment.values()].map(cString);
  libc().execve(cString(process.execPath), pointerArray(argv), pointerArray(variables));
}

/**
 * What the caller handed on, `/dev/fd/5` perhaps, is to be there afterwards, too: the runtime marks
 * all descriptors to be closed. Its own are of kinds that no caller hands on.
 */
function keepDescriptors(): void {
  for (const [fd, target] of openDescriptors()) {
    if (fd > 2 && !target.startsWith("anon_inode:")) libc().fcntl(fd, F_SETFD, 0);
  }
}
