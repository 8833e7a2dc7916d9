/** Starting a child process with pipes of its own. */
import { cString, pointerArray } from "./ffi.ts";
import { closeAllOnExec } from "./descriptors.ts";
import { errno, libc } from "./libc.ts";
import type { Credentials } from "./accounts.ts";
import { type CredentialsStep, withCredentials } from "./credentials.ts";
import { ERRNO } from "./errno.ts";
import { getLimit, withFileLimit } from "./limits.ts";

/** What a child is started with. Everything is decided before; nothing is looked up here. */
export interface SpawnRequest {
  /** The file to execute. */
  readonly path: string;
  readonly argv: readonly string[];
  /** `NAME=value`, encoded. */
  readonly environment: readonly Uint8Array[];
  readonly directory: string | null;
  readonly umask: number | null;
  /** null: as the daemon. */
  readonly credentials: Credentials | null;
  /** stderr is a copy of stdout. */
  readonly mergeStderr: boolean;
  /** A descriptor to be the child's stdin in place of a pipe. It stays the caller's. */
  readonly stdin?: number;
}

/** The daemon's ends of a child's pipes. Whoever gets them closes them. */
export interface ChildPipes {
  /** null where the request brought a descriptor of its own. */
  readonly stdin: number | null;
  readonly stdout: number;
  /** null where stderr was merged. */
  readonly stderr: number | null;
}

export type SpawnResult =
  | { readonly ok: true; readonly pid: number; readonly pipes: ChildPipes }
  | { readonly ok: false; readonly step: SpawnStep; readonly errno: number };

/** What failed: making pipes, a step of becoming the user, or fork, chdir and exec together. */
export type SpawnStep = "pipe" | CredentialsStep | "exec";

const O_NONBLOCK = 0o4000;
const O_CLOEXEC = 0o2000000;
const F_SETFL = 4;
const F_SETPIPE_SZ = 1031;

const POSIX_SPAWN_SETPGROUP = 0x02;
const POSIX_SPAWN_SETSIGDEF = 0x04;
const POSIX_SPAWN_SETSIGMASK = 0x08;
const POSIX_SPAWN_SETSID = 0x80;

/** Larger than the C library's opaque structures on any platform we know (336 and 80 bytes). */
const OPAQUE_BYTES = 512;
const SIGSET_BYTES = 128;
const SIGPIPE = 13;

/** A flood goes through in fewer, larger reads. */
const STDOUT_PIPE_BYTES = 1_048_576;

interface Pipe {
  readonly read: number;
  readonly write: number;
}

/** Of the descriptors that visor may have, programs do not get the last ones… */
const RESERVED = 32;
/** … nor more than this part of them. */
const RESERVED_PART = 1 / 8;

/**
 * Whether a descriptor is one of the last: kept for those who want to know what is wrong, for logs to
 * be rotated, and because a client that cannot be accepted would keep the runtime busy.
 */
function isReserved(fd: number): boolean {
  const { soft } = getLimit("NOFILE");
  return fd >= soft - Math.min(RESERVED, soft * RESERVED_PART);
}

/** Both ends close-on-exec; undefined with errno set where there is no descriptor left. */
export function makePipe(): Pipe | undefined {
  const ends = new Int32Array(2);
  if (libc().pipe2(new Uint8Array(ends.buffer), O_CLOEXEC) !== 0) return undefined;
  return { read: ends[0]!, write: ends[1]! };
}

/** All signals but SIGPIPE, which children find ignored. @see spec/processes.md §7, "signals" */
function defaultedSignals(): Uint8Array {
  const set = new Uint8Array(SIGSET_BYTES).fill(0xff, 0, 8);
  const bit = SIGPIPE - 1;
  set[bit >> 3]! &= ~(1 << (bit & 7));
  return set;
}

/** What a child leads: a process group of its own, a session, or nothing. */
export type Leads = "group" | "session" | "nothing";

const LEADS_FLAG: Record<Leads, number> = {
  group: POSIX_SPAWN_SETPGROUP,
  session: POSIX_SPAWN_SETSID,
  nothing: 0,
};

const attributes = new Map<Leads, Uint8Array>();

/** No signal blocked, default dispositions; made once each. */
function spawnAttributes(leads: Leads): Uint8Array {
  const known = attributes.get(leads);
  if (known) return known;
  const c = libc();
  const made = new Uint8Array(OPAQUE_BYTES);
  const flags = LEADS_FLAG[leads] | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK;
  c.posix_spawnattr_init(made);
  c.posix_spawnattr_setflags(made, flags);
  c.posix_spawnattr_setpgroup(made, 0);
  c.posix_spawnattr_setsigmask(made, new Uint8Array(SIGSET_BYTES));
  c.posix_spawnattr_setsigdefault(made, defaultedSignals());
  attributes.set(leads, made);
  return made;
}

/** Closes the descriptors; null stands for one that was never opened. */
export function closeAll(descriptors: readonly (number | null | undefined)[]): void {
  for (const fd of descriptors) if (fd !== null && fd !== undefined) libc().close(fd);
}

/**
 * Starts a child: leader of its own process group, with stdin, stdout and stderr and no other
 * descriptor. Nothing is left open when it fails.
 */
export function spawn(request: SpawnRequest): SpawnResult {
  const stdin = request.stdin === undefined ? makePipe() : null;
  const stdout = stdin === undefined ? undefined : makePipe();
  const stderr = stdout === undefined || request.mergeStderr ? null : makePipe();
  const missing = stdin === undefined || stdout === undefined || stderr === undefined;
  if (missing || isReserved(Math.max(stdout.write, stderr?.write ?? 0))) {
    const reason = missing ? errno() : ERRNO.EMFILE;
    closeAll([stdin, stdout, stderr].flatMap((pipe) => [pipe?.read, pipe?.write]));
    return { ok: false, step: "pipe", errno: reason };
  }
  const theirs = [request.stdin ?? stdin!.read, stdout.write, stderr?.write ?? stdout.write];
  giveTo(request.credentials, [stdin?.read, stdout.write, stderr?.write]);
  const result = execute(request, theirs);
  closeAll([stdin?.read, stdout.write, stderr?.write]);
  const pipes = { stdin: stdin?.write ?? null, stdout: stdout.read, stderr: stderr?.read ?? null };
  if (!result.ok) {
    closeAll([pipes.stdin, pipes.stdout, pipes.stderr]);
    return result;
  }
  for (const fd of [pipes.stdin, pipes.stdout, pipes.stderr]) {
    if (fd !== null) libc().fcntl(fd, F_SETFL, O_NONBLOCK);
  }
  libc().fcntl(pipes.stdout, F_SETPIPE_SZ, STDOUT_PIPE_BYTES);
  return { ok: true, pid: result.pid, pipes };
}

/** Who opens /dev/stdout by its name is asked whose it is: a child's pipes are the child's. */
function giveTo(user: Credentials | null, pipes: readonly (number | undefined)[]): void {
  if (user === null) return;
  for (const fd of pipes) if (fd !== undefined) libc().fchown(fd, user.uid, user.gid);
}

type Executed =
  | { readonly ok: true; readonly pid: number }
  | { readonly ok: false; readonly step: SpawnStep; readonly errno: number };

function execute(request: SpawnRequest, descriptors: readonly number[]): Executed {
  const before = request.umask === null ? null : process.umask(request.umask);
  try {
    const run = () => posixSpawn({ ...request, descriptors, leads: "group" });
    const outcome = withCredentials(request.credentials, () => withFileLimit(run));
    if (!outcome.ok) return outcome;
    const { pid, errno } = outcome.value;
    return errno === 0 ? { ok: true, pid } : { ok: false, step: "exec", errno };
  } finally {
    if (before !== null) process.umask(before);
  }
}

export interface NativeSpawn
  extends Pick<SpawnRequest, "path" | "argv" | "environment" | "directory"> {
  /** What the child gets as 0, 1 and 2. */
  readonly descriptors: readonly number[];
  readonly leads: Leads;
}

/** @returns The pid, or the error number of fork, chdir or exec. */
export function posixSpawn(request: NativeSpawn): { readonly pid: number; readonly errno: number } {
  const c = libc();
  const argv = request.argv.map(cString);
  const environment = request.environment.map(cString);
  const directory = request.directory === null ? null : cString(request.directory);
  const actions = new Uint8Array(OPAQUE_BYTES);
  const pid = new Int32Array(1);
  closeAllOnExec();
  c.posix_spawn_file_actions_init(actions);
  try {
    request.descriptors.forEach((fd, target) =>
      c.posix_spawn_file_actions_adddup2(actions, fd, target)
    );
    if (directory) c.posix_spawn_file_actions_addchdir_np(actions, directory);
    const errno = c.posix_spawn(
      new Uint8Array(pid.buffer),
      cString(request.path),
      actions,
      spawnAttributes(request.leads),
      pointerArray(argv),
      pointerArray(environment),
    );
    return { pid: pid[0]!, errno };
  } finally {
    c.posix_spawn_file_actions_destroy(actions);
  }
}
