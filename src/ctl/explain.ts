/** `explain`: why processes are as they are. FATAL in `status` is never the end of the story. */
import type { Explanation } from "../model/details.ts";
import { explanationLines } from "../model/explanation_lines.ts";
import { EXIT } from "./exit_status.ts";
import { fullName } from "./process_name.ts";
import { resolveNames } from "./resolve_names.ts";
import type { Session } from "./session.ts";
import { upcheck } from "./upcheck.ts";
import { misuse, type Verb } from "./verb.ts";
import { readVerbWords } from "./verb_options.ts";

/** As many in one request as it has room for. */
const NAMES_AT_ONCE = 100;

export const explain: Verb = {
  name: "explain",
  takes: "processes",
  options: ["--json"],
  help: [
    [
      "explain <name> [...]",
      "Why a process is as it is: its last attempts, its output, what to do",
    ],
    ["explain", "The same of every process that is not as it should be"],
    ["explain [<name>] --json", "As a document for programs"],
  ],
  async run(session, _args, words) {
    const read = readVerbWords(words, { json: "flag" });
    if ("error" in read) return misuse(session, explain, read.error, EXIT.USAGE);
    if (!await upcheck(session)) {
      session.exitStatus = EXIT.STATUS_UNKNOWN;
      return;
    }
    const { schema, now, explanations } = await explanationsOf(session, read.names);
    if (read.options.has("json")) {
      return session.print(JSON.stringify({ schema, now, explanations }));
    }
    if (explanations.length === 0 && read.names.length === 0) {
      return session.print("Every process is as it should be.");
    }
    print(session, explanations, now);
  },
};

/** Of those names that mean something; of the others the session has been told. */
async function explanationsOf(session: Session, names: readonly string[]) {
  const { daemon } = session;
  if (names.length === 0) return await daemon.getExplanations();
  const { processes } = await resolveNames(session, names);
  const fullNames = processes.map(fullName);
  const explanations: Explanation[] = [];
  let [schema, now] = [1, 0];
  for (let at = 0; at < fullNames.length; at += NAMES_AT_ONCE) {
    const document = await daemon.getExplanations(fullNames.slice(at, at + NAMES_AT_ONCE));
    explanations.push(...document.explanations);
    ({ schema, now } = document);
  }
  return { schema, now, explanations };
}

function print(session: Session, explanations: readonly Explanation[], now: number): void {
  explanations.forEach((explanation, index) => {
    if (index > 0) session.print("");
    for (const line of explanationLines(explanation, now)) session.print(line);
  });
}
