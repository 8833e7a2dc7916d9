/** What the activity log says of a listener. @see spec/events.md §4 */
import type { LogLevel } from "../model/config.ts";
import type { ListenerStep } from "./listener_protocol.ts";

export interface LogLine {
  readonly level: LogLevel;
  readonly text: string;
}

/** The lines about one step, in the order in which they are written. */
export function describeStep(name: string, step: ListenerStep): readonly LogLine[] {
  const lines: LogLine[] = [...describeCause(step)];
  lines.push({ level: "debug", text: `${step.from} -> ${step.to}` });
  if (step.to === "UNKNOWN") {
    lines.push({
      level: "warn",
      text: "has entered the UNKNOWN state and will no longer receive events, this usually " +
        "indicates the process violated the eventlistener protocol",
    });
  }
  return lines.map(({ level, text }) => ({ level, text: `${name}: ${text}` }));
}

function describeCause({ cause, line }: ListenerStep): readonly LogLine[] {
  switch (cause) {
    case "processed":
      return [{ level: "debug", text: "event was processed" }];
    case "rejected":
      return [{ level: "warn", text: "event was rejected" }];
    case "failed":
      return [{ level: "warn", text: "event caused an error" }];
    case "badLine":
      return [{ level: "warn", text: `bad result line: '${line}'` }];
    case "ready":
    case "violation":
      return [];
  }
}
