/** `reload-program`, which Supervisor does not have. */
import { ApiError } from "../client/api_error.ts";
import { namespec } from "../model/namespec.ts";
import { EXIT } from "./exit_status.ts";
import { upcheck } from "./upcheck.ts";
import { misuse, type Verb } from "./verb.ts";
import { readVerbWords } from "./verb_options.ts";

export const reloadProgram: Verb = {
  name: "reload-program",
  takes: "processes",
  help: [
    ["reload-program <name>", "Have a program read its own configuration again"],
    ["reload-program <gname>:*", "The same for those of a group that know how"],
    ["reload-program all", "The same for every program that knows how"],
    ["", "What it does is up to reload_signal and reload_command"],
  ],
  async run(session, _args, words) {
    const read = readVerbWords(words, {});
    if ("error" in read) return misuse(session, reloadProgram, read.error, EXIT.USAGE);
    const { names } = read;
    if (names.length === 0) {
      const reason = "Error: reload-program requires a process name";
      return misuse(session, reloadProgram, reason, EXIT.USAGE);
    }
    if (!await upcheck(session)) return;
    try {
      const { results } = await session.daemon.reloadProgram(names);
      if (results.length === 0) session.fail(EXIT.GENERIC, "Error: nothing there to be reloaded");
      for (const { group, name, error } of results) {
        const spec = namespec(group, name);
        if (error === null) session.print(`${spec}: reloaded`);
        else session.fail(EXIT.GENERIC, `${spec}: ERROR (${error})`);
      }
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      session.fail(EXIT.GENERIC, `Error: ${error.message}`);
    }
  },
};
