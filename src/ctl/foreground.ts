/** `fg`. @see spec/ctl.md §4, "fg errors" */
import type { ProcessInfo } from "../rpc/structs.ts";
import { faultName } from "./connection_error.ts";
import { EXIT } from "./exit_status.ts";
import { refuseToFollow } from "./follow.ts";
import type { Session } from "./session.ts";
import { upcheck } from "./upcheck.ts";
import { misuse, splitWords, type Verb } from "./verb.ts";

export const fg: Verb = {
  name: "fg",
  takes: "processes",
  help: [["fg <process>", "Talk to a process through its stdin and logs; Ctrl-C leaves"]],
  async run(session, args) {
    if (!await upcheck(session)) return;
    const [name, ...others] = splitWords(args);
    if (name === undefined) {
      return misuse(session, fg, "ERROR: no process name supplied", EXIT.GENERIC);
    }
    if (others.length > 0) {
      return session.fail(EXIT.GENERIC, "ERROR: too many process names supplied");
    }
    const info = await find(session, name);
    if (!info) return session.fail(EXIT.GENERIC, "ERROR: bad process name supplied");
    if (info.statename !== "RUNNING") {
      return session.fail(EXIT.GENERIC, "ERROR: process not running");
    }
    refuseToFollow(session);
  },
};

async function find(session: Session, name: string): Promise<ProcessInfo | undefined> {
  try {
    return await session.daemon.getProcessInfo(name);
  } catch (error) {
    if (faultName(error) !== "BAD_NAME") throw error;
  }
}
