/** The words of the activity log. People grep them. @see spec/processes.md §4 */
import type { LogLevel } from "../model/config.ts";
import { describeExit } from "../model/exit.ts";
import { signalName } from "../model/signal.ts";
import type { Remark } from "./step.ts";

export interface LogLine {
  readonly level: LogLevel;
  readonly text: string;
}

/** @param name The bare process name, never `group:name`. */
export function describeRemark(remark: Remark, name: string, pid: number): LogLine {
  switch (remark.type) {
    case "success":
      return {
        level: "info",
        text: `success: ${name} entered RUNNING state, process has stayed up for ` +
          `> than ${remark.startsecs} seconds (startsecs)`,
      };
    case "exited": {
      const verdict = remark.expected ? "expected" : "not expected";
      return {
        level: remark.expected ? "info" : "warn",
        text: `exited: ${name} (${describeExit(remark.exit)}; ${verdict})`,
      };
    }
    case "stopped":
      return {
        level: remark.expected ? "info" : "warn",
        text: `stopped: ${name} (${describeExit(remark.exit)})`,
      };
    case "gaveUp":
      return {
        level: "info",
        text: `gave up: ${name} entered FATAL state, too many start retries too quickly`,
      };
    case "limited":
      return remark.isSlow
        ? { level: "warn", text: `slowed down: ${name} was ${remark.reason}` }
        : { level: "info", text: `gave up: ${name} entered FATAL state, ${remark.reason}` };
    case "escalating":
      return { level: "info", text: `sending ${signalName(remark.signal)} to '${name}' (${pid})` };
    case "killing":
      return { level: "warn", text: `killing '${name}' (${pid}) with SIGKILL` };
    case "leftGroup":
      return {
        level: "info",
        text: `${name} has ended, waiting for the rest of its process group`,
      };
    case "spawnerr":
      return { level: "info", text: `spawnerr: ${remark.reason}` };
  }
}
