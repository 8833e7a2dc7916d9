/** `rotate`, a verb of visor's own. */
import { namespec } from "../model/namespec.ts";
import { EXIT } from "./exit_status.ts";
import type { Session } from "./session.ts";
import { upcheck } from "./upcheck.ts";
import { misuse, type Verb } from "./verb.ts";
import { readVerbWords } from "./verb_options.ts";

export const rotate: Verb = {
  name: "rotate",
  takes: "processes",
  help: [
    ["rotate <name>", "Begin new logs; the old ones are kept as after a rotation by size"],
    ["rotate <gname>:*", "Those of a group"],
    ["rotate <name> <name>", "Those of several processes or groups"],
    ["rotate all", "Those of all processes"],
  ],
  async run(session, _args, words) {
    const request = readVerbWords(words, {});
    if ("error" in request) return misuse(session, rotate, request.error, EXIT.USAGE);
    const { names } = request;
    if (names.length === 0) {
      return misuse(session, rotate, "Error: rotate requires a process name", EXIT.USAGE);
    }
    if (!await upcheck(session)) return;
    await carryOut(session, names.includes("all") ? undefined : names);
  },
};

async function carryOut(session: Session, names: readonly string[] | undefined): Promise<void> {
  const { results } = await session.daemon.rotateLogs(names);
  for (const { group, name, rotated, error } of results) {
    const spec = namespec(group, name);
    if (error !== null) session.fail(EXIT.GENERIC, `${spec}: ERROR (cannot rotate: ${error})`);
    else session.print(`${spec}: ${rotated.length > 0 ? "rotated" : "nothing to rotate"}`);
  }
}
