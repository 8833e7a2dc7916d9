/** `top`: a live table of the processes and what they take. */
import type { Screen } from "../../platform/screen.ts";
import type { UsageDocument } from "../../model/usage.ts";
import { tellLoss } from "../daemon_loss.ts";
import { EXIT } from "../exit_status.ts";
import type { Session } from "../session.ts";
import { upcheck } from "../upcheck.ts";
import { misuse, type Verb } from "../verb.ts";
import { readDurationMs, readVerbWords } from "../verb_options.ts";
import { TopScreen } from "./top_screen.ts";

const LONGEST_MS = 3_600_000;
const SHORTEST_MS = 100;
const NO_TERMINAL = "ERROR: top needs a terminal; top --json tells the same once";

export const top: Verb = {
  name: "top",
  options: ["--interval", "--json"],
  help: [
    ["top [--interval 1s]", "A live table: state, CPU and memory, last line; ? shows its keys"],
    ["top --json", "The same once, as a JSON document"],
  ],
  async run(session, _args, words) {
    const read = readVerbWords(words, { interval: "value", json: "flag" });
    if ("error" in read) return misuse(session, top, read.error, EXIT.USAGE);
    if (read.names.length > 0) {
      return misuse(session, top, "Error: top shows all processes; / filters them", EXIT.USAGE);
    }
    const intervalMs = readDurationMs(read.options.get("interval") ?? "1s");
    if (intervalMs === undefined || intervalMs < SHORTEST_MS || intervalMs > LONGEST_MS) {
      return misuse(session, top, "Error: --interval expects 100ms to 1h", EXIT.USAGE);
    }
    if (!await upcheck(session)) return;
    const first = await session.daemon.getUsage(false);
    if (read.options.has("json")) return session.print(JSON.stringify(first));
    const screen = session.io.openScreen();
    if (!screen) return session.fail(EXIT.GENERIC, NO_TERMINAL);
    await show(session, screen, first, intervalMs);
  },
};

async function show(
  session: Session,
  screen: Screen,
  first: UsageDocument,
  intervalMs: number,
): Promise<void> {
  try {
    await new TopScreen(session, screen, first).run(intervalMs);
  } catch (error) {
    screen.close();
    await tellLoss(session, error);
  } finally {
    screen.close();
  }
}
