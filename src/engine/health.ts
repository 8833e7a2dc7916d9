/** From what checks find to what is to be thought of a process, and done about it. */
import type { LogLevel } from "../model/config.ts";
import type { HealthOptions, ReadinessSource } from "../model/health.ts";

/** How a process is judged; durations in milliseconds. */
export interface HealthPolicy {
  readonly hasCheck: boolean;
  /** null: nothing says so, and RUNNING is ready. */
  readonly readiness: ReadinessSource | null;
  readonly readinessMs: number | null;
  readonly intervalMs: number;
  readonly graceMs: number;
  readonly failures: number;
  readonly successes: number;
  readonly restarts: boolean;
}

/** What is known of one run. */
export interface Health {
  /** null: it has no readiness. Once ready it stays so. */
  readonly ready: boolean | null;
  /** null: not known yet. */
  readonly healthy: boolean | null;
  /** Checks in a row that count as failed, and that passed. */
  readonly failures: number;
  readonly successes: number;
  readonly hasPassed: boolean;
  /** When a failure counted last, as `uptimeMs`. */
  readonly countedAt: number | null;
}

export interface CheckResult {
  readonly ok: boolean;
  /** What it said, or why it could not be done. */
  readonly output: string;
}

/** `uptimeMs` is counted from the spawn. */
export type HealthFact =
  | { readonly type: "checked"; readonly result: CheckResult; readonly uptimeMs: number }
  /** It said itself that it is ready. */
  | { readonly type: "ready" }
  /** `readiness_timeout` is over. */
  | { readonly type: "late" };

export interface Verdict {
  readonly health: Health;
  /** For the log, without the name. */
  readonly remarks: readonly HealthRemark[];
  readonly restart: boolean;
}

export interface HealthRemark {
  readonly level: LogLevel;
  readonly text: string;
}

const DEFAULTS = { intervalSecs: 10, failures: 3, successes: 1 } as const;

/** @returns undefined for a program that has neither checks nor readiness. */
export function healthPolicy(options: HealthOptions): HealthPolicy | undefined {
  const { readiness_timeout } = options;
  const hasCheck = (options.healthcheck_command ?? options.healthcheck_http ??
    options.healthcheck_tcp) !== null;
  // Whoever can be asked how it is can be asked whether it is ready.
  const readiness = options.readiness ??
    (options.readiness_log !== null ? "log" : hasCheck ? "healthcheck" : null);
  if (readiness === null) return undefined;
  return {
    hasCheck,
    readiness,
    readinessMs: readiness_timeout === null ? null : readiness_timeout * 1000,
    intervalMs: (options.healthcheck_interval ?? DEFAULTS.intervalSecs) * 1000,
    graceMs: (options.healthcheck_startsecs ?? 0) * 1000,
    failures: options.healthcheck_failures ?? DEFAULTS.failures,
    successes: options.healthcheck_successes ?? DEFAULTS.successes,
    restarts: options.healthcheck_action === "restart",
  };
}

/** Of a process that is just being started. */
export const UNKNOWN_HEALTH: Health = {
  ready: false,
  healthy: null,
  failures: 0,
  successes: 0,
  hasPassed: false,
  countedAt: null,
};

export function judge(health: Health, fact: HealthFact, policy: HealthPolicy): Verdict {
  switch (fact.type) {
    case "ready":
      return health.ready === false
        ? verdict({ ...health, ready: true }, [{ level: "info", text: "ready" }])
        : verdict(health);
    case "late":
      return health.ready === false ? late(health, policy) : verdict(health);
    case "checked":
      return fact.result.ok
        ? passed(health, policy)
        : failed(health, fact.result.output, fact.uptimeMs, policy);
  }
}

function verdict(health: Health, remarks: readonly HealthRemark[] = [], restart = false): Verdict {
  return { health, remarks, restart };
}

function late(health: Health, { readinessMs, restarts }: HealthPolicy): Verdict {
  const text = `not ready within ${counted(readinessMs! / 1000, "second")}`;
  return verdict(health, [warning(text, restarts)], restarts);
}

function passed(health: Health, policy: HealthPolicy): Verdict {
  const successes = Math.min(health.successes + 1, policy.successes);
  const healthy = successes >= policy.successes ? true : health.healthy;
  const known = { ...health, healthy, successes, failures: 0, hasPassed: true };
  const again: readonly HealthRemark[] = healthy && health.healthy === false
    ? [{ level: "info", text: "healthy again" }]
    : [];
  if (!healthy || policy.readiness !== "healthcheck") return verdict(known, again);
  const ready = judge(known, { type: "ready" }, policy);
  return { ...ready, remarks: [...again, ...ready.remarks] };
}

/**
 * Until a check has passed the process is looked at more often than it is judged: then a failure
 * counts once an interval. What was up once has no more grace.
 */
function failed(health: Health, reason: string, uptimeMs: number, policy: HealthPolicy): Verdict {
  const { hasPassed, countedAt } = health;
  const isEarly = !hasPassed &&
    (uptimeMs < policy.graceMs ||
      countedAt !== null && uptimeMs < countedAt + policy.intervalMs);
  if (isEarly) return verdict({ ...health, successes: 0 });
  const failures = health.failures + 1;
  const known = { ...health, failures, successes: 0, countedAt: uptimeMs };
  if (failures < policy.failures) return verdict(known);
  const text = `unhealthy (${counted(failures, "failure")}: ${inShort(reason)})`;
  const isNews = policy.restarts || health.healthy !== false;
  const remarks = isNews ? [warning(text, policy.restarts)] : [];
  return verdict({ ...known, healthy: false }, remarks, policy.restarts);
}

function warning(text: string, restarts: boolean): HealthRemark {
  return { level: "warn", text: restarts ? `${text}, restarting` : text };
}

function counted(number: number, what: string): string {
  return `${number} ${what}${number === 1 ? "" : "s"}`;
}

const SHORT_CHARS = 200;

/** The last line that says something: that is where a program puts why it ends. */
function inShort(output: string): string {
  const last = output.split("\n").findLast((line) => line.trim() !== "")?.trim() ?? "no reason";
  return last.length > SHORT_CHARS ? `${last.slice(0, SHORT_CHARS)}…` : last;
}

/** Where several start at once, they are not looked at at once. */
const FIRST_LOOK_MS = 250;

/** @param random From 0 to 1. */
export function firstCheckMs(random: number): number {
  return random * FIRST_LOOK_MS;
}

const SHORTEST_PAUSE_MS = 1000;
/** Of the time that it has taken so far. */
const LONGER_PART = 0.1;
/** So that programs that were started together drift apart. */
const JITTER = 0.1;

/**
 * How long to wait for the next check: an interval. What has never passed one is looked at more
 * often, so that it is not ready long before anybody knows.
 *
 * @param random From 0 to 1.
 */
export function nextCheckMs(
  { hasPassed }: Health,
  { intervalMs }: HealthPolicy,
  uptimeMs: number,
  random: number,
): number {
  const soon = Math.max(SHORTEST_PAUSE_MS, uptimeMs * LONGER_PART);
  const pauseMs = hasPassed ? intervalMs : Math.min(intervalMs, soon);
  return pauseMs * (1 + JITTER * (2 * random - 1));
}
