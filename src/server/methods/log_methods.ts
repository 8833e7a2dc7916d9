/** Methods that read and clear logs. @see spec/control.md §5 */
import { inStartOrder } from "../../engine/order.ts";
import type { ManagedProcess } from "../../engine/process.ts";
import { type LogReader, readSlice, readTail } from "../../logs/read_log.ts";
import type { Channel } from "../../model/config.ts";
import { fault } from "../../rpc/faults.ts";
import { writeTail } from "../../rpc/structs.ts";
import type { RpcValue } from "../../rpc/xml_value.ts";
import type { Daemon } from "../daemon.ts";
import { processNamed } from "../lookup.ts";
import { intAt, type Params, stringAt } from "../params.ts";
import { forEach } from "./results.ts";
import type { Handler } from "./table.ts";

export const logMethods: readonly (readonly [string, Handler])[] = [
  ["readLog", readMainLog],
  ["readMainLog", readMainLog],
  ["clearLog", clearLog],
  ["readProcessStdoutLog", readProcessLog("stdout")],
  ["readProcessLog", readProcessLog("stdout")],
  ["readProcessStderrLog", readProcessLog("stderr")],
  ["tailProcessStdoutLog", tailProcessLog("stdout")],
  ["tailProcessLog", tailProcessLog("stdout")],
  ["tailProcessStderrLog", tailProcessLog("stderr")],
  ["clearProcessLogs", clearProcessLogs],
  ["clearProcessLog", clearProcessLogs],
  ["clearAllProcessLogs", clearAllProcessLogs],
];

/** Bytes as text; what is not UTF-8 becomes U+FFFD, a byte order mark stays. */
const decoder = new TextDecoder("utf-8", { ignoreBOM: true });

type OpenLog = (LogReader & Disposable) | undefined;

function readMainLog(daemon: Daemon, params: Params): RpcValue {
  const path = daemon.activityLogPath();
  return read(path, () => daemon.openActivityLog(), intAt(params, 0), intAt(params, 1));
}

function readProcessLog(channel: Channel): Handler {
  return (daemon, params) => {
    const process = processNamed(daemon.supervisor, stringAt(params, 0));
    const path = daemon.logPaths(process)[channel];
    const openLog = () => daemon.openProcessLog(process, channel);
    return read(path, openLog, intAt(params, 1), intAt(params, 2));
  };
}

function read(
  path: string | null,
  openLog: () => OpenLog,
  offset: number,
  length: number,
): RpcValue {
  using log = open(path, openLog);
  if (!log) throw fault("NO_FILE", path ?? undefined);
  const data = readSlice(log, offset, length);
  if (!data) throw fault("BAD_ARGUMENTS");
  return decoder.decode(data);
}

function tailProcessLog(channel: Channel): Handler {
  return (daemon, params) => {
    const process = processNamed(daemon.supervisor, stringAt(params, 0));
    const offset = intAt(params, 1);
    const length = intAt(params, 2);
    try {
      using log = daemon.openProcessLog(process, channel);
      if (!log) return writeTail({ text: "", offset: 0, overflow: false });
      const tail = readTail(log, offset, length);
      return writeTail({ ...tail, text: decoder.decode(tail.data) });
    } catch (error) {
      if (!isSystemError(error)) throw error;
      return writeTail({ text: "", offset, overflow: false });
    }
  };
}

function open(path: string | null, openLog: () => OpenLog): OpenLog {
  try {
    return openLog();
  } catch (error) {
    throw failed(path ?? "log", error);
  }
}

function clearLog(daemon: Daemon): RpcValue {
  const path = daemon.activityLogPath();
  using log = open(path, () => daemon.openActivityLog());
  if (!log) throw fault("NO_FILE");
  try {
    daemon.clearActivityLog();
  } catch (error) {
    throw failed(path!, error);
  }
  daemon.log("info", "reopening log file");
  return true;
}

function clearProcessLogs(daemon: Daemon, params: Params): RpcValue {
  return clear(daemon, processNamed(daemon.supervisor, stringAt(params, 0)));
}

function clearAllProcessLogs(daemon: Daemon): Promise<RpcValue> {
  const { clock, groups } = daemon.supervisor;
  return forEach(inStartOrder(groups.values()), clock, (process) => clear(daemon, process));
}

function clear(daemon: Daemon, process: ManagedProcess): true {
  try {
    daemon.clearLogs(process);
  } catch (error) {
    throw failed(`${process.group}:${process.config.name}`, error);
  }
  return true;
}

function isSystemError(error: unknown): error is Error & { code: string } {
  return typeof (error as { code?: unknown }).code === "string";
}

/** A refusal of the system as a fault; anything else is a fault of our own code. */
function failed(what: string, error: unknown): unknown {
  return isSystemError(error) ? fault("FAILED", `${what}: ${error.code}`) : error;
}
