/** What to do about it: tables from what is known to what helps. */
import { CODES, OUTPUT, shellSays, SIGNALS } from "./end_hints.ts";
import { type Facts, type Failure, lastFailure } from "./facts.ts";
import { EXEC_ERRORS, type MatchTable, SPAWN_ERRORS } from "./start_hints.ts";

export function advise(facts: Facts): readonly string[] {
  const failure = lastFailure(facts);
  if (!failure || !isTrouble(facts, failure)) return next(facts);
  return [...aboutFailure(facts, failure), ...aboutOutput(facts, failure), ...next(facts)];
}

/** An end that somebody wanted needs no advice. */
function isTrouble({ process: { state, spawnerr, stopped_by } }: Facts, failure: Failure): boolean {
  if (state === "STOPPED") {
    // It was wanted, but perhaps not like this.
    return failure.type === "signal" && failure.signal === "SIGKILL" && stopped_by !== null;
  }
  return spawnerr !== null;
}

function aboutFailure(facts: Facts, failure: Failure): readonly string[] {
  switch (failure.type) {
    case "spawn":
      return matching(SPAWN_ERRORS, failure.reason, facts);
    case "user":
      return ["Only a daemon that runs as root can start programs as other users: see user=."];
    case "exec":
      return EXEC_ERRORS.get(failure.errno)?.(facts, failure.path) ?? [];
    case "chdir":
      return [`See directory=: its user has to be able to enter ${failure.path}.`];
    case "code":
      return aboutCode(facts, failure.code);
    case "signal":
      return SIGNALS.get(failure.signal)?.(facts) ?? [];
  }
}

function aboutCode(facts: Facts, code: number): readonly string[] {
  return CODES.get(code)?.(facts) ?? shellSays(code);
}

/** Of one that did run. */
function aboutOutput(facts: Facts, { type }: Failure): readonly string[] {
  const { name, lastLines } = facts;
  if (lastLines === null || (type !== "code" && type !== "signal")) return [];
  return [
    ...matching(OUTPUT, lastLines.lines.join("\n"), facts),
    `More of its output: visor ctl tail ${name} ${lastLines.channel}`,
  ];
}

/** The first that fits. */
function matching(
  table: MatchTable,
  text: string,
  facts: Facts,
): readonly string[] {
  for (const [pattern, say] of table) {
    const match = pattern.exec(text);
    if (match) return [say(match, facts)];
  }
  return [];
}

function next({ name, process }: Facts): readonly string[] {
  const { state, next_try_at, spawnerr, waits_for } = process;
  if (state === "UNKNOWN") return ["Only a restart of the daemon brings it back: visor ctl reload"];
  const isDown = state === "FATAL" || state === "EXITED" || state === "STOPPED";
  if (!isDown || next_try_at !== null || waits_for !== null) return [];
  const when = spawnerr === null || state === "STOPPED" ? "" : " when that is mended";
  return [`To start it${when}: visor ctl start ${name}`];
}
