/** How a program is asked whether it works, and how it tells that it is ready: options of ours. */

export type HealthAction = "mark" | "restart";

/** Who says that a program is ready; `log` is said by a line of its output. */
export type ReadinessSource = "notify" | "healthcheck" | "log";

/** Durations in seconds, also parts of them. null, each: not set. */
export interface HealthOptions {
  /** At most one of these three is set. */
  readonly healthcheck_command: string | null;
  /** As {@link httpTarget} reads it. */
  readonly healthcheck_http: string | null;
  /** As {@link tcpTarget} reads it. */
  readonly healthcheck_tcp: string | null;
  readonly healthcheck_interval: number | null;
  readonly healthcheck_timeout: number | null;
  /** Failures that soon after the start do not count. */
  readonly healthcheck_startsecs: number | null;
  /** How many in a row it takes to change one's mind. */
  readonly healthcheck_failures: number | null;
  readonly healthcheck_successes: number | null;
  readonly healthcheck_action: HealthAction | null;
  readonly readiness: Exclude<ReadinessSource, "log"> | null;
  /** A pattern of RE2. Not together with `readiness`. */
  readonly readiness_log: string | null;
  readonly readiness_timeout: number | null;
}

export const UNSET_HEALTH: HealthOptions = {
  healthcheck_command: null,
  healthcheck_http: null,
  healthcheck_tcp: null,
  healthcheck_interval: null,
  healthcheck_timeout: null,
  healthcheck_startsecs: null,
  healthcheck_failures: null,
  healthcheck_successes: null,
  healthcheck_action: null,
  readiness: null,
  readiness_log: null,
  readiness_timeout: null,
};

export const DEFAULT_TIMEOUT_SECS = 5;

export interface TcpTarget {
  readonly host: string;
  readonly port: number;
}

export interface HttpTarget {
  readonly secure: boolean;
  readonly address: TcpTarget | { readonly socket: string };
  /** Path and query. */
  readonly path: string;
  /** `user:password` of the URL; null: none. */
  readonly credentials: string | null;
}

const UNIX_URL = /^unix:(\/[^:]*):(\/.*)$/;

/**
 * `http://host:port/path`, `https://…`, or `unix:/path/of/socket:/path`.
 *
 * @returns undefined for anything else.
 */
export function httpTarget(text: string): HttpTarget | undefined {
  const [, socket, path] = UNIX_URL.exec(text) ?? [];
  if (socket !== undefined) {
    return { secure: false, address: { socket }, path: encodeURI(path!), credentials: null };
  }
  if (!/^https?:\/\//i.test(text) || !URL.canParse(text)) return undefined;
  const url = new URL(text);
  const secure = url.protocol === "https:";
  const port = Number(url.port || (secure ? 443 : 80));
  const who = `${decodeURIComponent(url.username)}:${decodeURIComponent(url.password)}`;
  return {
    secure,
    address: { host: withoutBrackets(url.hostname), port },
    path: url.pathname + url.search,
    credentials: who === ":" ? null : who,
  };
}

/** `host:port` or `[address]:port`. @returns undefined for anything else. */
export function tcpTarget(text: string): TcpTarget | undefined {
  const [, host, digits] = /^([^\s:]+|\[[0-9a-fA-F:.]+\]):(\d{1,5})$/.exec(text) ?? [];
  const port = Number(digits);
  if (host === undefined || port < 1 || port > 65535) return undefined;
  return { host: withoutBrackets(host), port };
}

function withoutBrackets(host: string): string {
  return host.replace(/^\[|\]$/g, "");
}
