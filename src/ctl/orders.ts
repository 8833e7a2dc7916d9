/** What the verbs for processes ask of the daemon. */
import type { GroupResult } from "../rpc/structs.ts";
import { CLEARING, SIGNALLING, STARTING, STOPPING, type Wording } from "./outcomes.ts";
import type { Session } from "./session.ts";
import { tellingWaits } from "./told_waits.ts";

/** One thing to do to one process, to a group, or to all. */
export interface Order {
  readonly wording: Wording;
  one(name: string): Promise<void>;
  /** Absent where the daemon knows no such method: a group is then a name like any other. */
  group?(group: string): Promise<GroupResult[]>;
  all(): Promise<GroupResult[]>;
}

export function starting(session: Session): Order {
  const { daemon } = session;
  return {
    wording: STARTING,
    one: (name) => tellingWaits(session, [name], () => daemon.startProcess(name)),
    group: (group) => tellingWaits(session, [`${group}:*`], () => daemon.startProcessGroup(group)),
    all: () => tellingWaits(session, undefined, () => daemon.startAllProcesses()),
  };
}

export function stopping({ daemon }: Session): Order {
  return {
    wording: STOPPING,
    one: (name) => daemon.stopProcess(name),
    group: (group) => daemon.stopProcessGroup(group),
    all: () => daemon.stopAllProcesses(),
  };
}

export function signalling({ daemon }: Session, signalName: string): Order {
  return {
    wording: SIGNALLING,
    one: (name) => daemon.signalProcess(name, signalName),
    group: (group) => daemon.signalProcessGroup(group, signalName),
    all: () => daemon.signalAllProcesses(signalName),
  };
}

export function clearing({ daemon }: Session): Order {
  return {
    wording: CLEARING,
    one: (name) => daemon.clearProcessLogs(name),
    all: () => daemon.clearAllProcessLogs(),
  };
}
