/** What becomes of the output of a process: lines, copies for others, captured messages. */
import type { ManagedProcess } from "../engine/process.ts";
import type { EventBus } from "../events/event_bus.ts";
import { processCommunication, processLog, type ProcessOutput } from "../events/notifications.ts";
import type { ActivityLog } from "../logs/activity_log.ts";
import type { CaptureOptions, ChannelLogOptions } from "../logs/channel_log.ts";
import { lineFormat } from "../logs/line_format.ts";
import type { LineWriterOptions } from "../logs/line_writer.ts";
import type { Channel, SupervisordConfig } from "../model/config.ts";
import { describeBytes, pythonBytes } from "../model/python_bytes.ts";
import type { Clock } from "../platform/clock.ts";
import type { Syslog } from "../platform/syslog.ts";

export interface ChannelParts {
  readonly clock: Clock;
  readonly log: ActivityLog;
  readonly syslog: Syslog;
  readonly events: EventBus;
  /** Output of a process that says in it that it is ready. */
  heard(process: ManagedProcess, channel: Channel, chunk: Uint8Array): void;
  supervisord(): SupervisordConfig;
}

export function channelOptions(
  process: ManagedProcess,
  channel: Channel,
  parts: ChannelParts,
): ChannelLogOptions {
  return {
    stripAnsi: parts.supervisord().strip_ansi,
    copies: copiesOf(process, channel, parts),
    capture: captureOf(process, channel, parts),
    lines: linesOf(process, channel, parts),
  };
}

function linesOf(
  process: ManagedProcess,
  channel: Channel,
  { clock }: ChannelParts,
): LineWriterOptions | null {
  const { group, config } = process;
  const format = lineFormat(config);
  const origin = () => ({ group, program: config.name, channel, pid: process.pid });
  return format && { format, clock, origin };
}

/** Where output goes beside its file. */
function copiesOf(
  process: ManagedProcess,
  channel: Channel,
  parts: ChannelParts,
): ((chunk: Uint8Array) => void)[] {
  const { log, syslog, events } = parts;
  const { config } = process;
  const copies: ((chunk: Uint8Array) => void)[] = [];
  if (log.wants("debug")) copies.push(debugCopy(process, channel, parts));
  if (config.readiness_log !== null) {
    copies.push((chunk) => parts.heard(process, channel, chunk));
  }
  if (config[`${channel}_syslog`]) {
    copies.push((chunk) => {
      for (const line of splitLines(chunk)) syslog.send(`${config.name} ${line}`);
    });
  }
  if (config[`${channel}_events_enabled`] && !speaksProtocol(process, channel, events)) {
    const type = channel === "stdout" ? "PROCESS_LOG_STDOUT" : "PROCESS_LOG_STDERR";
    copies.push((data) => {
      if (events.wants(type)) events.notify(processLog(outputOf(process, channel, data)));
    });
  }
  return copies;
}

/** A listener's protocol is shown as bytes. @see spec/events.md §4, "stdout log" */
function debugCopy(
  process: ManagedProcess,
  channel: Channel,
  parts: ChannelParts,
): (chunk: Uint8Array) => void {
  const { log, events } = parts;
  const show = speaksProtocol(process, channel, events) ? pythonBytes : describeBytes;
  const { name } = process.config;
  return (chunk) => log.log("debug", `'${name}' ${channel} output:\n${show(chunk)}`);
}

/** @see spec/processes.md §9, "Capture mode" */
function captureOf(
  process: ManagedProcess,
  channel: Channel,
  parts: ChannelParts,
): CaptureOptions | null {
  const { log, events } = parts;
  const maxbytes = process.config[`${channel}_capture_maxbytes`];
  if (maxbytes <= 0 || speaksProtocol(process, channel, events)) return null;
  const debug = debugCopy(process, channel, parts);
  return {
    maxbytes,
    onCaptured: (piece) => log.wants("debug") && debug(piece),
    onMessage: (data) => {
      events.notify(processCommunication(outputOf(process, channel, data)));
      log.log("debug", `'${process.config.name}' ${channel} emitted a comm event`);
    },
  };
}

/** A listener's stdout is no output: neither captured nor told of as an event. */
function speaksProtocol(process: ManagedProcess, channel: Channel, events: EventBus): boolean {
  return channel === "stdout" && events.isPool(process.group);
}

function outputOf(process: ManagedProcess, channel: Channel, data: Uint8Array): ProcessOutput {
  const { group, config: { name }, pid } = process;
  return { process: name, group, pid, channel, data };
}

function splitLines(chunk: Uint8Array): string[] {
  return new TextDecoder().decode(chunk).replace(/\n$/, "").split("\n");
}
