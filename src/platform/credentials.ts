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

const PR_CAP_AMBIENT = 47;
const PR_CAP_AMBIENT_CLEAR_ALL = 4;

/** What it takes to become somebody, in order: being root, then three calls. */
export type CredentialsStep = "root" | "groups" | "gid" | "uid";

export type Outcome<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly step: CredentialsStep; readonly errno: number };

/**
 * Runs `task` as another user, or as we are if `credentials` is null or names who we are.
 *
 * If a step fails, `task` is not run and the steps before are undone. If we cannot become ourselves
 * again, the process ends: a supervisor that goes on as somebody else would be worse than none.
 */
export function withCredentials<T>(credentials: Credentials | null, task: () => T): Outcome<T> {
  if (credentials === null || credentials.uid === process.getuid!()) {
    return { ok: true, value: task() };
  }
  if (process.geteuid!() !== 0) return { ok: false, step: "root", errno: ERRNO.EPERM };
  const own = { uid: 0, gid: process.getegid!(), groups: process.getgroups!() };
  const there = stepsTo(credentials);
  const back = stepsTo(own);
  dropAmbientCapabilities();
  let done = 0;
  try {
    for (const { step, run } of there) {
      if (run() < 0) return { ok: false, step, errno: errno() };
      done++;
    }
    return { ok: true, value: task() };
  } finally {
    // The uid comes first: only root may do the others.
    if (back.slice(0, done).toReversed().some(({ run }) => run() < 0)) {
      process.stderr.write("Cannot become root again after starting a program as another user\n");
      process.exit(1);
    }
  }
}

/**
 * Our saved uid stays root's until exec, so the kernel would hand these on, which a plain setuid
 * takes away. Root's own programs lose nothing: exec gives them every capability.
 */
function dropAmbientCapabilities(): void {
  libc().prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0);
}

interface Step {
  readonly step: Exclude<CredentialsStep, "root">;
  readonly run: () => number;
}

/** Real and effective ids become the given ones, the saved ones stay root's, as the way back. */
function stepsTo({ uid, gid, groups }: Credentials): readonly Step[] {
  const calls = CALLS[process.arch];
  if (!calls) throw new Error(`the system calls of ${process.arch} are not known`);
  const list = new Uint8Array(new Uint32Array(groups.length === 0 ? [gid] : groups).buffer);
  return [
    { step: "groups", run: () => systemCall(calls.setgroups, groups.length, addressOf(list)) },
    { step: "gid", run: () => systemCall(calls.setresgid, gid, gid, 0) },
    { step: "uid", run: () => systemCall(calls.setresuid, uid, uid, 0) },
  ];
}

/**
 * Makes the whole process that user, for good.
 *
 * @returns The step that failed, if one did. @see spec/processes.md §2, step 3
 */
export function becomeUser({ uid, gid, groups }: Credentials): CredentialsStep | undefined {
  if (process.geteuid!() !== 0) return "root";
  const c = libc();
  const list = new Uint8Array(new Uint32Array(groups).buffer);
  if (c.setgroups(groups.length, list) !== 0) return "groups";
  if (c.setgid(gid) !== 0) return "gid";
  if (c.setuid(uid) !== 0) return "uid";
  return undefined;
}
