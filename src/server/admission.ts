/** Whether a request is let in: asked once for every one, before anything is done for it. */
import { authorize, type Credentials } from "./auth.ts";
import type { Daemon } from "./daemon.ts";
import { isAllowedHost } from "./host_guard.ts";
import { isSameOrigin } from "./origin_guard.ts";

export interface AdmissionOptions {
  /** What this server asks of its clients; null: nothing. */
  readonly credentials: Credentials | null;
  /** Names that it may be called by; null: any. */
  readonly hosts: ReadonlySet<string> | null;
}

/** What is asked about. */
export interface Visit {
  readonly method: string;
  /** The host that the request is for, as its address has it: `localhost:9001`. */
  readonly host: string;
  /** A header's value; null if there is none. */
  header(name: string): string | null;
}

/** Why a request is not let in. */
export interface Refusal {
  readonly status: 400 | 401 | 403;
  readonly headers?: Readonly<Record<string, string>>;
}

/** The first guard that refuses a visit; null if none does. */
export async function refusalOf(
  visit: Visit,
  daemon: Daemon,
  { credentials, hosts }: AdmissionOptions,
): Promise<Refusal | null> {
  const host = visit.header("host");
  if (!isAllowedHost(host, hosts) || !isAllowedHost(visit.host, hosts)) {
    daemon.log(
      "warn",
      `refused a request for host '${host}' on a server that only listens on this machine; to ` +
        "allow it, set username= and password=, or have the proxy send 'Host: localhost'",
    );
    return { status: 403 };
  }
  if (credentials) {
    const verdict = await authorize(visit.header("authorization"), credentials);
    if (verdict === "malformed") return { status: 400 };
    if (verdict === "denied") {
      return { status: 401, headers: { "WWW-Authenticate": 'Basic realm="default"' } };
    }
  }
  if (visit.method === "GET" || visit.method === "HEAD" || isSameOrigin(visit)) return null;
  const origin = visit.header("origin") ?? "elsewhere";
  daemon.log("warn", `refused a ${visit.method} that a web page of '${origin}' had a browser send`);
  return { status: 403 };
}
