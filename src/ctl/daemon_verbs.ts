/** `pid`, `version`, `open`, `shutdown` and `reload`. @see spec/ctl.md §4 */
import type { ProcessInfo } from "../rpc/structs.ts";
import { codeOf, errorCode, faultName } from "./connection_error.ts";
import { EXIT } from "./exit_status.ts";
import { expandNames } from "./expand_names.ts";
import { findProcess } from "./find_process.ts";
import type { Session } from "./session.ts";
import { status } from "./status.ts";
import { noSuchProcess } from "./unknown.ts";
import { upcheck } from "./upcheck.ts";
import { refuseArguments, splitWords, type Verb } from "./verb.ts";

export const pid: Verb = {
  name: "pid",
  takes: "processes",
  json: true,
  help: [
    ["pid", "Show the process id of the daemon"],
    ["pid <name>", "Show the process id of one process"],
    ["pid all", "Show those of all processes, one a line"],
  ],
  async run(session, args) {
    if (!await upcheck(session)) return;
    const words = splitWords(args);
    const names = await expandNames(session, words);
    if (!names) return;
    if (words.length === 0) {
      const daemon = await session.daemon.getPID();
      return await session.answer([String(daemon)], () => ({ pid: daemon }));
    }
    session.list("processes");
    if (names.includes("all")) {
      for (const info of await session.daemon.getAllProcessInfo()) showPid(session, info);
    } else {
      for (const name of names) await printPid(session, name);
    }
  },
};

async function printPid(session: Session, name: string): Promise<void> {
  const info = await findProcess(session, name);
  if (!info) return noSuchProcess(session, name, pid.name, EXIT.GENERIC, `No such process ${name}`);
  showPid(session, info);
  if (info.pid === 0) session.exitStatus = EXIT.NOT_RUNNING;
}

function showPid(session: Session, { group, name, pid }: ProcessInfo): void {
  session.item("processes", { group, name, pid: pid || null }, String(pid));
}

export const version: Verb = {
  name: "version",
  json: true,
  help: [["version", "Show the Supervisor version that the daemon stands for"]],
  async run(session, args) {
    if (refuseArguments(session, version, args)) return;
    if (!await upcheck(session)) return;
    const number = await session.daemon.getSupervisorVersion();
    await session.answer([number], () => ({ version: number }));
  },
};

export const open: Verb = {
  name: "open",
  json: true,
  help: [["open <url>", "Turn to another daemon: http://host:port or unix:///path"]],
  async run(session, args) {
    if (!/^(http|unix):\/\/./.test(args)) {
      return session.fail(EXIT.GENERIC, "ERROR: url must be http:// or unix://", "BAD_ARGUMENTS");
    }
    session.reconnect({ serverurl: args });
    await session.answer([], () => ({ serverurl: args }));
    const before = session.exitStatus;
    await status.run(session, "", []);
    session.exitStatus = before;
  },
};

export const shutdown: Verb = {
  name: "shutdown",
  json: true,
  help: [["shutdown", "Stop every process and end the daemon"]],
  async run(session, args) {
    if (refuseArguments(session, shutdown, args)) return;
    const question = "Really shut the remote supervisord process down y/N? ";
    if (!await confirm(session, question)) return;
    try {
      await session.daemon.shutdown();
      await tell(session, "Shut down");
    } catch (error) {
      explainShutdown(session, error);
    }
  },
};

function explainShutdown(session: Session, error: unknown): void {
  const where = session.serverurl;
  if (faultName(error) === "SHUTDOWN_STATE") {
    session.fail(session.exitStatus, "ERROR: already shutting down", "SHUTDOWN_STATE");
  } else if (errorCode(error) === "ECONNREFUSED") {
    session.fail(
      EXIT.GENERIC,
      `ERROR: ${where} refused connection (already shut down?)`,
      codeOf(error),
    );
  } else if (errorCode(error) === "ENOENT") {
    session.fail(EXIT.GENERIC, `ERROR: ${where} no such file (already shut down?)`, codeOf(error));
  } else throw error;
}

export const reload: Verb = {
  name: "reload",
  json: true,
  help: [["reload", "Restart the daemon and all it runs; to reread the configuration, use update"]],
  async run(session, args) {
    if (refuseArguments(session, reload, args)) return;
    const question = "Really restart the remote supervisord process y/N? ";
    if (!await confirm(session, question)) return;
    try {
      await session.daemon.restart();
      await tell(session, "Restarted supervisord");
    } catch (error) {
      if (faultName(error) !== "SHUTDOWN_STATE") throw error;
      session.fail(EXIT.GENERIC, "ERROR: already shutting down", "SHUTDOWN_STATE");
    }
  },
};

async function tell(session: Session, message: string): Promise<void> {
  await session.answer([message], () => ({ message }));
}

/** Yes without asking, where nobody is there to be asked. */
async function confirm(session: Session, question: string): Promise<boolean> {
  return !session.interactive || session.forPrograms || /^y/i.test(await session.ask(question));
}
