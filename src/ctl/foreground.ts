/** `fg`. @see spec/ctl.md §4, "fg" */
import { EXIT } from "./exit_status.ts";
import { expandName } from "./expand_names.ts";
import { findProcess } from "./find_process.ts";
import { copyLog, HOW_TO_LEAVE, processLogPath, watchInterrupt } from "./follow.ts";
import type { Session } from "./session.ts";
import { upcheck } from "./upcheck.ts";
import { misuse, refuseJson, splitWords, type Verb } from "./verb.ts";

export const fg: Verb = {
  name: "fg",
  takes: "processes",
  json: true,
  help: [["fg <process>", "Talk to a process through its stdin and logs; Ctrl-C leaves"]],
  async run(session, args) {
    if (refuseJson(session, fg)) return;
    if (!await upcheck(session)) return;
    const [word, ...others] = splitWords(args);
    if (word === undefined) {
      return misuse(session, fg, "ERROR: no process name supplied", EXIT.GENERIC);
    }
    if (others.length > 0) {
      return session.fail(EXIT.GENERIC, "ERROR: too many process names supplied");
    }
    const name = await expandName(session, word);
    if (name === undefined) return;
    const info = await findProcess(session, name);
    if (!info) return session.fail(EXIT.GENERIC, "ERROR: bad process name supplied");
    if (info.statename !== "RUNNING") {
      return session.fail(EXIT.GENERIC, "ERROR: process not running");
    }
    await talk(session, name);
  },
};

/** Both streams come, typed lines go, until Ctrl-C, the end of the input, or of the process. */
async function talk(session: Session, name: string): Promise<void> {
  session.print(HOW_TO_LEAVE);
  const interrupt = watchInterrupt(session);
  let leave = () => {};
  const left = new Promise<void>((resolve) => leave = resolve);
  const until = Promise.race([interrupt.happened, left]);
  const streams = (["stdout", "stderr"] as const).map((channel) => {
    const path = processLogPath(name, channel);
    return copyLog(session, { path, shown: `/logtail/${name}/${channel}`, until });
  });
  try {
    const killed = await sendLines(session, name, until);
    if (killed) session.print("Process got killed");
    session.print("Exiting foreground");
  } finally {
    leave();
    interrupt.end();
    await Promise.all(streams);
  }
}

/** @returns true if the process went away. */
async function sendLines(
  session: Session,
  name: string,
  until: Promise<void>,
): Promise<boolean> {
  for (;;) {
    const line = await Promise.race([session.io.readLine(""), until]);
    if (typeof line !== "string") return false;
    await session.daemon.sendProcessStdin(name, `${line}\n`);
    const info = await findProcess(session, name);
    if (info?.statename !== "RUNNING") return true;
  }
}
