/** `rotate`, a verb of visor's own. */
import { namespec } from "../model/namespec.ts";
import { EXIT } from "./exit_status.ts";
import { expandNames } from "./expand_names.ts";
import type { Session } from "./session.ts";
import { upcheck } from "./upcheck.ts";
import { misuse, type Verb } from "./verb.ts";
import { readVerbWords } from "./verb_options.ts";

export const rotate: Verb = {
  name: "rotate",
  takes: "processes",
  json: true,
  help: [
    ["rotate <name>", "Begin new logs; the old ones are kept as after a rotation by size"],
    ["rotate <gname>:*", "Those of a group"],
    ["rotate <name> <name>", "Those of several processes or groups"],
    ["rotate all", "Those of all processes"],
  ],
  async run(session, _args, words) {
    const request = readVerbWords(words, {});
    if ("error" in request) return misuse(session, rotate, request.error, EXIT.USAGE);
    if (request.names.length === 0) {
      return misuse(session, rotate, "Error: rotate requires a process name", EXIT.USAGE);
    }
    if (!await upcheck(session)) return;
    const names = await expandNames(session, request.names);
    if (names) await carryOut(session, names.includes("all") ? undefined : names);
  },
};

async function carryOut(session: Session, names: readonly string[] | undefined): Promise<void> {
  session.list("results");
  const { results } = await session.daemon.rotateLogs(names);
  for (const { group, name, rotated, error } of results) {
    const spec = namespec(group, name);
    const done = { group, name, action: rotate.name };
    if (error !== null) {
      const message = `cannot rotate: ${error}`;
      const failed = { ...done, ok: false, fault: "FAILED", message } as const;
      session.result(failed, `${spec}: ERROR (${message})`, EXIT.GENERIC);
    } else {
      const message = rotated.length > 0 ? "rotated" : "nothing to rotate";
      session.result({ ...done, ok: true, fault: null, message }, `${spec}: ${message}`);
    }
  }
}
