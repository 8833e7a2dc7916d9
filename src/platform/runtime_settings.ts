/**
 * Settings that a runtime takes from its environment alone, when it starts.
 *
 * Bun ends threads that are idle, and starts them again when there is work for them. Where that is
 * refused (the limit of a container's processes, no memory) it aborts, or never again closes its
 * copies of pipes. A daemon therefore has all its threads from the beginning, and they are few. And
 * Bun looks every second whether there is garbage to collect; a daemon that waits has none, and
 * after work it is collected all the same.
 */
import fs from "node:fs";
import { holdSignals } from "./daemon_signals.ts";
import { openDescriptors } from "./descriptors.ts";
import { type Environment, ownEnvironment, SETTINGS_MARK, setVariable } from "./environment.ts";
import { cString, pointerArray } from "./ffi.ts";
import { libc } from "./libc.ts";
import { isCompiled, ownCommand } from "./own_command.ts";

const F_SETFD = 2;

/** The longest that a timer can have, in milliseconds: 24 days. */
const NEVER = String(2 ** 31 - 1);

const SETTINGS: ReadonlyMap<string, string> = new Map([
  ["BUN_GC_TIMER_INTERVAL", NEVER],
  ["BUN_JSC_useConcurrentJIT", "0"],
  ["BUN_JSC_useConcurrentGC", "0"],
  ["BUN_JSC_numberOfGCMarkers", "1"],
]);

/** Whether visor has started this process, with its settings. */
export function hasSettings(): boolean {
  return process.env[SETTINGS_MARK] !== undefined;
}

/** Whether `applySettings` has something to do. */
export function startsAnew(): boolean {
  return isCompiled() && !hasSettings();
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
  if (!startsAnew()) return;
  const environment = ownEnvironment();
  addSettings(environment);
  keepDescriptors();
  const { path, argv } = ownCommand();
  const words = argv.map(cString);
  const variables = [...environment.values()].map(cString);
  libc().execve(cString(path), pointerArray(words), pointerArray(variables));
  holdSignals(false);
}

/** Gives the threads that close pipes their first work: they start now. */
export function startThreads(): void {
  fs.stat("/", () => {});
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
