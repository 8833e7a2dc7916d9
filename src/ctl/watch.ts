/** `status --watch`: the same again whenever something changes. */
import type { Screen } from "../platform/screen.ts";
import type { ProcessInfo } from "../rpc/structs.ts";
import { type Changes, watchChanges } from "./changes.ts";
import { tellLoss } from "./daemon_loss.ts";
import { Document } from "./document.ts";
import { type Interrupt, watchInterrupt } from "./follow.ts";
import { detailsOf } from "./process_details.ts";
import { fullName } from "./process_name.ts";
import type { Session } from "./session.ts";
import { fitLines } from "./fit_lines.ts";

/** What is shown, and how it reads. */
export interface Watched {
  readonly listed: readonly ProcessInfo[];
  /** One for each that is listed, then complaints. */
  readonly lines: readonly string[];
}

export interface WatchOptions {
  readonly intervalMs: number;
  look(): Promise<Watched>;
}

/** Changes closer together than this are shown together. */
const GATHER_MS = 100;

const CTRL_C = "\x03";

/** Until Ctrl-C, or until the daemon goes away. */
export async function watch(session: Session, options: WatchOptions): Promise<void> {
  const asDocument = session.forPrograms;
  if (asDocument) session.begin("verb's own");
  const screen = asDocument ? null : session.io.openScreen();
  const interrupt = screen ? quitKey(screen) : watchInterrupt(session);
  const changes = watchChanges(session.daemon);
  const show = asDocument
    ? documentsTo(session)
    : screen
    ? linesOn(screen)
    : linesTo((line) => session.print(line));
  try {
    await repeat(session, options, { interrupt, changes, show });
  } catch (error) {
    screen?.close();
    await tellLoss(session, error);
  } finally {
    interrupt.end();
    changes.end();
    screen?.close();
  }
}

interface Surroundings {
  readonly interrupt: Interrupt;
  readonly changes: Changes;
  show(watched: Watched): void | Promise<void>;
}

async function repeat(
  session: Session,
  { intervalMs, look }: WatchOptions,
  { interrupt, changes, show }: Surroundings,
): Promise<void> {
  while (!interrupt.isOver()) {
    const changed = changes.next();
    await show(await look());
    await pause(session, GATHER_MS, interrupt.happened);
    await pause(session, intervalMs - GATHER_MS, Promise.race([interrupt.happened, changed]));
  }
}

/** @param end Ends the pause before its time. */
async function pause({ io }: Session, ms: number, end: Promise<void>): Promise<void> {
  let cancel = () => {};
  const over = new Promise<void>((resolve) => cancel = io.clock.after(ms, resolve));
  await Promise.race([over, end]);
  cancel();
}

/** On a screen, Ctrl-C is a key; q is another. */
function quitKey(screen: Screen): Interrupt {
  let over = false;
  const happened = new Promise<void>((resolve) =>
    screen.onKeys((keys) => {
      if (!keys.includes(CTRL_C) && !/q/i.test(keys)) return;
      over = true;
      resolve();
    })
  );
  return { happened, isOver: () => over, end: () => {} };
}

function linesOn(screen: Screen): (watched: Watched) => void {
  let latest: readonly string[] = [];
  const draw = () => screen.draw(fitLines(latest, screen.size));
  screen.onResize(draw);
  return ({ lines }) => {
    latest = lines;
    draw();
  };
}

/** All of them first, then those of processes that have changed: an uptime alone is no change. */
function linesTo(print: (line: string) => void): (watched: Watched) => void {
  let known = new Map<string, string>();
  return ({ listed, lines }) => {
    const now = new Map<string, string>();
    lines.forEach((line, i) => {
      const info = listed[i];
      const [key, moment] = info ? [fullName(info), momentOf(info)] : [line, ""];
      now.set(key, moment);
      if (known.get(key) !== moment) print(line);
    });
    known = now;
  };
}

/** One document for each time that something has changed. */
function documentsTo(session: Session): (watched: Watched) => Promise<void> {
  let known: string | undefined;
  return async ({ listed }) => {
    const now = listed.map((info) => `${fullName(info)} ${momentOf(info)}`).join("\n");
    if (now === known) return;
    known = now;
    const document = new Document();
    document.add({ processes: await detailsOf(session.daemon, listed) });
    session.print(String(document));
  };
}

/** What stays the same while nothing happens to the process. */
function momentOf({ statename, pid, start, description }: ProcessInfo): string {
  return `${statename} ${pid} ${start} ${statename === "RUNNING" ? "" : description}`;
}
