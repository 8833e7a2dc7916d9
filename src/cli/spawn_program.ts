/** Starting a program's process, with Supervisor's words for everything that can go wrong. */
import type { ProcessConfig } from "../model/config.ts";
import { credentialsOf } from "../platform/accounts.ts";
import { ERRNO, errnoName } from "../platform/errno.ts";
import { type ChildPipes, spawn, type SpawnRequest, type SpawnResult } from "../platform/spawn.ts";
import { resolveCommand } from "./command.ts";
import { type EnvironmentSurroundings, programEnvironment } from "./program_environment.ts";
import { NOT_BECOME } from "./privileges.ts";

export type Spawned =
  | { readonly ok: true; readonly pid: number; readonly pipes: ChildPipes }
  | { readonly ok: false; readonly reason: string };

export interface ProgramSurroundings extends EnvironmentSurroundings {
  /** A descriptor to be the child's stdin in place of a pipe. */
  readonly stdin?: number;
}

const FD_EXHAUSTION: ReadonlySet<string> = new Set(["EMFILE", "ENFILE"]);

/** Why a process has no pipes or logs, by the name of the error number. */
export function dispatcherTrouble(name: string, code: string): string {
  return FD_EXHAUSTION.has(code)
    ? `too many open files to spawn '${name}'`
    : `unknown error making dispatchers for '${name}': ${code}`;
}

/** @see spec/processes.md §7, "Pre-fork failure" and "Post-fork failure" */
export function spawnProgram(config: ProcessConfig, around: ProgramSurroundings): Spawned {
  const command = resolveCommand(config);
  if (!command.ok) return { ok: false, reason: command.trouble.text };
  const credentials = config.user === null ? null : credentialsOf(config.user) ?? null;
  if (config.user !== null && credentials === null) {
    return { ok: false, reason: `user ${config.user.written} is gone from this machine` };
  }
  const variables = programEnvironment(config, around);
  if (!variables.ok) return variables;
  const request: SpawnRequest = {
    path: command.path,
    argv: command.argv,
    environment: [...variables.environment.values()],
    directory: config.directory,
    umask: config.umask,
    credentials,
    mergeStderr: config.redirect_stderr,
    ...(around.stdin === undefined ? {} : { stdin: around.stdin }),
  };
  const result = spawn(request);
  if (result.ok) return result;
  return beforeFork(result, config.name) ?? afterFork(result, request, config);
}

type Failure = Extract<SpawnResult, { ok: false }>;

function beforeFork(failure: Failure, name: string): Spawned | undefined {
  if (failure.step === "pipe") {
    return { ok: false, reason: dispatcherTrouble(name, errnoName(failure.errno)) };
  }
  if (failure.step !== "exec") return undefined;
  switch (failure.errno) {
    case ERRNO.EAGAIN:
      return { ok: false, reason: `Too many processes in process table to spawn '${name}'` };
    case ERRNO.ENOMEM:
      return { ok: false, reason: `unknown error during fork for '${name}': ENOMEM` };
  }
}

/**
 * What goes wrong in the child is told on the child's stderr, and the child ends with status 127:
 * that is where operators look. A shell in the program's place says it.
 */
function afterFork(failure: Failure, request: SpawnRequest, config: ProcessConfig): Spawned {
  const { step } = failure;
  if (step !== "exec" && step !== "pipe") {
    return complain(request, `couldn't setuid to ${config.user?.id}: ${NOT_BECOME[step]}`);
  }
  const name = errnoName(failure.errno);
  const asProgram = standIn(request, `couldn't exec ${request.argv[0]}: ${name}`);
  const there = spawn(asProgram);
  if (there.ok) return there;
  // A shell could not start from there either: it is the folder.
  return complain(request, `couldn't chdir to ${request.directory}: ${name}`);
}

/** As the daemon, so with nothing that was meant for somebody else: not even the environment. */
function complain(request: SpawnRequest, why: string): Spawned {
  const plain = { ...standIn(request, why), environment: [], directory: null, credentials: null };
  const result = spawn(plain);
  return result.ok ? result : { ok: false, reason: why };
}

function standIn(request: SpawnRequest, why: string): SpawnRequest {
  const script = 'printf "supervisor: %s\\nsupervisor: child process was not spawned\\n" "$1" >&2';
  return { ...request, path: "/bin/sh", argv: ["sh", "-c", `${script}; exit 127`, "sh", why] };
}
