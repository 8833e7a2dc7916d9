/** The control sockets, and the daemon behind them. */
import type { Config } from "../model/config.ts";
import { lazily } from "../model/lazily.ts";
import { systemClock } from "../platform/clock.ts";
import type { Fetch } from "../platform/answering.ts";
import type { HttpServer } from "../platform/http_server.ts";
import { printError } from "../platform/standard_output.ts";
import type { AdmissionOptions } from "../server/admission.ts";
import type { Daemon } from "../server/daemon.ts";
import { allowedHosts } from "../server/host_guard.ts";
import { xmlRpcShortcut } from "../server/shortcut.ts";
import { openServers } from "./control_servers.ts";
import type { DaemonLog } from "./daemon_log.ts";

export interface ApiParts {
  readonly config: Config;
  readonly log: DaemonLog["log"];
  /** Told how many bytes of work a request left behind, as a guess. */
  worked(bytes: number): void;
}

/** @throws {StartError} If one of them cannot be opened; then none is. */
export function openApi(daemon: Daemon, parts: ApiParts): Promise<readonly HttpServer[]> {
  const { config, log, worked } = parts;
  return openServers(
    config,
    (server) => {
      const { username, password } = server;
      const options = {
        credentials: username === null ? null : { username, password: password! },
        hosts: allowedHosts(server),
      };
      return {
        fetch: appFetch(daemon, options),
        shortcut: xmlRpcShortcut(daemon, options, worked),
      };
    },
    {
      clock: systemClock,
      critical: (text) => log.log("critical", text),
      warn: (text) => log.log("warn", text),
      info: (text) => log.log("info", text),
      stale: (path) => printError(`Unlinking stale socket ${path}\n`),
    },
  );
}

/** Loaded at the first request that needs it: pages and logs are not what most daemons are asked for. */
function appFetch(daemon: Daemon, options: AdmissionOptions): Fetch {
  const app = lazily(async () => {
    const { createApp } = await import("../server/app.ts");
    return createApp(daemon, options);
  });
  return async (request, peer) => (await app()).fetch(request, { peer });
}
