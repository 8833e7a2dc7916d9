/**
 * `GET /changes`: a line of JSON for each process, then one for each that changes, for as long as the
 * connection lasts. Lines, because `curl -N … | jq` and every language can read those as they come;
 * browsers have the page's own `/events`.
 */
import type { ManagedProcess } from "../../engine/process.ts";
import { type ChangeLine, type ProcessDetails, SCHEMA } from "../../model/details.ts";
import { RpcFault } from "../../rpc/faults.ts";
import type { ChangeText } from "../change_stream.ts";
import type { Daemon } from "../daemon.ts";
import { processDetails } from "./details.ts";
import { selected } from "./select.ts";

/**
 * Members that change without anything having happened, by the passing of time, or never but
 * together with another.
 */
const UNTOLD: ReadonlySet<string> = new Set(["description", "attempts", "next_try_at"]);

/** @throws {RpcFault} BAD_NAME, if a name means nothing now. */
export function changeLines(daemon: Daemon, names: readonly string[] | undefined): ChangeText {
  selected(daemon, names);
  /** What was told last of each, as text. */
  const told = new Map<string, { readonly of: ProcessDetails; readonly text: string }>();
  function next(): string {
    const now = daemon.wall();
    const lines: ChangeLine[] = [];
    const present = new Set<string>();
    for (const process of there(daemon, names)) {
      const details = processDetails(daemon, process);
      const key = `${details.group}:${details.name}`;
      const text = essence(details);
      present.add(key);
      if (told.get(key)?.text === text) continue;
      told.set(key, { of: details, text });
      lines.push({ now, process: details });
    }
    for (const [key, { of: { group, name } }] of told) {
      if (present.has(key)) continue;
      told.delete(key);
      lines.push({ now, removed: { group, name } });
    }
    return lines.map((line) => `${JSON.stringify(line)}\n`).join("");
  }
  const head: ChangeLine = { schema: SCHEMA, now: daemon.wall() };
  return { opening: `${JSON.stringify(head)}\n`, next, heartbeat: "\n" };
}

/** Those of the names that there are: a group may go and come back while it is listened to. */
function there(daemon: Daemon, names: readonly string[] | undefined): readonly ManagedProcess[] {
  if (!names) return selected(daemon, names);
  return names.flatMap((name) => {
    try {
      return selected(daemon, [name]);
    } catch (error) {
      if (error instanceof RpcFault) return [];
      throw error;
    }
  });
}

function essence(details: ProcessDetails): string {
  return JSON.stringify(details, (name, value) => UNTOLD.has(name) ? undefined : value);
}
