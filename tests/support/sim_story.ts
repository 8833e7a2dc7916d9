/** Stories about a daemon, made up at random and told in words. */
import fc from "fast-check";
import type { PlainGroupConfig, ProcessConfig } from "../../src/model/config.ts";
import { describeExit } from "../../src/model/exit.ts";
import { signalNumber, SIGTERM } from "../../src/model/signal.ts";
import { code, group, killed, program } from "./fake_world.ts";
import { SimDaemon } from "./sim_daemon.ts";
import type { Temper } from "./sim_kernel.ts";

/** One thing that happens, in words and in deed. */
export interface Deed {
  readonly words: string;
  readonly act: (daemon: SimDaemon) => void | Promise<void>;
}

export interface Story {
  readonly groups: readonly PlainGroupConfig[];
  readonly deeds: readonly Deed[];
}

const SIGHUP = signalNumber("HUP")!;
const SIGINT = signalNumber("INT")!;
const SIGSEGV = signalNumber("SEGV")!;

const options: fc.Arbitrary<Partial<ProcessConfig>> = fc.record({
  priority: fc.constantFrom(1, 2),
  autostart: fc.boolean(),
  autorestart: fc.constantFrom(true, false, "unexpected" as const),
  startsecs: fc.constantFrom(0, 1, 2),
  startretries: fc.constantFrom(0, 1, 2, 3, -1),
  exitcodes: fc.constantFrom([0], [0, 2], []),
  stopsignal: fc.constantFrom(SIGTERM, SIGINT),
  stopwaitsecs: fc.constantFrom(0, 1, 3),
  stopsignals: fc.constantFrom(
    null,
    null,
    [{ signal: SIGTERM, seconds: 1 }, { signal: SIGINT, seconds: 0.5 }, {
      signal: SIGHUP,
      seconds: null,
    }],
  ),
  stopasgroup: fc.boolean(),
  killasgroup: fc.boolean(),
  type: fc.constantFrom(null, null, null, "oneshot" as const),
  restartdelaysecs: fc.constantFrom(null, null, null, 0, 1.5),
  restartbackoff: fc.constantFrom(null, null, null, { factor: 2, cap: 4, jitter: 0 }),
  restartlimit: fc.constantFrom(null, null, { restarts: 2, seconds: 3 }),
  restartlimit_action: fc.constantFrom("fatal" as const, "slow" as const),
}).map((options) => ({ ...options, ...(options.type === "oneshot" ? ONESHOT : {}) }));

/** What it cannot be with. */
const ONESHOT: Partial<ProcessConfig> = {
  autorestart: "unexpected",
  startsecs: 0,
  restartlimit: null,
};

const temper: fc.Arbitrary<Temper> = fc.record({
  livesForMs: fc.constantFrom(null, null, 0, 500, 1000, 1500),
  obeysAfterMs: fc.constantFrom(0, null, 1, 1000, 3000, 4500),
  diesAfterMs: fc.constantFrom(0, 1, 2500),
});

const SHORT_LIVED: Temper = { livesForMs: 10, obeysAfterMs: 0, diesAfterMs: 0 };

/** Where the edges are: whole seconds, and what is next to them. */
const milliseconds = fc.constantFrom(0, 1, 10, 500, 999, 1000, 1001, 2000, 3000, 7000);

const exit = fc.constantFrom(code(0), code(1), code(2), killed(SIGSEGV));

const say = (value: unknown) => JSON.stringify(value)?.replaceAll(/["{}]/g, "");

/** The programs of a story by group, and what may happen to them. */
type Cast = Readonly<Record<string, readonly string[]>>;

/** A configuration of one group of the cast. */
function groupOf(cast: Cast, name: string): fc.Arbitrary<PlainGroupConfig> {
  const names = cast[name]!;
  const each = fc.array(options, { minLength: names.length, maxLength: names.length });
  return fc.tuple(fc.constantFrom(1, 2, 3), each).map(([priority, all]) =>
    group(name, names.map((process, index) => program(process, all[index]!)), priority)
  );
}

function deedOf(cast: Cast): fc.Arbitrary<Deed> {
  const who = fc.constantFrom(...Object.values(cast).flat());
  const team = fc.constantFrom(...Object.keys(cast));
  const of = (verb: string, act: (daemon: SimDaemon, name: string) => void, names = who) =>
    names.map((name): Deed => ({ words: `${verb} ${name}`, act: (daemon) => act(daemon, name) }));
  const once = (words: string, act: Deed["act"]) => fc.constant<Deed>({ words, act });
  const often = (weight: number, arbitrary: fc.Arbitrary<Deed>) => ({ weight, arbitrary });
  return fc.oneof(
    often(12, milliseconds.map((ms) => ({ words: `${ms} ms pass`, act: (d) => d.pass(ms) }))),
    often(4, of("start", (d, name) => d.operator.start(name))),
    often(5, of("stop", (d, name) => d.operator.stop(name))),
    often(2, of("restart", (d, name) => d.operator.restart(name))),
    often(3, of("checks find unhealthy", (d, name) => d.findUnhealthy(name))),
    often(2, of("SIGHUP to", (d, name) => d.operator.signal(name, SIGHUP))),
    often(1, of("start group", (d, name) => d.operator.startGroup(name), team)),
    often(2, of("stop group", (d, name) => d.operator.stopGroup(name), team)),
    often(1, of("remove group", (d, name) => d.operator.remove(name), team)),
    often(1, of("add group", (d, name) => d.operator.add(name), team)),
    often(1, replacement(cast)),
    often(
      8,
      fc.tuple(who, exit).map(([name, how]) => ({
        words: `${name} ends: ${describeExit(how)}`,
        act: (d) => d.exit(name, how),
      })),
    ),
    often(
      3,
      fc.tuple(who, temper).map(([name, how]) => ({
        words: `${name} from its next start on: ${say(how)}`,
        act: (d) => d.setTemper(name, how),
      })),
    ),
    often(
      3,
      fc.tuple(who, temper, fc.boolean()).map(([name, how, isSeen]) => ({
        words: `${name} forks ${isSeen ? "" : "unseen "}${say(how)}`,
        act: (d) => d.fork(name, how, isSeen),
      })),
    ),
    often(2, of("a crash loop:", (d, name) => d.setTemper(name, SHORT_LIVED))),
    often(1, of("what ends was forked by", (d, name) => d.endForked(name))),
    often(2, of("cannot be started any more:", (d, name) => d.setStartable(name, false))),
    often(1, of("can be started again:", (d, name) => d.setStartable(name, true))),
    often(1, of("refuses signals:", (d, name) => d.refuseSignals(name))),
    often(1, once("a stranger takes the next pid", (d) => d.kernel.addStranger())),
    often(1, once("the wall clock is set back an hour", (d) => d.clock.setWallBy(-3_600_000))),
    often(1, once("the wall clock is set on an hour", (d) => d.clock.setWallBy(3_600_000))),
    often(2, milliseconds.map((ms) => ({ words: `frozen for ${ms} ms`, act: (d) => d.sleep(ms) }))),
    often(
      1,
      fc.boolean().map((first) => ({
        words: `the loop sees ${first ? "ended children" : "timers"} first`,
        act: (d) => void (d.childrenFirst = first),
      })),
    ),
    often(1, once("SIGTERM to the daemon", (d) => d.terminate())),
    often(1, once("SIGHUP to the daemon", (d) => d.hangUp())),
    often(2, once("somebody starts the daemon again", (d) => d.startAgain())),
  );
}

function replacement(cast: Cast): fc.Arbitrary<Deed> {
  const configs = Object.keys(cast).map((name) => groupOf(cast, name));
  return fc.oneof(...configs).map((config) => ({
    words: `replace group ${config.name}: ${tellGroup(config)}`,
    act: (daemon) => daemon.operator.replace(config.name, config),
  }));
}

export function storyOf(cast: Cast): fc.Arbitrary<Story> {
  const groups = fc.tuple(...Object.keys(cast).map((name) => groupOf(cast, name)));
  const deeds = fc.array(deedOf(cast), { minLength: 5, maxLength: 40, size: "max" });
  return fc.record({ groups, deeds });
}

/** Plays a story to its end. @throws {Error} Where a rule was broken. */
export async function play({ groups, deeds }: Story, told?: string[]): Promise<void> {
  const daemon = new SimDaemon(groups, told);
  for (const { words, act } of deeds) {
    told?.push(`> ${words}`);
    await (act(daemon) ?? daemon.pass(0));
  }
  await daemon.finish();
}

/** A story with what came of it, line by line. */
export async function tell(story: Story): Promise<string> {
  const lines = story.groups.map(tellGroup);
  await play(story, lines).catch((error) => lines.push(`!! ${(error as Error).message}`));
  return lines.join("\n");
}

function tellGroup({ name, priority, processes }: PlainGroupConfig): string {
  const told = processes.map((process) => {
    const { name, stopsignal, stopwaitsecs, startsecs, startretries, exitcodes } = process;
    const { autostart, autorestart, stopasgroup, killasgroup, priority } = process;
    const { type, restartdelaysecs, restartbackoff, restartlimit, restartlimit_action } = process;
    const own = {
      stopsignals: process.stopsignals,
      type,
      restartdelaysecs,
      restartbackoff,
      restartlimit,
      restartlimit_action,
    };
    const starting = { priority, autostart, startsecs, startretries, autorestart, exitcodes };
    const stopping = { stopsignal, stopwaitsecs, stopasgroup, killasgroup };
    return `${name} (${say({ ...starting, ...stopping, ...own })})`;
  });
  return `group ${name} (priority:${priority}) of ${told.join(", ")}`;
}
