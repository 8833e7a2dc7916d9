/** What an update would do, and why, in lines for people. */
import { namespec } from "../model/namespec.ts";
import type { GroupStep, OptionChange, ProcessStep } from "../model/update.ts";

/** More names than these are told by the first and the last. */
const MOST_NAMES = 4;

export function planLines(steps: readonly GroupStep[]): string[] {
  return steps.flatMap((step) => step.action === "change" ? memberLines(step) : [wholeLine(step)]);
}

/** Of a group that comes, goes, or comes anew. */
function wholeLine({ group, action, changes, processes }: GroupStep): string {
  const stops = processes.some((process) => process.stops);
  const starting = processes.filter((process) => process.starts).map(({ name }) => name);
  const starts = starting.length > 0;
  const isItself = processes.every(({ name }) => name === group);
  const names = isItself ? "" : ` ${listed(starting)}`;
  const why = reasons([...changes, ...processes.flatMap((process) => process.changes)]);
  switch (action) {
    case "add":
      return `${group}: add${starts ? ` and start${names}` : ", not start (autostart=false)"}`;
    case "remove":
      return `${group}: ${stops ? "stop and remove" : "remove"}`;
    default: {
      const does = stops || starts ? doing(stops, starts) : "leave down";
      return `${group}: ${does}${isItself ? "" : " as a whole"}${why}`;
    }
  }
}

/** Those to which the same happens, for the same reasons, share a line. */
function memberLines({ group, changes, processes }: GroupStep): string[] {
  const lines = new Map<string, string[]>();
  for (const step of processes) {
    const why = step.action === "change" ? step.changes : changes;
    const line = `${intent(step)}\0${reasons(why)}`;
    lines.set(line, [...lines.get(line) ?? [], step.name]);
  }
  if (lines.size === 0) return [`${group}: in place${reasons(changes)}`];
  return [...lines].map(([line, names]) => {
    const [does, why] = line.split("\0");
    return names.length === 1
      ? `${namespec(group, names[0]!)}: ${does}${why}`
      : `${group}: ${does} ${listed(names)}${why}`;
  });
}

function intent({ action, stops, starts }: ProcessStep): string {
  if (action === "add") return starts ? "start" : "add, not start";
  if (action === "remove") return stops ? "stop and remove" : "remove";
  return doing(stops, starts);
}

function doing(stops: boolean, starts: boolean): string {
  if (stops) return starts ? "restart" : "stop and leave down";
  return starts ? "start" : "in place";
}

function listed(names: readonly string[]): string {
  if (names.length <= MOST_NAMES) return names.join(", ");
  return `${names[0]} ... ${names.at(-1)} (${names.length} processes)`;
}

/** ` (stopwaitsecs: 10 -> 30)`, or nothing; an option that several have changed alike is told once. */
function reasons(changes: readonly OptionChange[]): string {
  const texts = new Set(changes.map(describeChange));
  return texts.size === 0 ? "" : ` (${[...texts].join("; ")})`;
}

function describeChange({ option, from, to, names }: OptionChange): string {
  return `${option}: ${names ?? `${from ?? "unset"} -> ${to ?? "unset"}`}`;
}
