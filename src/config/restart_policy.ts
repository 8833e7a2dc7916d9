/** Options of ours that say when a program is started again. */
import type {
  OwnProgramOptions,
  ProgramType,
  RestartBackoff,
  RestartLimit,
  RestartLimitAction,
} from "../model/own_options.ts";
import { list, oneOf, parseSeconds, seconds } from "./datatypes.ts";
import { BadValue, show } from "./problems.ts";
import { attempt, complain, expanded, read, type Scope, valueOf } from "./section.ts";
import { quote, trim } from "./text.ts";

type RestartOptions = Pick<
  OwnProgramOptions,
  "type" | "restartdelaysecs" | "restartbackoff" | "restartlimit" | "restartlimit_action"
>;

const DEFAULT_CAP_SECS = 60;

export function readRestartOptions(scope: Scope): RestartOptions {
  const options: RestartOptions = {
    type: read<ProgramType | null>(
      scope,
      "type",
      oneOf<ProgramType>("type", ["oneshot", "service"]),
      null,
    ),
    restartdelaysecs: read<number | null>(
      scope,
      "restartdelaysecs",
      (text) => seconds("restartdelaysecs", text),
      null,
    ),
    restartbackoff: readBackoff(scope),
    restartlimit: read<RestartLimit | null>(scope, "restartlimit", limit, null),
    restartlimit_action: read<RestartLimitAction | null>(
      scope,
      "restartlimit_action",
      oneOf<RestartLimitAction>("restartlimit_action", ["fatal", "slow"]),
      null,
    ),
  };
  refuseContradictions(scope, options);
  return options;
}

/** Its `10%` is not the beginning of an expansion. */
function readBackoff(scope: Scope): RestartBackoff | null {
  const value = valueOf(scope, "restartbackoff");
  if (value === undefined) return null;
  const text = value.text.replaceAll(/%(?![(%])/g, "%%");
  const work = () => backoff(expanded(scope, "restartbackoff", { ...value, text }));
  return attempt<RestartBackoff | null>(scope, "restartbackoff", work, null);
}

/** `2, 60, 0.1`; with the names that the parts have: `factor 2, cap 60s, jitter 10%`. */
function backoff(text: string): RestartBackoff {
  const names = ["factor", "cap", "jitter"];
  const parts = list(text).map((part, i) => {
    const [, name, value] = /^(?:([a-z]+)\s+)?(\S.*)$/.exec(part) ?? [];
    return name === undefined || name === names[i] ? value : undefined;
  });
  const [factor, cap, jitter] = parts;
  const made = {
    factor: /^\d{1,4}(\.\d{1,9})?$/.test(factor ?? "") ? Number(factor) : NaN,
    cap: parts.length < 2 ? DEFAULT_CAP_SECS : parseSeconds(cap ?? "") ?? NaN,
    jitter: parts.length < 3 ? 0 : part(jitter ?? ""),
  };
  if (parts.length <= 3 && made.factor >= 1 && made.cap > 0 && made.jitter <= 1) return made;
  const detail = `expected FACTOR, CAP, JITTER such as "2, 60, 0.1": a factor of 1 or more, ` +
    `seconds, and a part from 0 to 1; got ${show(text)}`;
  throw new BadValue(`invalid 'restartbackoff' value ${quote(text)}`, detail);
}

/** `0.1` or `10%`; NaN for anything else. */
function part(text: string): number {
  const [, number, percent] = /^(\d{1,3}(?:\.\d{1,9})?)(%)?$/.exec(text) ?? [];
  return number === undefined ? NaN : Number(number) / (percent ? 100 : 1);
}

/** `5 in 60s`. */
function limit(text: string): RestartLimit {
  const [, times, span] = /^(\d{1,4})\s+in\s+(\S.*)$/.exec(trim(text).toLowerCase()) ?? [];
  const made = { restarts: Number(times), seconds: parseSeconds(span ?? "") ?? 0 };
  if (made.restarts >= 1 && made.seconds > 0) return made;
  const detail = `expected RESTARTS in SECONDS such as "5 in 60s", got ${show(text)}`;
  throw new BadValue(`invalid 'restartlimit' value ${quote(text)}`, detail);
}

function refuseContradictions(scope: Scope, options: RestartOptions): void {
  const { type, restartdelaysecs: delay, restartbackoff, restartlimit } = options;
  const conflict = (option: string, message: string, detail: string) =>
    complain(scope, option, { code: "CONFLICT", message, detail });
  if (restartbackoff !== null && delay !== null && !(delay > 0 && delay <= restartbackoff.cap)) {
    conflict(
      "restartdelaysecs",
      "restartdelaysecs and restartbackoff contradict each other",
      `expected more than 0 and at most restartbackoff's cap of ${restartbackoff.cap}, got ${delay}`,
    );
  }
  if (valueOf(scope, "restartlimit_action") && !valueOf(scope, "restartlimit")) {
    conflict(
      "restartlimit_action",
      "restartlimit_action is set without restartlimit",
      'expected a restartlimit such as "5 in 60s" as well',
    );
  }
  if (type === "oneshot" && restartlimit !== null) {
    conflict(
      "restartlimit",
      "a program of type=oneshot has no restartlimit",
      "expected none: how often a oneshot is tried again is up to startretries",
    );
  }
}

/** What of Supervisor's options goes against `type=oneshot`. */
export function refuseWithOneshot(
  scope: Scope,
  { autorestart, startsecs }: { readonly autorestart: unknown; readonly startsecs: number },
): void {
  if (autorestart === true) {
    complain(scope, "autorestart", {
      code: "CONFLICT",
      message: "a program of type=oneshot cannot have autorestart=true",
      detail: "expected unexpected (tried again after a failure) or false (never), got true",
    });
  }
  if (scope.section.options.has("startsecs") && startsecs !== 0) {
    complain(scope, "startsecs", {
      code: "CONFLICT",
      message: "a program of type=oneshot cannot have startsecs",
      detail: `expected 0, as it may be done at once; got ${startsecs}`,
    });
  }
}
