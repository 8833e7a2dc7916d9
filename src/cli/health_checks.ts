/** A process's health check, whatever kind it is. */
import type { CheckResult } from "../engine/health.ts";
import type { ManagedProcess } from "../engine/process.ts";
import { DEFAULT_TIMEOUT_SECS, httpTarget, tcpTarget } from "../model/health.ts";
import { probeHttp, probeTcp } from "../platform/health_probe.ts";
import type { SideCommands } from "./side_commands.ts";

/** @returns Gives it up: `done` is not called any more. */
export function checkHealth(
  process: ManagedProcess,
  commands: SideCommands,
  done: (result: CheckResult) => void,
): () => void {
  const { healthcheck_command, healthcheck_http, healthcheck_tcp, healthcheck_timeout } =
    process.config;
  const timeoutMs = (healthcheck_timeout ?? DEFAULT_TIMEOUT_SECS) * 1000;
  if (healthcheck_command !== null) {
    return commands.run(process, healthcheck_command, timeoutMs, done);
  }
  return healthcheck_http !== null
    ? probeHttp(httpTarget(healthcheck_http)!, timeoutMs, done)
    : probeTcp(tcpTarget(healthcheck_tcp!)!, timeoutMs, done);
}
