/** `tail` and `maintail`. @see spec/ctl.md §4 */
import { parseNamespec } from "../model/namespec.ts";
import { codeOf, faultName } from "./connection_error.ts";
import type { Members } from "./document.ts";
import { EXIT } from "./exit_status.ts";
import { expandName } from "./expand_names.ts";
import { follow, MAIN_LOG_PATH, processLogPath } from "./follow.ts";
import type { Session } from "./session.ts";
import { type BadArguments, readMaintailArguments, readTailArguments } from "./tail_arguments.ts";
import { upcheck } from "./upcheck.ts";
import { misuse, refuseJson, splitWords, type Verb } from "./verb.ts";

export const tail: Verb = {
  name: "tail",
  takes: "processes",
  json: true,
  help: [
    ["tail [-f] <name> [stdout|stderr]", "Show the end of a process's log (default stdout)"],
    ["tail -f <name>", "Follow the stdout log until Ctrl-C"],
    ["tail -100 <name>", "The last 100 bytes of the stdout log"],
    ["tail <name> stderr", "The last 1600 bytes of the stderr log"],
  ],
  async run(session, args) {
    if (!await upcheck(session)) return;
    const request = readTailArguments(splitWords(args));
    if ("error" in request) return refuse(session, tail, request);
    const { channel, amount } = request;
    const name = await expandName(session, request.name);
    if (name === undefined) return;
    if (amount === "follow") {
      if (refuseJson(session, tail)) return;
      return await follow(session, processLogPath(name, channel), `/logtail/${name}/${channel}`);
    }
    const { group, process } = parseNamespec(name);
    const read = () => session.daemon.readProcessLog(name, channel, -amount, 0);
    await show(session, name, { group, name: process, channel }, read);
  },
};

export const maintail: Verb = {
  name: "maintail",
  json: true,
  help: [
    ["maintail -f", "Follow the daemon's activity log until Ctrl-C"],
    ["maintail -100", "The last 100 bytes of the activity log"],
    ["maintail", "The last 1600 bytes of the activity log"],
  ],
  async run(session, args) {
    if (!await upcheck(session)) return;
    const request = readMaintailArguments(splitWords(args));
    if ("error" in request) return refuse(session, maintail, request);
    const { amount } = request;
    if (amount === "follow") {
      if (refuseJson(session, maintail)) return;
      return await follow(session, MAIN_LOG_PATH);
    }
    await show(session, "supervisord", {}, () => session.daemon.readLog(-amount, 0));
  },
};

function refuse(session: Session, verb: Verb, { error, help }: BadArguments): void {
  if (help) misuse(session, verb, error, EXIT.GENERIC);
  else session.fail(EXIT.GENERIC, error, "BAD_ARGUMENTS");
}

async function show(
  session: Session,
  name: string,
  about: Members,
  read: () => Promise<string>,
): Promise<void> {
  try {
    const text = await read();
    await session.answer([text], () => ({ ...about, text }));
  } catch (error) {
    const reason = reasonFor(error);
    if (reason === undefined) throw error;
    session.fail(EXIT.GENERIC, `${name}: ERROR (${reason})`, codeOf(error));
  }
}

function reasonFor(error: unknown): string | undefined {
  switch (faultName(error)) {
    case "NO_FILE":
      return "no log file";
    case "FAILED":
      return "unknown error reading log";
    case "BAD_NAME":
      return "no such process name";
  }
}
