/** `status`. @see spec/ctl.md §4 */
import { parseNamespec } from "../model/namespec.ts";
import { isStoppedState, type ProcessState } from "../model/state.ts";
import type { ProcessInfo } from "../rpc/structs.ts";
import { EXIT } from "./exit_status.ts";
import { detailsOf } from "./process_details.ts";
import { shownName } from "./process_name.ts";
import { isPattern, selectProcesses } from "./selection.ts";
import type { Session } from "./session.ts";
import { noSuchGroup, noSuchProcess, unknownLine } from "./unknown.ts";
import { upcheck } from "./upcheck.ts";
import { misuse, splitWords, type Verb } from "./verb.ts";
import { readDurationMs, readVerbWords } from "./verb_options.ts";
import { watch } from "./watch.ts";
import { takeOption } from "./words.ts";

const WATCH = "--watch";

export const status: Verb = {
  name: "status",
  takes: "processes",
  options: [WATCH, "--interval"],
  json: true,
  help: [
    ["status <name>", "Show the state of one process"],
    ["status <gname>:*", "Show every process of a group"],
    ["status <name> <name>", "Show several, in the order given"],
    ["status", "Show every process"],
    ["status --watch [--interval 1s] [...]", "The same again at every change, until Ctrl-C"],
  ],
  async run(session, args, given) {
    if (!await upcheck(session)) {
      session.exitStatus = EXIT.STATUS_UNKNOWN;
      return;
    }
    if (takeOption(given, WATCH).found) return await watchStatus(session, given);
    const { listed, unknown } = select(await session.daemon.getAllProcessInfo(), splitWords(args));
    for (const name of unknown) reportUnknown(session, name);
    await session.answer(
      statusLines(listed),
      async () => ({ processes: await detailsOf(session.daemon, listed) }),
    );
    if (listed.some((info) => isStoppedState(info.statename as ProcessState))) {
      session.exitStatus = EXIT.NOT_ALL_UP;
    }
  },
};

const LONGEST_MS = 3_600_000;

async function watchStatus(session: Session, given: readonly string[]): Promise<void> {
  const read = readVerbWords(given, { watch: "flag", interval: "value" });
  if ("error" in read) return misuse(session, status, read.error, EXIT.USAGE);
  const intervalMs = readDurationMs(read.options.get("interval") ?? "1s");
  if (intervalMs === undefined || intervalMs > LONGEST_MS) {
    return misuse(session, status, "Error: --interval expects a time such as 2s", EXIT.USAGE);
  }
  await watch(session, {
    intervalMs,
    async look() {
      const { listed, unknown } = select(await session.daemon.getAllProcessInfo(), read.names);
      return { listed, lines: [...statusLines(listed), ...unknown.map(unknownLine)] };
    },
  });
}

interface Selection {
  readonly listed: readonly ProcessInfo[];
  /** Names that nothing answers to. */
  readonly unknown: readonly string[];
}

/** The processes that the words ask for: all for none or `all`, repeats kept. */
export function select(infos: readonly ProcessInfo[], words: readonly string[]): Selection {
  if (words.length === 0) return { listed: infos, unknown: [] };
  const { names, mistaken } = words.some(isPattern)
    ? selectProcesses(infos, words)
    : { names: words, mistaken: [] };
  if (mistaken.length > 0) return { listed: [], unknown: mistaken };
  if (names.includes("all")) return { listed: infos, unknown: [] };
  const listed: ProcessInfo[] = [];
  const unknown: string[] = [];
  for (const name of names) {
    const { group, process } = parseNamespec(name);
    const found = infos.filter((info) =>
      info.group === group && (process === null || info.name === process)
    );
    listed.push(...found);
    if (found.length === 0) unknown.push(name);
  }
  return { listed, unknown };
}

function reportUnknown(session: Session, name: string): void {
  const { group, process } = parseNamespec(name);
  if (process === null) noSuchGroup(session, group, status.name, EXIT.STATUS_UNKNOWN);
  else noSuchProcess(session, name, status.name, EXIT.STATUS_UNKNOWN);
}

const NAME_WIDTH = 30;
const STATE_WIDTH = 10;

/** One line a process, in columns that the longest name widens. */
export function statusLines(infos: readonly ProcessInfo[]): string[] {
  const names = infos.map(shownName);
  const width = names.reduce((widest, name) => Math.max(widest, charCount(name)), NAME_WIDTH) + 3;
  return infos.map((info, index) => {
    const name = padChars(names[index]!, width);
    return `${name}${info.statename.padEnd(STATE_WIDTH)}${info.description}`;
  });
}

/** Characters as Python counts them: an astral one is one, not two. */
function charCount(text: string): number {
  return [...text].length;
}

function padChars(text: string, width: number): string {
  return text + " ".repeat(Math.max(0, width - charCount(text)));
}
