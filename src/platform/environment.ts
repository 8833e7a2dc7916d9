/** Environments as bytes: a value need not be UTF-8, and must reach a child unchanged. */
import fs from "node:fs";
import { bytesOf, textOf } from "./byte_text.ts";

/** `NAME=value` entries by name, as a child gets them. */
export type Environment = Map<string, Uint8Array>;

const EQUALS = 0x3d;

/** Set by visor for itself; children do not get it. */
export const DETACHED_MARK = "VISOR_DETACHED";
/** Names the variables that visor has added for its runtime. Children get neither it nor them. */
export const SETTINGS_MARK = "VISOR_SETTINGS";

let own: Environment | undefined;

/** What this process was started with. To be asked for once before privileges are dropped. */
export function ownEnvironment(): Environment {
  if (!own) {
    own = rawEnvironment() ?? namedEnvironment();
    const added = process.env[SETTINGS_MARK]?.split(",") ?? [];
    for (const name of [DETACHED_MARK, SETTINGS_MARK, ...added]) own.delete(name);
  }
  return new Map(own);
}

/** The same by name and value. What is no UTF-8 comes back as it was from `setVariable`. */
export function ownVariables(): Map<string, string> {
  const named = [...ownEnvironment()].map(([name, entry]) =>
    [name, textOf(entry.subarray(entry.indexOf(EQUALS) + 1))] as const
  );
  return new Map(named);
}

function rawEnvironment(): Environment | undefined {
  let bytes: Uint8Array;
  try {
    bytes = fs.readFileSync("/proc/self/environ");
  } catch {
    return undefined; // no /proc: names and values as the runtime decoded them
  }
  const environment: Environment = new Map();
  for (let start = 0; start < bytes.length;) {
    const nul = bytes.indexOf(0, start);
    const end = nul < 0 ? bytes.length : nul;
    const entry = bytes.slice(start, end);
    const equals = entry.indexOf(EQUALS);
    const name = textOf(entry.subarray(0, Math.max(equals, 0)));
    // Of two with one name the C library and Python see the first.
    if (name !== "" && !environment.has(name)) environment.set(name, entry);
    start = end + 1;
  }
  return environment;
}

function namedEnvironment(): Environment {
  const environment: Environment = new Map();
  for (const [name, value] of Object.entries(process.env)) {
    if (value !== undefined) setVariable(environment, name, value);
  }
  return environment;
}

export function setVariable(environment: Environment, name: string, value: string): void {
  environment.set(name, bytesOf(`${name}=${value}`));
}
