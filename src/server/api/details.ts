/** A process in the schema of the JSON API. */
import { describeProcess } from "../../engine/describe.ts";
import type { Attempt } from "../../engine/attempts.ts";
import { describeUnmet, type Unmet } from "../../engine/dependencies.ts";
import { isReady, type ManagedProcess, nextTryAt } from "../../engine/process.ts";
import type { AttemptDetails, ProcessDetails, WaitDetails } from "../../model/details.ts";
import { signalName } from "../../model/signal.ts";
import type { Daemon } from "../daemon.ts";

export function processDetails(daemon: Daemon, process: ManagedProcess): ProcessDetails {
  const now = daemon.supervisor.clock.now();
  const { attempts, starts } = process.history;
  const nextTry = nextTryAt(process);
  return {
    group: process.group,
    name: process.config.name,
    state: process.status.state,
    description: describeProcess(process, now),
    pid: process.pid || null,
    ready: isReady(process),
    healthy: process.healthy,
    stopped_by_operator: process.stoppedByOperator,
    health: process.health,
    started_at: process.laststart || null,
    stopped_at: process.laststop || null,
    exitstatus: process.lastExit === null ? null : process.exitstatus,
    spawnerr: process.spawnerr || null,
    attempts: attempts.map(attemptDetails),
    restarts: Math.max(0, starts - 1),
    next_try_at: nextTry === null ? null : Math.round(daemon.wall() + nextTry - now),
    stopped_by: process.stopper,
    waits_for: process.waiting && [...process.waiting.unmet.values()].map(waitDetails),
  };
}

function attemptDetails(attempt: Attempt): AttemptDetails {
  const { exit, durationMs } = attempt;
  return {
    started_at: attempt.startedAt,
    duration_ms: durationMs === null ? null : Math.round(durationMs),
    pid: attempt.pid,
    spawnerr: attempt.spawnerr,
    exitstatus: exit?.type === "code" ? exit.code : null,
    signal: exit?.type === "signal" ? signalName(exit.signal) : null,
    core_dumped: exit?.type === "signal" && exit.core,
    ended_by: attempt.endedBy,
  };
}

function waitDetails(unmet: Unmet): WaitDetails {
  const { name, need, trouble } = unmet;
  const condition = typeof need === "string" ? need : need.join(",");
  return { process: name, condition, text: describeUnmet(unmet), trouble };
}
