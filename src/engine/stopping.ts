/** How a process is stopped: what asks it to end, what does if that does not help, and when it is over. */
import { type Exit, exitStatus } from "../model/exit.ts";
import { SIGKILL } from "../model/signal.ts";
import {
  type Effect,
  isExpected,
  type Policy,
  type ProcessEvent,
  remark,
  run,
  type Status,
  stay,
  type Step,
  to,
} from "./step.ts";

/** What cannot die (it waits for a device) is not killed over and over without a pause. */
const SHORTEST_REPEAT_SECS = 1;

export function stopNow(failures: number, policy: Policy): Step {
  const [first] = policy.stopsignals ?? [];
  const wait = { type: "timer", ms: (first?.seconds ?? policy.stopwaitsecs) * 1000 } as const;
  if (policy.stop_command !== null) {
    const status: Status = { state: "STOPPING", failures, isCommanded: true };
    return { through: [], status, effects: [wait, run("stop_command")] };
  }
  const signal = stopSignal(first?.signal ?? policy.stopsignal, policy);
  return to("STOPPING", failures, [wait, signal]);
}

export function whenStopping(
  status: Status,
  event: ProcessEvent,
  policy: Policy,
): Step | undefined {
  if (event.type === "stop") return stay(staying(status)); // whoever asks does not want it back
  if (status.isPreparing) return whenNotStarted(status, event);
  if (status.ended) {
    const isOver = event.type === "hookEnded" && event.hook === "post_stop";
    return isOver ? stopped(status.ended, status, policy) : undefined;
  }
  switch (event.type) {
    case "exited":
      if (event.groupLives) {
        return {
          ...stay({ ...status, left: event.exit }),
          effects: [remark({ type: "leftGroup" })],
        };
      }
      return gone(event.exit, status, policy);
    case "groupGone":
      return status.left && gone(status.left, status, policy);
    case "hookEnded": // a stop_command that failed: then the signal has to do
      if (event.failure === null || !status.isCommanded || status.left) return undefined;
      return { ...stay(status), effects: [stopSignal(policy.stopsignal, policy)] };
    case "timeout":
      return escalate(status, policy);
  }
}

/** It is stopped before it was started: only a hook has to end. */
function whenNotStarted(status: Status, event: ProcessEvent): Step | undefined {
  switch (event.type) {
    case "hookEnded":
      return to("STOPPED", status.failures);
    case "timeout":
      return { ...stay(status), effects: [{ type: "signalHook", signal: SIGKILL }] };
  }
}

/** The time to stop is over and it is still here: the next of its stopsignals, or SIGKILL. */
function escalate(status: Status, policy: Policy): Step {
  const { isCommanded: _, ...waiting } = status;
  const step = (status.step ?? 0) + 1;
  const next = policy.stopsignals?.[step];
  if (next) {
    const wait = (next.seconds ?? policy.stopwaitsecs) * 1000;
    return {
      through: [],
      status: { ...waiting, step },
      effects: [
        remark({ type: "escalating", signal: next.signal }),
        { type: "timer", ms: wait },
        stopSignal(next.signal, policy, status.left !== undefined),
      ],
    };
  }
  return {
    through: [],
    status: waiting,
    effects: [
      remark({ type: "killing" }),
      { type: "timer", ms: Math.max(policy.stopwaitsecs, SHORTEST_REPEAT_SECS) * 1000 },
      { type: "signal", signal: SIGKILL, toGroup: policy.killasgroup },
    ],
  };
}

/** @param isLeft Only others of its group are there to get it. */
function stopSignal(signal: number, { stopasgroup }: Policy, isLeft = false): Effect {
  return { type: "signal", signal, toGroup: stopasgroup || isLeft };
}

/** The process and all that is stopped with it have ended. */
function gone(exit: Exit, status: Status, policy: Policy): Step {
  if (policy.post_stop === null) return stopped(exit, status, policy);
  const { left: _, ...over } = status;
  return { through: [], status: { ...over, ended: exit }, effects: [run("post_stop")] };
}

function stopped(exit: Exit, { failures, returns }: Status, policy: Policy): Step {
  const step = to("STOPPED", failures, [
    { type: "exitstatus", status: exitStatus(exit) },
    remark({ type: "stopped", exit, expected: isExpected(exit, policy) }),
  ]);
  return returns ? returning(step) : step;
}

export function returning(step: Step): Step {
  return { ...step, status: { ...step.status, returns: true } };
}

export function staying({ returns: _, ...status }: Status): Status {
  return status;
}
