/**
 * Becoming another user for the length of one spawn, or for good.
 *
 * The raw system calls change only the calling thread; posix_spawn clones from that thread, and
 * exec makes the effective ids the saved ones, so the child cannot come back. The order is groups,
 * gid, uid, because the last one takes away the right to do the others.
 */
import type { Credentials } from "./accounts.ts";
import { ERRNO } from "./errno.ts";
import { addressOf } from "./ffi.ts";
import { errno, libc, systemCall } from "./libc.ts";

/** System call numbers: they differ between the two architectures. */
const CALLS: Record<string, { setgroups: number; setresgid: number; setresuid: number }> = {
  x64: { setgroups: 116, setresgid: 119, setresuid: 117 },
  arm64: { setgroups: 159, setresgid: 149, setresuid: 147 },
};

export type Outcome<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly errno: number };

/**
 * Runs `task` as another user, or as we are if `credentials` is null or names who we are.
 *
 * If a step fails, `task` is not run. If we cannot become ourselves again, the process ends: a
 * supervisor that goes on as somebody else would be worse than none.
 */
export function withCredentials<T>(credentials: Credentials | null, task: () => T): Outcome<T> {
  if (credentials === null || credentials.uid === process.getuid!()) {
    return { ok: true, value: task() };
  }
  if (process.geteuid!() !== 0) return { ok: false, errno: ERRNO.EPERM };
  const own = process.getgroups!();
  const ownGroup = process.getegid!();
  try {
    const failed = assume(credentials);
    return failed === 0 ? { ok: true, value: task() } : { ok: false, errno: failed };
  } finally {
    if (assume({ uid: 0, gid: ownGroup, groups: own }) !== 0) {
      process.stderr.write("Cannot become root again after starting a program as another user\n");
      process.exit(1);
    }
  }
}

/**
 * Real and effective ids become the given ones, the saved ones stay root's, as the way back.
 *
 * @returns 0, or the error number of the step that failed.
 */
function assume({ uid, gid, groups }: Credentials): number {
  const calls = CALLS[process.arch];
  if (!calls) return ERRNO.EPERM;
  const list = new Uint32Array(groups.length === 0 ? [gid] : groups);
  const listAddress = addressOf(new Uint8Array(list.buffer));
  const steps: readonly (() => number)[] = [
    () => systemCall(calls.setgroups, groups.length, listAddress),
    () => systemCall(calls.setresgid, gid, gid, 0),
    () => systemCall(calls.setresuid, uid, uid, 0),
  ];
  // Only root may set groups: on the way back the uid comes first.
  for (const step of uid === 0 ? steps.toReversed() : steps) {
    if (step() < 0) return errno();
  }
  return 0;
}

/**
 * Makes the whole process that user, for good.
 *
 * @returns The step that failed, if one did. @see spec/processes.md §2, step 3
 */
export function becomeUser(
  { uid, gid, groups }: Credentials,
): "groups" | "gid" | "uid" | undefined {
  const c = libc();
  const list = new Uint8Array(new Uint32Array(groups).buffer);
  if (c.setgroups(groups.length, list) !== 0) return "groups";
  if (c.setgid(gid) !== 0) return "gid";
  if (c.setuid(uid) !== 0) return "uid";
  return undefined;
}
