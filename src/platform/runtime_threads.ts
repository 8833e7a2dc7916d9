/**
 * The threads of the runtime, for a process that has to live where none can be had.
 *
 * Bun ends threads that are idle and starts them again when there is work for them. Where that is
 * refused (the limit of a container's processes, no memory) it aborts, or never again closes its copies
 * of pipes. A daemon therefore has all its threads from the beginning, and they are few.
 */
import fs from "node:fs";
import {
  DETACHED_MARK,
  type Environment,
  ownEnvironment,
  RUNTIME_MARK,
  setVariable,
} from "./environment.ts";
import { cString } from "./ffi.ts";
import { libc } from "./libc.ts";
import { ownCommand } from "./own_command.ts";
import { pointerArray } from "./spawn.ts";

/** Compiling and collecting happen on the thread that needs it. Read by the runtime at its start only. */
const OPTIONS: readonly (readonly [name: string, value: string])[] = [
  ["BUN_JSC_useConcurrentJIT", "0"],
  ["BUN_JSC_useConcurrentGC", "0"],
  ["BUN_JSC_numberOfGCMarkers", "1"],
];

/** Adds what a runtime has to find to be like this from its start; what is there already stays. */
export function addRuntimeOptions(environment: Environment): void {
  const missing = OPTIONS.filter(([name]) => !environment.has(name));
  for (const [name, value] of missing) setVariable(environment, name, value);
  setVariable(environment, RUNTIME_MARK, missing.map(([name]) => name).join());
}

/**
 * Makes this process one whose threads stay: in it, this program begins again. Returns where that has
 * happened already, and where it cannot be done.
 */
export function settleThreads(): void {
  if ((globalThis as { Bun?: unknown }).Bun === undefined) return;
  const isMarked = [RUNTIME_MARK, DETACHED_MARK].some((mark) => process.env[mark] !== undefined);
  if (!isMarked) beginAgain();
  fs.stat("/", () => {}); // the first work for the threads that close pipes: they start now
}

function beginAgain(): void {
  const environment = ownEnvironment();
  addRuntimeOptions(environment);
  const { path, argv } = ownCommand();
  const strings = [argv.map(cString), [...environment.values()].map(cString)] as const;
  libc().execve(cString(path), pointerArray(strings[0]), pointerArray(strings[1]));
}
