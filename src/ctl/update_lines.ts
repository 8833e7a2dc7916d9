/** What an update has done: Supervisor's lines for whole groups, and one a process for the rest. */
import { namespec } from "../model/namespec.ts";
import type { GroupStep, ProcessStep, UpdateDocument, UpdateTrouble } from "../model/update.ts";

export function updateLines({ steps, troubles }: UpdateDocument): string[] {
  return steps.flatMap((step) =>
    groupLines(step, troubles.filter(({ group }) => group === step.group))
  );
}

function groupLines(step: GroupStep, troubles: readonly UpdateTrouble[]): string[] {
  const { group, action } = step;
  switch (action) {
    case "add":
      return [`${group}: added process group`];
    case "remove":
    case "replace":
      return [
        `${group}: stopped`,
        ...troubles.map(troubleLine),
        troubles.length > 0
          ? `${group}: has problems; not ${action === "remove" ? "removing" : "updating"}`
          : `${group}: ${action === "remove" ? "removed" : "updated"} process group`,
      ];
    case "change":
      return memberLines(step, troubles);
  }
}

function memberLines({ group, processes }: GroupStep, troubles: readonly UpdateTrouble[]) {
  const troubled = new Set(troubles.map(({ process }) => process));
  const done = processes.filter(({ name }) => !troubled.has(name))
    .map((step) => `${namespec(group, step.name)}: ${deed(step)}`);
  if (processes.length === 0) done.push(`${group}: options changed, not restarted`);
  return [...done, ...troubles.map(troubleLine)];
}

function troubleLine({ group, process, text }: UpdateTrouble): string {
  return `${process === null ? group : namespec(group, process)}: ERROR (${text})`;
}

function deed({ action, stops, starts, changes }: ProcessStep): string {
  if (action === "add") return starts ? "added" : "added, not started";
  if (action === "remove") return stops ? "stopped and removed" : "removed";
  if (stops) return starts ? "restarted" : "stopped, options changed";
  if (starts) return "options changed, started";
  return changes.every(({ option }) => LOG_OPTION.test(option))
    ? "logs changed, not restarted"
    : "options changed, not restarted";
}

/** Its logs are opened anew where one of these changes. */
const LOG_OPTION = /^std(?:out|err)_/;
