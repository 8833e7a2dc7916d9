/** Users and groups as configurations name them. */
import type { Account, Owner } from "../model/config.ts";
import { integer } from "./datatypes.ts";
import type { ConfigHost, GroupEntry, UserEntry } from "./host.ts";
import { BadValue, show } from "./problems.ts";

/** The one above means "unchanged" to the system: who became that user would stay who they are. */
export const HIGHEST_ID = 2 ** 32 - 2;

/**
 * A name must be one of this machine's users; a number need not be, other than in Supervisor:
 * containers are run with numbers that nobody has.
 *
 * @throws {BadValue} @see spec/config.md §6
 */
export function user(text: string, host: ConfigHost): Account {
  const number = idOf(text);
  if (number === undefined) {
    const found = host.userByName(text);
    if (found) return { written: text, id: found.id };
    throw new BadValue(
      `Invalid user name ${text}`,
      `expected a user that exists, got ${show(text)}`,
    );
  }
  if (number >= 0 && number <= HIGHEST_ID) return { written: number, id: number };
  const detail = `expected a user, or a number from 0 to ${HIGHEST_ID}, got ${show(text)}`;
  throw new BadValue(`Invalid user id ${number}`, detail);
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
export function primaryGroup(account: Account, host: ConfigHost): Account {
  const entry = host.userById(account.id) ?? host.userByName(String(account.written));
  return { written: "*", id: entry?.gid ?? account.id };
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
