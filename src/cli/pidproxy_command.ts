/** `visor pidproxy`. */
import { ownEnvironment } from "../platform/environment.ts";
import { errnoName } from "../platform/errno.ts";
import { readFile } from "../platform/file_system.ts";
import { sendSignal } from "../platform/kill.ts";
import { reapOne } from "../platform/reaper.ts";
import { posixSpawn } from "../platform/spawn.ts";
import { print, printError } from "../platform/standard_output.ts";
import { signalNumber } from "../model/signal.ts";
import { runPidproxy } from "./pidproxy.ts";

/** @returns The exit status. */
export function pidproxyCommand(words: readonly string[], program: string): Promise<number> {
  return runPidproxy(words, {
    argv0: program,
    cwd: process.cwd(),
    print: (line) => print(`${line}\n`),
    readFile: (path) => new TextDecoder().decode(readFile(path)),
    spawn,
    kill(pid, signal) {
      const delivery = sendSignal(pid, signalNumber(signal)!, false);
      if (delivery.type === "gone") throw new Error("there is no such process");
      if (delivery.type === "refused") throw new Error(delivery.reason);
    },
    onSignal: (signal, handler) => process.on(signal, handler),
  });
}

/** Waits without polling: the system says when a child ends. */
function spawn(path: string, argv: readonly string[]): Promise<void> {
  return new Promise((resolve) => {
    let pid = 0;
    const collect = () => {
      for (let ended = reapOne(); ended; ended = reapOne()) if (ended.pid === pid) resolve();
    };
    process.on("SIGCHLD", collect);
    const environment = [...ownEnvironment().values()];
    const request = { path, argv, environment, directory: null, descriptors: [0, 1, 2] };
    const started = posixSpawn({ ...request, leads: "nothing" });
    if (started.errno !== 0) {
      printError(`Cannot start ${path}: ${errnoName(started.errno)}\n`);
      return resolve();
    }
    pid = started.pid;
    collect();
  });
}
