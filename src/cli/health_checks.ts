/** A process's health check, whatever kind it is. */
import type { CheckResult } from "../engine/health.ts";
import type { ManagedProcess } from "../engine/process.ts";
import { RingBuffer } from "../logs/ring_buffer.ts";
import { danglingLength } from "../logs/utf8_boundary.ts";
import { describeExit } from "../model/exit.ts";
import { DEFAULT_TIMEOUT_SECS, httpTarget, tcpTarget } from "../model/health.ts";
import { probeHttp, probeTcp } from "../platform/health_probe.ts";
import type { SideCommand, SideCommands, SideResult } from "./side_commands.ts";

/** Called later, never at once. */
type Done = (result: CheckResult) => void;

const KEPT_BYTES = 1024;

export class HealthChecks {
  readonly #commands: SideCommands;

  constructor(commands: SideCommands) {
    this.#commands = commands;
  }

  /** @returns Gives it up: `done` is not called any more. */
  run(process: ManagedProcess, done: Done): () => void {
    const { healthcheck_command, healthcheck_http, healthcheck_tcp, healthcheck_timeout } =
      process.config;
    const timeoutMs = (healthcheck_timeout ?? DEFAULT_TIMEOUT_SECS) * 1000;
    if (healthcheck_command !== null) {
      return this.#runCommand(process, { command: healthcheck_command, timeoutMs }, done);
    }
    return healthcheck_http !== null
      ? probeHttp(httpTarget(healthcheck_http)!, timeoutMs, done)
      : probeTcp(tcpTarget(healthcheck_tcp!)!, timeoutMs, done);
  }

  #runCommand(
    process: ManagedProcess,
    { command, timeoutMs }: Pick<SideCommand, "command" | "timeoutMs">,
    done: Done,
  ): () => void {
    const output = new RingBuffer();
    const { giveUp } = this.#commands.run(process, {
      command,
      timeoutMs,
      isRepeated: true,
      onOutput: (chunk) => output.push(chunk),
      onEnd: (result) => done(resultOf(result, textOf(output), timeoutMs)),
    });
    return giveUp;
  }
}

/** @param text What it said. */
function resultOf(result: SideResult, text: string, timeoutMs: number): CheckResult {
  switch (result.type) {
    case "ended": {
      const { exit } = result;
      const ok = exit.type === "code" && exit.code === 0;
      return { ok, output: text || describeExit(exit) };
    }
    case "late": {
      const killed = `killed after ${timeoutMs / 1000} seconds`;
      const said = text === "" ? killed : `${text}\n${killed}`;
      return { ok: false, output: result.isStuck ? `${said}, and does not end` : said };
    }
    case "notStarted":
      return { ok: false, output: result.reason };
  }
}

/** The end of it, without half a character at its start. */
function textOf(output: RingBuffer): string {
  const bytes = output.contents().subarray(-KEPT_BYTES);
  return new TextDecoder().decode(bytes.subarray(danglingLength(bytes))).trimEnd();
}
