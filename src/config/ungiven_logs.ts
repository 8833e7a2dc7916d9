/** Logs that are meant to be others', under a daemon that can give nothing away. */
import type { Account, GroupConfig, Owner } from "../model/config.ts";
import type { Load } from "./load.ts";
import { NOWHERE, type Place } from "./problems.ts";

/** @param user Whom the daemon becomes; null: it stays who it is. */
export function warnOfUngivenLogs(
  load: Load,
  user: Account | null,
  groups: readonly GroupConfig[],
): void {
  const uid = user?.id ?? load.host.uid;
  if (uid === 0) return;
  const isOwn = (owner: Owner) => owner.user.id === uid && owner.group === null;
  const owners = groups.flatMap(({ processes }) => processes.map((each) => each.logfile_owner));
  const lost = new Set(owners.filter((owner) => owner !== null && !isOwn(owner)).map(written));
  for (const text of lost) {
    const detail = "only root can give files to others: " +
      `the daemon's user is ${user?.written ?? uid}, and logs stay with it`;
    load.messages.warn.push(`logfile_owner=${text}: ${detail}`);
    load.report.warn(placeOfOption(load), detail);
  }
}

function written(owner: Owner | null): string {
  const { user, group } = owner!;
  return group ? `${user.written}:${group.written}` : String(user.written);
}

function placeOfOption({ document }: Load): Place {
  const option = "logfile_owner";
  for (const { name, options } of document.sections.values()) {
    const value = options.get(option);
    if (value) return { file: value.file, line: value.lines[0] ?? null, section: name, option };
  }
  return { ...NOWHERE, option };
}
