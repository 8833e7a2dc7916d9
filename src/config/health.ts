/** Options of a program for its health checks and its readiness. */
import {
  type HealthAction,
  type HealthOptions,
  httpTarget,
  tcpTarget,
  UNSET_HEALTH,
} from "../model/health.ts";
import { integer, oneOf, seconds } from "./datatypes.ts";
import { command } from "./hooks.ts";
import type { ConfigHost } from "./host.ts";
import { BadValue, show } from "./problems.ts";
import { complain, placeOf, read, type Scope } from "./section.ts";
import { quote } from "./text.ts";

const CHECKS = ["healthcheck_command", "healthcheck_http", "healthcheck_tcp"] as const;
const ACTIONS: readonly HealthAction[] = ["mark", "restart"];
const SOURCES = ["notify", "healthcheck"] as const;

/** @param scope Of one process: its address may have its number in it. */
export function readHealth(scope: Scope, host: ConfigHost): HealthOptions {
  const option = <K extends keyof HealthOptions>(
    name: K,
    convert: (text: string) => NonNullable<HealthOptions[K]>,
  ) => read<HealthOptions[K] | null>(scope, name, convert, null) as HealthOptions[K];
  const span = (name: "healthcheck_interval" | "healthcheck_timeout" | "readiness_timeout") =>
    option(name, (text) => duration(name, text));
  const options: HealthOptions = {
    healthcheck_command: option(
      "healthcheck_command",
      (text) => command("healthcheck_command", text),
    ),
    healthcheck_http: option("healthcheck_http", url),
    healthcheck_tcp: option("healthcheck_tcp", address),
    healthcheck_interval: span("healthcheck_interval"),
    healthcheck_timeout: span("healthcheck_timeout"),
    healthcheck_startsecs: option(
      "healthcheck_startsecs",
      (text) => seconds("healthcheck_startsecs", text),
    ),
    healthcheck_failures: option("healthcheck_failures", count),
    healthcheck_successes: option("healthcheck_successes", count),
    healthcheck_action: option("healthcheck_action", oneOf("healthcheck_action", ACTIONS)),
    readiness: option("readiness", oneOf("readiness", SOURCES)),
    readiness_log: option("readiness_log", (text) => pattern(text, host)),
    readiness_timeout: span("readiness_timeout"),
  };
  findConflicts(scope, options);
  warnOfUnused(scope, options);
  return options;
}

function findConflicts(scope: Scope, options: HealthOptions): void {
  const [first, second] = CHECKS.filter((name) => options[name] !== null);
  if (second !== undefined) {
    complain(scope, second, {
      code: "CONFLICT",
      message: `Cannot set both ${first} and ${second}`,
      detail: `expected one kind of check for a program, got ${first} as well`,
    });
  }
  if (options.readiness === "healthcheck" && first === undefined) {
    complain(scope, "readiness", {
      code: "CONFLICT",
      message: "Cannot set readiness=healthcheck without a health check",
      detail: `expected one of ${CHECKS.join(", ")} as well`,
    });
  }
  if (options.readiness !== null && options.readiness_log !== null) {
    complain(scope, "readiness_log", {
      code: "CONFLICT",
      message: "Cannot set both readiness and readiness_log",
      detail: `expected one way to be ready, got readiness=${options.readiness} as well`,
    });
  }
}

/** What has no effect was hardly meant so; in `[DEFAULT]` it is for other programs. */
function warnOfUnused(scope: Scope, options: HealthOptions): void {
  // With a mistake in it, it is told already; what belongs to it is not without effect for that.
  const has = (name: keyof HealthOptions) =>
    options[name] !== null || scope.section.options.has(name);
  const isChecked = CHECKS.some(has);
  const hasReadiness = isChecked || has("readiness") || has("readiness_log");
  for (const name of Object.keys(UNSET_HEALTH)) {
    const isUsed = name === "readiness_timeout" || name === "healthcheck_action"
      ? hasReadiness
      : isChecked || !name.startsWith("healthcheck_");
    if (isUsed || !scope.section.options.has(name)) continue;
    scope.report.warn(
      placeOf(scope, name),
      "has no effect: nothing says how the program is to be checked",
    );
  }
}

function url(text: string): string {
  if (httpTarget(text)) return text;
  const detail = `expected http://host:port/path, https://… or unix:/socket:/path, got ${
    show(text)
  }`;
  throw new BadValue(`value ${quote(text)} is not a URL`, detail);
}

function address(text: string): string {
  if (tcpTarget(text)) return text;
  const detail = `expected host:port with a port from 1 to 65535, got ${show(text)}`;
  throw new BadValue(`not a valid address: ${quote(text)}`, detail);
}

/** What is waited for, or done again and again, takes its time. */
const SHORTEST_SECS = 0.1;

function duration(option: string, text: string): number {
  const number = seconds(option, text);
  if (number >= SHORTEST_SECS) return number;
  const detail = `expected ${SHORTEST_SECS} seconds or more, got ${show(text)}`;
  throw new BadValue(`invalid '${option}' value ${quote(text)}`, detail);
}

function count(text: string): number {
  const number = integer(text);
  if (number >= 1) return number;
  throw new BadValue(
    `${number} is below lower bound (1)`,
    `expected a whole number from 1, got ${show(text)}`,
  );
}

function pattern(text: string, host: ConfigHost): string {
  const problem = host.patternProblem(text);
  if (problem === undefined) return text;
  const detail = `expected a regular expression as RE2 knows them, got ${show(text)}: ${problem}`;
  throw new BadValue(`not a valid pattern: ${problem}`, detail);
}
