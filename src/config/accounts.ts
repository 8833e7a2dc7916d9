/** Users and groups as configurations name them. */
import type { Account, Owner } from "../model/config.ts";
import { integer } from "./datatypes.ts";
import type { ConfigHost, GroupEntry, UserEntry } from "./host.ts";
import { BadValue, show } from "./problems.ts";

/** @throws {BadValue} for a user that does not exist. @see spec/config.md §6 */
export function user(text: string, host: ConfigHost): Account {
  const found = lookUp(text, (id) => host.userById(id), (name) => host.userByName(name));
  if (found) return found;
  const number = idOf(text);
  const message = number === undefined ? `Invalid user name ${text}` : `Invalid user id ${number}`;
  throw new BadValue(message, `expected a user that exists, got ${show(text)}`);
}

/**
 * Reads `user` or `user:group`.
 *
 * @throws {BadValue} for what does not exist. @see spec/config.md §6
 */
export function owner(text: string, host: ConfigHost): Owner {
  const colon = text.indexOf(":");
  const account = colon < 0 ? text : text.slice(0, colon);
  const found = lookUp(account, (id) => host.userById(id), (name) => host.userByName(name));
  const group = colon < 0 ? null : lookUp(
    text.slice(colon + 1),
    (id) => host.groupById(id),
    (name) => host.groupByName(name),
  );
  if (found && group !== undefined) return { user: found, group };
  const missing = found ? "group" : "user";
  throw new BadValue(
    `Invalid user:group definition ${text}`,
    `expected user or user:group, got ${show(text)}: there is no such ${missing}`,
  );
}

/** The group that belongs to a user, written `*`. */
export function primaryGroup(account: Account, host: ConfigHost): Account | null {
  const entry = host.userById(account.id) ?? host.userByName(String(account.written));
  return entry ? { written: "*", id: entry.gid } : null;
}

function lookUp(
  text: string,
  byId: (id: number) => UserEntry | GroupEntry | undefined,
  byName: (name: string) => UserEntry | GroupEntry | undefined,
): Account | undefined {
  const id = idOf(text);
  if (id === undefined) {
    const entry = byName(text);
    return entry && { written: text, id: entry.id };
  }
  return byId(id) && { written: id, id };
}

/** undefined for a text that is not a number, hence a name. */
function idOf(text: string): number | undefined {
  try {
    return integer(text);
  } catch {
    return undefined;
  }
}
