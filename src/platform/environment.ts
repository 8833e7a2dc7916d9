/** Environments as bytes: a value need not be UTF-8, and must reach a child unchanged. */
import fs from "node:fs";

/** `NAME=value` entries by name, as a child gets them. */
export type Environment = Map<string, Uint8Array>;

const encoder = new TextEncoder();
const EQUALS = 0x3d;

/** Set by visor for itself; children do not get it. */
export const DETACHED_MARK = "VISOR_DETACHED";
/** As above, and so are the variables that it names. */
export const RUNTIME_MARK = "VISOR_RUNTIME";

let own: Environment | undefined;

/** What this process was started with. To be asked for once before privileges are dropped. */
export function ownEnvironment(): Environment {
  if (!own) {
    own = rawEnvironment() ?? namedEnvironment();
    const options = process.env[RUNTIME_MARK]?.split(",") ?? [];
    for (const name of [DETACHED_MARK, RUNTIME_MARK, ...options]) own.delete(name);
  }
  return new Map(own);
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
    if (equals > 0) environment.set(new TextDecoder().decode(entry.subarray(0, equals)), entry);
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
  environment.set(name, encoder.encode(`${name}=${value}`));
}
