/** What a process has been through: its last runs, and the starts that came to nothing. */
import type { Asker } from "../model/details.ts";
import type { Exit } from "../model/exit.ts";

/** Older ones are forgotten. */
export const MOST_ATTEMPTS = 10;

/** One start and what became of it. */
export interface Attempt {
  /** Wall-clock milliseconds. */
  readonly startedAt: number;
  /** null where nothing could be started. */
  readonly pid: number | null;
  /** Why nothing could be started. */
  readonly spawnerr: string | null;
  /** null while it runs. */
  readonly exit: Exit | null;
  readonly durationMs: number | null;
  /** Who had it stopped, or sent it the signal that ended it; null: nobody through visor. */
  readonly endedBy: Asker | null;
}

export interface History {
  /** Oldest first. */
  readonly attempts: readonly Attempt[];
  /** Since the daemon's start, also those that came to nothing. */
  readonly starts: number;
}

/** Shared by all that have not been started: what is never started costs nothing. */
export const NO_HISTORY: History = { attempts: [], starts: 0 };

/** A signal to one run that somebody asked for. */
export interface SentSignal {
  readonly signal: number;
  readonly by: Asker | null;
}

/** With one more start: a pid, or the reason why there is none. */
export function withStart(
  { attempts, starts }: History,
  startedAt: number,
  launched: { readonly pid: number } | { readonly reason: string },
): History {
  const attempt = {
    startedAt,
    pid: "pid" in launched ? launched.pid : null,
    spawnerr: "reason" in launched ? launched.reason : null,
    exit: null,
    durationMs: "pid" in launched ? null : 0,
    endedBy: null,
  };
  return { attempts: [...attempts.slice(1 - MOST_ATTEMPTS), attempt], starts: starts + 1 };
}

/** With the end of the last run. */
export function withEnd(
  { attempts, starts }: History,
  end: Pick<Attempt, "exit" | "durationMs" | "endedBy">,
): History {
  const last = attempts.at(-1);
  return last ? { attempts: [...attempts.slice(0, -1), { ...last, ...end }], starts } : NO_HISTORY;
}

/** Whose doing an end was: of a stop that was asked for, or of a signal that was. */
export function enderOf(
  exit: Exit,
  stopper: Asker | null,
  sent: SentSignal | null,
): Asker | null {
  if (stopper) return stopper;
  return exit.type === "signal" && exit.signal === sent?.signal ? sent.by : null;
}
