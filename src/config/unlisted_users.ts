/** Users that are a number and no more, as containers are run with. */
import type { Account, GroupConfig, SupervisordConfig } from "../model/config.ts";
import type { Load } from "./load.ts";
import { NOWHERE, type Place } from "./problems.ts";
import { trim } from "./text.ts";

/** Supervisor refuses them. A number may also be a slip of the pen, so that it is told. */
export function warnOfUnlistedUsers(
  load: Load,
  daemon: SupervisordConfig["user"],
  groups: readonly GroupConfig[],
): void {
  const { host, messages, report } = load;
  const users = [daemon, ...groups.flatMap(({ processes }) => processes.map(({ user }) => user))];
  const ids = new Set(users.filter((user): user is Account => user !== null).map(({ id }) => id));
  for (const id of ids) {
    if (id === host.uid || host.userById(id)) continue;
    const detail =
      `no user of this machine has the number ${id}: its group is ${id}, too, and it ` +
      "is in no other";
    messages.warn.push(`user=${id}: ${detail}`);
    report.warn(placeOfUser(load, id), detail);
  }
}

function placeOfUser({ document }: Load, id: number): Place {
  for (const { name, options } of document.sections.values()) {
    const value = options.get("user");
    if (!value || trim(value.text) !== String(id)) continue;
    const { file, lines, section = name } = value;
    return { file, line: lines[0] ?? null, section, option: "user" };
  }
  return { ...NOWHERE, option: "user" };
}
