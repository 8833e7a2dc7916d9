/** `update` where the daemon is Supervisor's, or an older visor: group by group. @see spec/ctl.md §4 */
import { FAULT_CODES } from "../rpc/faults.ts";
import type { ConfigChanges } from "../rpc/structs.ts";
import { EXIT } from "./exit_status.ts";
import type { Session } from "./session.ts";

/** @param wanted Groups; undefined for all. @throws {RpcFault} */
export async function updateGroups(
  session: Session,
  wanted: ReadonlySet<string> | undefined,
): Promise<void> {
  const changes = await session.daemon.reloadConfig();
  if (wanted) await reportStrangers(session, wanted, changes.added);
  await apply(session, limitTo(wanted, changes));
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
    if (!known.has(name)) session.fail(EXIT.GENERIC, `ERROR: no such group: ${name}`);
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
    session.print(`${group}: added process group`);
  }
}

async function removeGroup(session: Session, group: string): Promise<void> {
  const results = await session.daemon.stopProcessGroup(group);
  session.print(`${group}: stopped`);
  if (results.some((result) => result.status === FAULT_CODES.FAILED)) {
    return session.fail(EXIT.GENERIC, `${group}: has problems; not removing`);
  }
  await session.daemon.removeProcessGroup(group);
  session.print(`${group}: removed process group`);
}

async function replaceGroup(session: Session, group: string): Promise<void> {
  await session.daemon.stopProcessGroup(group);
  session.print(`${group}: stopped`);
  await session.daemon.removeProcessGroup(group);
  await session.daemon.addProcessGroup(group);
  session.print(`${group}: updated process group`);
}
