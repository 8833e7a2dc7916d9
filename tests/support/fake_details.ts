/** Details of processes as the JSON API gives them, for tests. */
import type { AttemptDetails, ProcessDetails, WaitDetails } from "../../src/model/details.ts";

/** A process that was never started, but for these members. */
export function details(name: string, members: Partial<ProcessDetails> = {}): ProcessDetails {
  return {
    group: name,
    name,
    state: "STOPPED",
    description: "",
    pid: null,
    ready: members.state === "RUNNING",
    healthy: null,
    health: null,
    started_at: null,
    stopped_at: null,
    exitstatus: null,
    spawnerr: null,
    attempts: [],
    restarts: 0,
    next_try_at: null,
    stopped_by_operator: false,
    stopped_by: null,
    waits_for: null,
    ...members,
  };
}

/** A run that still goes on, but for these members. */
export function attempt(started_at: number, members: Partial<AttemptDetails> = {}): AttemptDetails {
  return {
    started_at,
    duration_ms: null,
    pid: 100 + started_at,
    spawnerr: null,
    exitstatus: null,
    signal: null,
    core_dumped: false,
    ended_by: null,
    ...members,
  };
}

/** A run that has ended with a status. */
export function ended(started_at: number, exitstatus: number): AttemptDetails {
  return attempt(started_at, { duration_ms: 10, exitstatus });
}

/** A wait for another to be ready. */
export function waitsFor(process: string): WaitDetails {
  return { process, condition: "ready", text: `${process} to be ready`, trouble: null };
}
