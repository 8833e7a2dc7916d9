/** Who asks: what is done on somebody's behalf is remembered with his name. */
import type { Context } from "hono";
import type { Asker } from "../model/details.ts";
import type { Daemon, RequestBindings } from "./daemon.ts";

/** The daemon as one request has it. */
export function askedBy(daemon: Daemon, via: Asker["via"], peer: string | null): Daemon {
  return { ...daemon, asker: { via, peer } };
}

/** Who sent a request; null where it came from nowhere, as in tests. */
export function peerOf({ env }: Context): string | null {
  return (env as Partial<RequestBindings> | undefined)?.peer ?? null;
}
