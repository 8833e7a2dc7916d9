/** `restart --rolling`: a few at a time, and no more than a few down when something is wrong. */
import type { ProcessDetails } from "../model/details.ts";
import { parseNamespec } from "../model/namespec.ts";
import { isStoppedState } from "../model/state.ts";
import { faultNameOf, RpcFault } from "../rpc/faults.ts";
import { EXIT } from "./exit_status.ts";
import { expandNames } from "./expand_names.ts";
import { watchInterrupt } from "./follow.ts";
import { fullName, shownName } from "./process_name.ts";
import type { Session } from "./session.ts";
import { noSuchProcess } from "./unknown.ts";
import { misuse, type Verb } from "./verb.ts";
import { readDurationMs, readVerbWords } from "./verb_options.ts";

const KNOWN = { rolling: "flag", "max-unavailable": "value", timeout: "value" } as const;

const DEFAULT_TIMEOUT = "60s";

/** How often it is asked whether a process is up: soon at first, then not so often. */
const FIRST_POLL_MS = 20;
const LONGEST_POLL_MS = 500;

export async function restartRolling(
  session: Session,
  verb: Verb,
  words: readonly string[],
): Promise<void> {
  const read = readVerbWords(words, KNOWN);
  const refuse = (reason: string) => misuse(session, verb, reason, EXIT.USAGE);
  if ("error" in read) return refuse(read.error);
  const { options } = read;
  const written = options.get("timeout") ?? DEFAULT_TIMEOUT;
  const timeoutMs = readDurationMs(written) ?? 0;
  const atOnce = options.get("max-unavailable") ?? "1";
  if (timeoutMs === 0) return refuse(`Error: not a duration such as 60s: ${written}`);
  if (!/^[1-9]\d{0,5}$/.test(atOnce)) return refuse(`Error: not a number from 1 on: ${atOnce}`);
  if (read.names.length === 0) return refuse("Error: restart requires a process name");
  const names = await expandNames(session, read.names);
  if (!names) return;
  session.list("results");
  const { processes } = await session.daemon.getProcessDetails();
  const { chosen, unknown } = choose(processes, names);
  for (const name of unknown) noSuchProcess(session, name, verb.name, EXIT.GENERIC);
  if (unknown.length > 0) return;
  await new Roll(session, chosen, timeoutMs).run(Number(atOnce));
}

interface Choice {
  readonly chosen: readonly Member[];
  readonly unknown: readonly string[];
}

interface Member {
  readonly details: ProcessDetails;
  /** By its own name: then it is started even if it is down. */
  readonly isNamed: boolean;
}

/** Each once, in the order of the daemon. */
function choose(processes: readonly ProcessDetails[], names: readonly string[]): Choice {
  const targets = names.map((name) => ({ name, isAll: name === "all", ...parseNamespec(name) }));
  const known = new Set<string>();
  const chosen = processes.flatMap((details) => {
    const matching = targets.filter(({ isAll, group, process }) =>
      isAll || (group === details.group && (process ?? details.name) === details.name)
    );
    for (const { name } of matching) known.add(name);
    const isNamed = matching.some(({ isAll, process }) => !isAll && process !== null);
    return matching.length > 0 ? [{ details, isNamed }] : [];
  });
  return { chosen, unknown: names.filter((name) => name !== "all" && !known.has(name)) };
}

class Roll {
  readonly #session: Session;
  readonly #timeoutMs: number;
  readonly #waiting: ProcessDetails[];
  readonly #total: number;
  readonly #failed: string[] = [];
  #ready = 0;

  constructor(session: Session, members: readonly Member[], timeoutMs: number) {
    const isDown = ({ details: { state }, isNamed }: Member) =>
      !isNamed && (state === "STOPPED" || state === "EXITED");
    for (const { details } of members.filter(isDown)) {
      session.print(`${shownName(details)}: skipped (${details.state})`);
    }
    this.#session = session;
    this.#timeoutMs = timeoutMs;
    this.#waiting = members.filter((member) => !isDown(member)).map(({ details }) => details);
    this.#total = this.#waiting.length;
  }

  /** Ctrl-C ends it where nothing is left stopped: after those that are being restarted. */
  async run(atOnce: number): Promise<void> {
    const interrupt = watchInterrupt(this.#session);
    const lane = async () => {
      while (this.#failed.length === 0 && !interrupt.isOver()) {
        const next = this.#waiting.shift();
        if (!next) return;
        await this.#restart(next);
      }
    };
    try {
      await Promise.all(Array.from({ length: Math.min(atOnce, this.#total) }, lane));
    } finally {
      interrupt.end();
    }
    if (this.#failed.length > 0) this.#tellEnd(EXIT.NOT_RUNNING, "stopped");
    else if (this.#waiting.length > 0) this.#tellEnd(EXIT.GENERIC, "interrupted");
  }

  #tellEnd(exitStatus: number, how: string): void {
    const untouched = this.#waiting.map(shownName).join(", ") || "none";
    this.#session.fail(
      exitStatus,
      `rolling restart ${how}: ${this.#ready} of ${this.#total} ready; untouched: ${untouched}`,
    );
  }

  async #restart(details: ProcessDetails): Promise<void> {
    const name = shownName(details);
    const trouble = await this.#cycle(details);
    if (trouble === undefined) return;
    this.#failed.push(name);
    const result = { ...restartOf(details), ok: false, fault: "FAILED", message: trouble } as const;
    this.#session.result(result, `${name}: ERROR (${trouble})`, EXIT.NOT_RUNNING);
  }

  /** @returns Why it is not up again. */
  async #cycle(details: ProcessDetails): Promise<string | undefined> {
    const { daemon, io: { clock } } = this.#session;
    const shown = shownName(details);
    const spec = fullName(details);
    const trouble = await refusalOf(daemon.stopProcess(spec), "NOT_RUNNING");
    if (trouble) return trouble;
    this.#session.print(`${shown}: stopped`);
    const began = clock.now();
    // SPAWN_ERROR: it is tried again as startretries says.
    const refused = await refusalOf(daemon.startProcessNow(spec), "SPAWN_ERROR");
    if (refused) return refused;
    const late = await this.#untilReady(spec);
    if (late) return late;
    const seconds = ((clock.now() - began) / 1000).toFixed(1);
    const message = `ready after ${seconds}s`;
    const result = { ...restartOf(details), ok: true, fault: null, message };
    this.#session.result(result, `${shown}: ${message} (${++this.#ready} of ${this.#total})`);
  }

  /** @returns Why it is not ready. */
  async #untilReady(spec: string): Promise<string | undefined> {
    const { daemon, io: { clock } } = this.#session;
    const end = clock.now() + this.#timeoutMs;
    let pauseMs = FIRST_POLL_MS;
    for (;;) {
      const { processes: [details] } = await daemon.getProcessDetails([spec]);
      if (!details || details.ready) return undefined;
      const left = end - clock.now();
      if (isStoppedState(details.state) && !details.waits_for) return describe(details);
      if (left <= 0) {
        return `not ready after ${this.#timeoutMs / 1000}s: ${describe(details)}`;
      }
      await new Promise<void>((resolve) => clock.after(Math.min(pauseMs, left), resolve));
      pauseMs = Math.min(pauseMs * 2, LONGEST_POLL_MS);
    }
  }
}

function restartOf({ group, name }: ProcessDetails) {
  return { group, name, action: "restart" };
}

function describe({ state, spawnerr, exitstatus, waits_for, description }: ProcessDetails): string {
  if (waits_for) return `${state}, ${description}`;
  if (spawnerr !== null) return `${state}, ${spawnerr}`;
  return state === "EXITED" ? `${state} with status ${exitstatus}` : state;
}

/** What the daemon says against it; undefined also for the one fault that does not matter. */
async function refusalOf(
  call: Promise<void>,
  tolerated: "NOT_RUNNING" | "SPAWN_ERROR",
): Promise<string | undefined> {
  try {
    await call;
  } catch (error) {
    if (!(error instanceof RpcFault)) throw error;
    if (faultNameOf(error.code) !== tolerated) return error.text;
  }
}
