/** Users and groups of this machine, asked of the C library, so that NSS (LDAP, sssd) counts. */
import { cString } from "./ffi.ts";
import { copyMemory, libc, readString } from "./libc.ts";

export interface UserEntry {
  readonly name: string;
  readonly uid: number;
  /** The primary group. */
  readonly gid: number;
  readonly home: string;
}

export interface GroupEntry {
  readonly name: string;
  readonly gid: number;
}

/** Everything a process needs to be another user. */
export interface Credentials {
  readonly uid: number;
  readonly gid: number;
  /** The primary group first, then the memberships. */
  readonly groups: readonly number[];
}

/** Offsets in `struct passwd` and `struct group`, the same in glibc and musl on 64-bit Linux. */
const PASSWD = { name: 0, uid: 16, gid: 20, home: 32, bytes: 48 } as const;
const GROUP = { name: 0, gid: 16, bytes: 32 } as const;

function readPasswd(address: number): UserEntry | undefined {
  if (address === 0) return undefined;
  const view = new DataView(copyMemory(address, PASSWD.bytes).buffer);
  return {
    name: readString(Number(view.getBigUint64(PASSWD.name, true))),
    uid: view.getUint32(PASSWD.uid, true),
    gid: view.getUint32(PASSWD.gid, true),
    home: readString(Number(view.getBigUint64(PASSWD.home, true))),
  };
}

function readGroup(address: number): GroupEntry | undefined {
  if (address === 0) return undefined;
  const view = new DataView(copyMemory(address, GROUP.bytes).buffer);
  return {
    name: readString(Number(view.getBigUint64(GROUP.name, true))),
    gid: view.getUint32(GROUP.gid, true),
  };
}

export function userByName(name: string): UserEntry | undefined {
  return readPasswd(libc().getpwnam(cString(name)));
}

export function userById(uid: number): UserEntry | undefined {
  return readPasswd(libc().getpwuid(uid));
}

export function groupByName(name: string): GroupEntry | undefined {
  return readGroup(libc().getgrnam(cString(name)));
}

export function groupById(gid: number): GroupEntry | undefined {
  return readGroup(libc().getgrgid(gid));
}

/** A user as a configuration has it. */
export interface NamedUser {
  /** A name is text, an id a number. */
  readonly written: string | number;
  readonly id: number;
}

/**
 * What a process running as this user should be. A number that no user has is a user of its own,
 * with the group of that number: containers are run as such.
 *
 * @returns undefined if there is no user of that name any more.
 * @see spec/processes.md §7, "user"
 */
export function credentialsOf({ written, id: uid }: NamedUser): Credentials | undefined {
  const user = userById(uid);
  if (user) return { uid, gid: user.gid, groups: groupsOf(user) };
  return typeof written === "number" ? { uid, gid: uid, groups: [uid] } : undefined;
}

function groupsOf(user: UserEntry): readonly number[] {
  const count = new Int32Array([64]);
  for (;;) {
    const ids = new Uint32Array(count[0]!);
    const room = new Uint8Array(count.buffer);
    const found = libc().getgrouplist(
      cString(user.name),
      user.gid,
      new Uint8Array(ids.buffer),
      room,
    );
    if (found >= 0) return [...ids.subarray(0, count[0]!)];
    if (count[0]! <= ids.length) count[0] = ids.length * 2;
  }
}
