/** `reload-program`, which Supervisor does not have. */
import { ApiError } from "../client/api_error.ts";
import type { ReloadDocument } from "../model/details.ts";
import { namespec } from "../model/namespec.ts";
import { EXIT } from "./exit_status.ts";
import { expandNames } from "./expand_names.ts";
import type { Session } from "./session.ts";
import { upcheck } from "./upcheck.ts";
import { misuse, type Verb } from "./verb.ts";
import { readVerbWords } from "./verb_options.ts";

export const reloadProgram: Verb = {
  name: "reload-program",
  takes: "processes",
  options: ["--json"],
  help: [
    ["reload-program <name>", "Have a program read its own configuration again"],
    ["reload-program <gname>:*", "The same for those of a group that know how"],
    ["reload-program all", "The same for every program that knows how"],
    ["", "What it does is up to reload_signal and reload_command"],
    ["reload-program <name> --json", "As a document for programs"],
  ],
  async run(session, _args, words) {
    const read = readVerbWords(words, { json: "flag" });
    if ("error" in read) return misuse(session, reloadProgram, read.error, EXIT.USAGE);
    if (read.names.length === 0) {
      const reason = "Error: reload-program requires a process name";
      return misuse(session, reloadProgram, reason, EXIT.USAGE);
    }
    if (!await upcheck(session)) return;
    const names = await expandNames(session, read.names);
    if (!names) return;
    try {
      tell(session, await session.daemon.reloadProgram(names), read.options.has("json"));
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      session.fail(EXIT.GENERIC, `Error: ${error.message}`, error.code);
    }
  },
};

function tell(session: Session, document: ReloadDocument, asJson: boolean): void {
  const { results } = document;
  const isDone = results.length > 0 && results.every(({ error }) => error === null);
  if (!isDone) session.exitStatus = EXIT.GENERIC;
  if (asJson) return session.print(JSON.stringify(document));
  if (results.length === 0) session.print("Error: nothing there to be reloaded");
  for (const { group, name, error } of results) {
    session.print(`${namespec(group, name)}: ${error === null ? "reloaded" : `ERROR (${error})`}`);
  }
}
