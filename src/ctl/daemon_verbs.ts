/** `pid`, `version`, `open`, `shutdown` and `reload`. @see spec/ctl.md §4 */
import { errorCode, faultName } from "./connection_error.ts";
import { EXIT } from "./exit_status.ts";
import { expandNames } from "./expand_names.ts";
import type { Session } from "./session.ts";
import { status } from "./status.ts";
import { upcheck } from "./upcheck.ts";
import { refuseArguments, splitWords, type Verb } from "./verb.ts";

export const pid: Verb = {
  name: "pid",
  takes: "processes",
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
      session.print(String(await session.daemon.getPID()));
    } else if (names.includes("all")) {
      for (const info of await session.daemon.getAllProcessInfo()) session.print(String(info.pid));
    } else {
      for (const name of names) await printPid(session, name);
    }
  },
};

async function printPid(session: Session, name: string): Promise<void> {
  try {
    const info = await session.daemon.getProcessInfo(name);
    session.print(String(info.pid));
    if (info.pid === 0) session.exitStatus = EXIT.NOT_RUNNING;
  } catch (error) {
    if (faultName(error) !== "BAD_NAME") throw error;
    session.fail(EXIT.GENERIC, `No such process ${name}`);
  }
}

export const version: Verb = {
  name: "version",
  help: [["version", "Show the Supervisor version that the daemon stands for"]],
  async run(session, args) {
    if (refuseArguments(session, version, args)) return;
    if (!await upcheck(session)) return;
    session.print(await session.daemon.getSupervisorVersion());
  },
};

export const open: Verb = {
  name: "open",
  help: [["open <url>", "Turn to another daemon: http://host:port or unix:///path"]],
  async run(session, args) {
    if (!/^(http|unix):\/\/./.test(args)) {
      return session.fail(EXIT.GENERIC, "ERROR: url must be http:// or unix://");
    }
    session.reconnect({ serverurl: args });
    const before = session.exitStatus;
    await status.run(session, "", []);
    session.exitStatus = before;
  },
};

export const shutdown: Verb = {
  name: "shutdown",
  help: [["shutdown", "Stop every process and end the daemon"]],
  async run(session, args) {
    if (refuseArguments(session, shutdown, args)) return;
    const question = "Really shut the remote supervisord process down y/N? ";
    if (!await confirm(session, question)) return;
    try {
      await session.daemon.shutdown();
      session.print("Shut down");
    } catch (error) {
      explainShutdown(session, error);
    }
  },
};

function explainShutdown(session: Session, error: unknown): void {
  const where = session.serverurl;
  if (faultName(error) === "SHUTDOWN_STATE") {
    session.print("ERROR: already shutting down");
  } else if (errorCode(error) === "ECONNREFUSED") {
    session.fail(EXIT.GENERIC, `ERROR: ${where} refused connection (already shut down?)`);
  } else if (errorCode(error) === "ENOENT") {
    session.fail(EXIT.GENERIC, `ERROR: ${where} no such file (already shut down?)`);
  } else throw error;
}

export const reload: Verb = {
  name: "reload",
  help: [["reload", "Restart the daemon and all it runs; to reread the configuration, use update"]],
  async run(session, args) {
    if (refuseArguments(session, reload, args)) return;
    const question = "Really restart the remote supervisord process y/N? ";
    if (!await confirm(session, question)) return;
    try {
      await session.daemon.restart();
      session.print("Restarted supervisord");
    } catch (error) {
      if (faultName(error) !== "SHUTDOWN_STATE") throw error;
      session.fail(EXIT.GENERIC, "ERROR: already shutting down");
    }
  },
};

/** Yes without asking, where nobody is there to be asked. */
async function confirm(session: Session, question: string): Promise<boolean> {
  return !session.interactive || /^y/i.test(await session.ask(question));
}
