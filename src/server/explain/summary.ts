/** A process's state and the reason for it, in one sentence. */
import { explainErrno } from "../../model/errno_words.ts";
import type { AttemptDetails } from "../../model/details.ts";
import { type Facts, type Failure, failureBefore, lastFailure } from "./facts.ts";
import { byWhom, inWords } from "../../model/spans.ts";

export function summarize(facts: Facts): string {
  const { name, process: { state } } = facts;
  return `${name} is ${state === "BACKOFF" ? "in BACKOFF" : state}${reason(facts)}.`;
}

function reason(facts: Facts): string {
  const { process, config } = facts;
  switch (process.state) {
    case "RUNNING":
      return `${age(facts)}${shortcoming(facts)}${previously(facts)}`;
    case "STARTING":
      return `${age(facts)}: ` +
        (process.description === ""
          ? `it counts as RUNNING after startsecs=${config.startsecs}`
          : `it is ${process.description}`);
    case "STOPPING":
      if (process.description !== "") {
        return `: it was told to stop${stopper(facts)}, and is ${process.description}`;
      }
      return `: it was told to stop${
        stopper(facts)
      }, and gets SIGKILL if it is still there after ` +
        `stopwaitsecs=${config.stopwaitsecs}`;
    case "STOPPED":
      return `: ${whyStopped(facts)}`;
    case "BACKOFF":
      return `: ${failure(facts)}; the next try is in ${untilNextTry(facts)}`;
    case "FATAL":
      return `: given up${whyGivenUp(facts)}; ${failure(facts)}`;
    case "EXITED":
      return `: ${failure(facts)}${sinceEnd(facts)}; ${afterExit(facts)}`;
    case "UNKNOWN":
      return `: ${process.spawnerr ?? "visor has lost it"}`;
  }
}

function age({ process: { started_at }, now }: Facts): string {
  return started_at === null ? "" : ` for ${inWords(now - started_at)}`;
}

function shortcoming({ process: { ready, healthy } }: Facts): string {
  if (!ready) return ", but is not ready yet";
  return healthy === false ? ", but its health checks fail" : "";
}

/** What has it started again and again is found by the run before. */
function previously(facts: Facts): string {
  const before = failureBefore(facts);
  return before ? `; before that, ${describeFailure(before)}` : "";
}

function stopper({ process: { stopped_by } }: Facts): string {
  return stopped_by === null ? "" : ` ${byWhom(stopped_by)}`;
}

function whyStopped(facts: Facts): string {
  const { process: { waits_for, attempts, stopped_at }, config, now } = facts;
  if (waits_for !== null) return `it waits for ${waits_for.map(({ text }) => text).join("; ")}`;
  if (attempts.length === 0) {
    const why = config.autostart ? "" : " (autostart=false)";
    return `it has not been started since the daemon was${why}`;
  }
  const when = stopped_at === null ? "" : ` ${inWords(now - stopped_at)} ago`;
  return `it was stopped${stopper(facts)}${when}`;
}

function untilNextTry({ process: { next_try_at }, now }: Facts): string {
  return next_try_at === null ? "a moment" : inWords(next_try_at - now);
}

/** A crash loop says so itself, see `restartlimit`. */
function whyGivenUp({ process: { spawnerr }, config: { startretries } }: Facts): string {
  if (spawnerr?.startsWith("restarted ")) return `: ${spawnerr}`;
  return startretries === 0 ? " after one start" : ` after ${startretries + 1} starts`;
}

function sinceEnd({ process: { stopped_at }, now }: Facts): string {
  return stopped_at === null ? "" : `, ${inWords(now - stopped_at)} ago`;
}

function afterExit(facts: Facts): string {
  const { process: { next_try_at, spawnerr }, config: { autorestart } } = facts;
  const verdict = spawnerr === null ? "that was expected" : "that was not expected";
  if (next_try_at !== null) {
    return `${verdict}, and it is started again in ${untilNextTry(facts)}`;
  }
  return `${verdict}, and autorestart=${autorestart} leaves it down`;
}

function failure(facts: Facts): string {
  const failed = lastFailure(facts);
  if (!failed) return facts.process.spawnerr ?? "nobody knows why";
  return `${describeFailure(failed)}${tooEarly(facts, failed)}`;
}

function tooEarly({ process: { state }, config: { startsecs } }: Facts, failed: Failure): string {
  if (state === "EXITED" || failed.type !== "code" && failed.type !== "signal") return "";
  const { duration_ms } = failed.attempt;
  const isEarly = duration_ms !== null && duration_ms < startsecs * 1000;
  return isEarly ? `, before startsecs=${startsecs} was over` : "";
}

function describeFailure(failure: Failure): string {
  switch (failure.type) {
    case "spawn":
    case "user":
      return `it could not be started: ${failure.reason}`;
    case "exec":
      return `it could not be started: executing ${failure.path} failed with ` +
        explainErrno(failure.errno);
    case "chdir":
      return `it could not be started: going to the folder ${failure.path} failed with ` +
        explainErrno(failure.errno);
    case "code":
      return `it ended with exit status ${failure.code}${lifetime(failure.attempt)}`;
    case "signal": {
      const { signal, attempt } = failure;
      return `it was ended by ${signal}${lifetime(attempt)}${sender(signal, attempt)}`;
    }
  }
}

function lifetime({ duration_ms }: AttemptDetails): string {
  return duration_ms === null ? "" : ` after ${inWords(duration_ms)}`;
}

/** Signals that a program gets for what it does itself. */
export const OWN_FAULTS: ReadonlySet<string> = new Set([
  "SIGSEGV",
  "SIGBUS",
  "SIGILL",
  "SIGFPE",
  "SIGABRT",
  "SIGTRAP",
  "SIGSYS",
  "SIGPIPE",
  "SIGXCPU",
  "SIGXFSZ",
  "SIGALRM",
]);

function sender(signal: string, { ended_by }: AttemptDetails): string {
  if (ended_by !== null) return `, sent ${byWhom(ended_by)}`;
  return OWN_FAULTS.has(signal) ? "" : ", which visor did not send";
}
