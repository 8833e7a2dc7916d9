/** `wait`: until processes are as a script needs them. */
import { ApiError } from "../client/api_error.ts";
import { errorCode } from "./connection_error.ts";
import { EXIT } from "./exit_status.ts";
import { resolveNames } from "./resolve_names.ts";
import { upcheck } from "./upcheck.ts";
import { misuse, type Verb } from "./verb.ts";
import { readWaitWords } from "./wait_request.ts";
import { WaitRun } from "./wait_run.ts";

export const wait: Verb = {
  name: "wait",
  takes: "processes",
  help: [
    ["wait <name> [...]", "Wait until all of them are RUNNING"],
    ["wait <name> --for ready", "Until they are running, ready, healthy, stopped, exited,"],
    ["", "exited=CODE, or log=/regex/: a line of their output since the last start"],
    ["wait <name> --timeout 30s", "How long at most (60s without it)"],
    ["", "Exits with 0; 1: no such process; 3: it cannot come about any more;"],
    ["", "4: no answer from the daemon; 124: the time is over; 130: Ctrl-C"],
  ],
  async run(session, _args, words) {
    const request = readWaitWords(words);
    if ("error" in request) return misuse(session, wait, request.error, EXIT.USAGE);
    if (!await upcheck(session)) {
      session.exitStatus = EXIT.STATUS_UNKNOWN;
      return;
    }
    try {
      const { processes, isComplete } = await resolveNames(session, request.names);
      if (!isComplete) return;
      const { lines, exitStatus } = await new WaitRun(session, request, processes).outcome();
      for (const line of lines) session.print(line);
      if (exitStatus !== EXIT.OK) session.exitStatus = exitStatus;
    } catch (error) {
      const code = errorCode(error);
      if (code === undefined || error instanceof ApiError) throw error;
      session.fail(EXIT.STATUS_UNKNOWN, `ERROR (the daemon went away: ${code})`);
    }
  },
};
