/** `update`: reread, then bring what runs in line with it. @see spec/ctl.md §4 */
import { FAULT_CODES } from "../rpc/faults.ts";
import type { ConfigChanges } from "../rpc/structs.ts";
import { faultName } from "./connection_error.ts";
import { EXIT } from "./exit_status.ts";
import type { Session } from "./session.ts";
import { noSuchGroup } from "./unknown.ts";
import { splitWords, type Verb } from "./verb.ts";

export const update: Verb = {
  name: "update",
  takes: "groups",
  json: true,
  help: [
    ["update", "Read the configuration again; stop, restart and start what it changes"],
    ["update all", "The same"],
    ["update <gname> [...]", "Only these groups; other changes stay pending"],
  ],
  async run(session, args) {
    const changes = await readAgain(session);
    if (!changes) return;
    session.list("results");
    const names = splitWords(args);
    const wanted = names.length === 0 || names.includes("all") ? undefined : new Set(names);
    if (wanted) await reportStrangers(session, wanted, changes.added);
    await apply(session, limitTo(wanted, changes));
  },
};

async function readAgain(session: Session): Promise<ConfigChanges | undefined> {
  try {
    return await session.daemon.reloadConfig();
  } catch (error) {
    if (faultName(error) !== "SHUTDOWN_STATE") throw error;
    session.fail(EXIT.GENERIC, "ERROR: already shutting down", "SHUTDOWN_STATE");
  }
}

/** Complain about names that are neither active nor about to be. */
async function reportStrangers(
  session: Session,
  wanted: ReadonlySet<string>,
  added: readonly string[],
): Promise<void> {
  const infos = await session.daemon.getAllProcessInfo();
  const known = new Set([...infos.map((info) => info.group), ...added]);
  for (const name of wanted) {
    if (known.has(name)) continue;
    noSuchGroup(session, name, update.name, EXIT.GENERIC, `ERROR: no such group: ${name}`);
  }
}

/** The changes to the wanted groups; undefined wants all. */
function limitTo(
  wanted: ReadonlySet<string> | undefined,
  { added, changed, removed }: ConfigChanges,
): ConfigChanges {
  const limit = (names: readonly string[]) => names.filter((name) => wanted?.has(name) ?? true);
  return { added: limit(added), changed: limit(changed), removed: limit(removed) };
}

async function apply(session: Session, { added, changed, removed }: ConfigChanges): Promise<void> {
  for (const group of removed) await removeGroup(session, group);
  for (const group of changed) await replaceGroup(session, group);
  for (const group of added) {
    await session.daemon.addProcessGroup(group);
    session.groupDone(group, "add", "added process group");
  }
}

async function removeGroup(session: Session, group: string): Promise<void> {
  const results = await session.daemon.stopProcessGroup(group);
  session.groupDone(group, "stop", "stopped");
  if (results.some((result) => result.status === FAULT_CODES.FAILED)) {
    const message = "has problems; not removing";
    const result = { group, name: null, action: "remove", ok: false, message } as const;
    return session.result({ ...result, fault: "FAILED" }, `${group}: ${message}`, EXIT.GENERIC);
  }
  await session.daemon.removeProcessGroup(group);
  session.groupDone(group, "remove", "removed process group");
}

async function replaceGroup(session: Session, group: string): Promise<void> {
  await session.daemon.stopProcessGroup(group);
  session.groupDone(group, "stop", "stopped");
  await session.daemon.removeProcessGroup(group);
  await session.daemon.addProcessGroup(group);
  session.groupDone(group, "update", "updated process group");
}
