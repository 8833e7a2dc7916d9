/** Methods that start, stop, signal and describe processes. @see spec/control.md §4 */
import {
  dependenciesFirst,
  dependentsAmong,
  dependentsFirst,
} from "../../engine/dependency_order.ts";
import { inStartOrder, inStopOrder } from "../../engine/order.ts";
import type { ManagedProcess } from "../../engine/process.ts";
import type { Group } from "../../engine/supervisor_world.ts";
import { signalNumber } from "../../model/signal.ts";
import { isRunningState } from "../../model/state.ts";
import { isSignallable, isStoppable, processNamespec } from "../../engine/process.ts";
import { fault } from "../../rpc/faults.ts";
import { pythonText } from "../../rpc/python_text.ts";
import { writeProcessInfo } from "../../rpc/structs.ts";
import type { RpcValue } from "../../rpc/xml_value.ts";
import type { Daemon } from "../daemon.ts";
import { groupNamed, processesByName, processNamed, targetNamed } from "../lookup.ts";
import { type Params, signalAt, stringAt, waitAt } from "../params.ts";
import { processInfo } from "../process_info.ts";
import { untilStopped } from "../../engine/shutdown.ts";
import { untilDown, untilRunning } from "../waiting.ts";
import { forEach } from "./results.ts";
import type { Handler } from "./table.ts";

export const processMethods: readonly (readonly [string, Handler])[] = [
  ["startProcess", startProcess],
  ["startProcessGroup", startProcessGroup],
  ["startAllProcesses", startAllProcesses],
  ["stopProcess", stopProcess],
  ["stopProcessGroup", stopProcessGroup],
  ["stopAllProcesses", stopAllProcesses],
  ["signalProcess", signalProcess],
  ["signalProcessGroup", signalProcessGroup],
  ["signalAllProcesses", signalAllProcesses],
  ["getProcessInfo", getProcessInfo],
  ["getAllProcessInfo", getAllProcessInfo],
  ["sendProcessStdin", sendProcessStdin],
];

function startProcess(daemon: Daemon, params: Params): RpcValue | Promise<RpcValue> {
  const name = stringAt(params, 0);
  const wait = waitAt(params, 1);
  const { group, process } = targetNamed(daemon.supervisor, name);
  return process ? start(daemon, process, name, wait) : startMany(daemon, [group], wait);
}

function startProcessGroup(daemon: Daemon, params: Params): Promise<RpcValue> {
  const group = groupNamed(daemon.supervisor, stringAt(params, 0));
  return startMany(daemon, [group], waitAt(params, 1));
}

function startAllProcesses(daemon: Daemon, params: Params): Promise<RpcValue> {
  return startMany(daemon, daemon.supervisor.groups.values(), waitAt(params, 0));
}

function startMany(
  daemon: Daemon,
  groups: Iterable<Group>,
  wait: boolean,
): Promise<RpcValue> {
  const down = inStartOrder(groups).filter(({ status }) => !isRunningState(status.state));
  return forEach(
    dependenciesFirst(down),
    daemon.supervisor.clock,
    (process) => start(daemon, process, processNamespec(process), wait),
  );
}

/** Checks in the order that clients know, then starts. */
function start(
  daemon: Daemon,
  process: ManagedProcess,
  name: string,
  wait: boolean,
): true | Promise<true> {
  daemon.supervisor.forgetStop(process);
  const trouble = daemon.checkCommand(process);
  if (trouble) throw fault(trouble.fault, trouble.text);
  const { state } = process.status;
  if (isRunningState(state)) throw fault("ALREADY_STARTED", name);
  if (state === "UNKNOWN") throw fault("FAILED", `${name} is in an unknown process state`);
  if (state === "STOPPING") {
    daemon.log("warn", `process '${process.config.name}' already running`);
    if (wait) throw fault("ABNORMAL_TERMINATION", name);
    return true;
  }
  daemon.supervisor.start(process);
  if (process.spawnerr !== "" && !process.waiting) throw fault("SPAWN_ERROR", name);
  if (!wait) return true;
  return untilRunning(process, name, daemon.supervisor.clock).then(() => true as const);
}

function stopProcess(daemon: Daemon, params: Params): RpcValue | Promise<RpcValue> {
  const name = stringAt(params, 0);
  const wait = waitAt(params, 1);
  const { group, process } = targetNamed(daemon.supervisor, name);
  return process ? stop(daemon, process, name, wait) : stopMany(daemon, [group], wait);
}

function stopProcessGroup(daemon: Daemon, params: Params): Promise<RpcValue> {
  const group = groupNamed(daemon.supervisor, stringAt(params, 0));
  return stopMany(daemon, [group], waitAt(params, 1));
}

function stopAllProcesses(daemon: Daemon, params: Params): Promise<RpcValue> {
  return stopMany(daemon, daemon.supervisor.groups.values(), waitAt(params, 0));
}

/** The highest priority first, but each only when those are down that depend on it. */
function stopMany(
  daemon: Daemon,
  groups: Iterable<Group>,
  wait: boolean,
): Promise<RpcValue> {
  const up = inStopOrder(groups).filter(isStoppable);
  const dependents = dependentsAmong(up);
  return forEach(dependentsFirst(up, dependents), daemon.supervisor.clock, (process) => {
    const before = dependents.get(process);
    if (!before) return stop(daemon, process, processNamespec(process), wait);
    const stopped = stopAfter(daemon, process, before);
    return wait ? stopped : true;
  });
}

async function stopAfter(
  daemon: Daemon,
  process: ManagedProcess,
  dependents: readonly ManagedProcess[],
): Promise<true> {
  await Promise.all(dependents.map(untilStopped));
  // It may have ended by itself meanwhile.
  return !isStoppable(process) || await stop(daemon, process, processNamespec(process), true);
}

function stop(
  daemon: Daemon,
  process: ManagedProcess,
  name: string,
  wait: boolean,
): true | Promise<true> {
  if (!daemon.supervisor.stop(process, daemon.asker)) throw fault("NOT_RUNNING", name);
  process.stoppedByOperator = true;
  const checkDelivery = (): true => {
    if (process.status.state === "UNKNOWN") throw fault("FAILED", process.spawnerr);
    return true;
  };
  return wait ? untilDown(daemon, process).then(checkDelivery) : checkDelivery();
}

function signalProcess(daemon: Daemon, params: Params): RpcValue | Promise<RpcValue> {
  const name = stringAt(params, 0);
  const signal = signalAt(params, 1);
  const { group, process } = targetNamed(daemon.supervisor, name);
  return process ? sendSignal(daemon, process, name, signal) : signalMany(daemon, [group], signal);
}

function signalProcessGroup(daemon: Daemon, params: Params): Promise<RpcValue> {
  const group = groupNamed(daemon.supervisor, stringAt(params, 0));
  return signalMany(daemon, [group], signalAt(params, 1));
}

function signalAllProcesses(daemon: Daemon, params: Params): Promise<RpcValue> {
  return signalMany(daemon, daemon.supervisor.groups.values(), signalAt(params, 0));
}

function signalMany(
  daemon: Daemon,
  groups: Iterable<Group>,
  signal: string,
): Promise<RpcValue> {
  const there = inStartOrder(groups).filter(isSignallable);
  return forEach(
    there,
    daemon.supervisor.clock,
    (process) => sendSignal(daemon, process, processNamespec(process), signal),
  );
}

function sendSignal(daemon: Daemon, process: ManagedProcess, name: string, signal: string): true {
  const number = signalNumber(signal);
  if (number === undefined) throw fault("BAD_SIGNAL", signal);
  if (!isSignallable(process)) throw fault("NOT_RUNNING", name);
  const delivery = daemon.supervisor.signal(process, number, daemon.asker);
  if (delivery.type === "refused") throw fault("FAILED", process.spawnerr);
  return true;
}

function getProcessInfo(daemon: Daemon, params: Params): RpcValue {
  const process = processNamed(daemon.supervisor, stringAt(params, 0));
  return writeProcessInfo(processInfo(daemon, process));
}

function getAllProcessInfo(daemon: Daemon): RpcValue {
  return processesByName(daemon.supervisor)
    .map((process) => writeProcessInfo(processInfo(daemon, process)));
}

function sendProcessStdin(daemon: Daemon, params: Params): RpcValue {
  const name = stringAt(params, 0);
  const chars = params[1]!;
  if (typeof chars !== "string") throw fault("INCORRECT_PARAMETERS", pythonText(chars));
  const process = processNamed(daemon.supervisor, name);
  if (process.pid === 0 || process.status.state === "STOPPING") throw fault("NOT_RUNNING", name);
  if (!daemon.sendStdin(process, new TextEncoder().encode(chars))) throw fault("NO_FILE", name);
  return true;
}
