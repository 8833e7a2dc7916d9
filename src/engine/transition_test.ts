import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { code, killed, program } from "../../tests/support/fake_world.ts";
import type { Exit } from "../model/exit.ts";
import { SIGKILL, SIGTERM } from "../model/signal.ts";
import { type ProcessState, STATE_CODES } from "../model/state.ts";
import type { Effect, Hook, Policy, ProcessEvent, Status } from "./step.ts";
import { transition } from "./transition.ts";

const SIGUSR1 = 10;

const policy: Policy = program("web", {
  startsecs: 2,
  startretries: 3,
  exitcodes: [0, 2],
  stopwaitsecs: 10,
});

const at = (state: ProcessState, failures = 0): Status => ({ state, failures });
const returning = (state: ProcessState, failures = 0): Status => ({
  ...at(state, failures),
  returns: true,
});
const exited = (exit: Exit, uptimeMs = 60_000): ProcessEvent => ({
  type: "exited",
  exit,
  uptimeMs,
});

const start: ProcessEvent = { type: "start" };
const stop: ProcessEvent = { type: "stop" };
const restart: ProcessEvent = { type: "restart" };
const timeout: ProcessEvent = { type: "timeout" };
const limited: ProcessEvent = { type: "limited", reason: "restarted 2 times in 3 s" };
const abandon: ProcessEvent = { type: "abandon" };
const signalFailed: ProcessEvent = { type: "signalFailed" };
const spawnFailed: ProcessEvent = { type: "spawnFailed", reason: "can't find command 'x'" };

const timer = (seconds: number): Effect => ({ type: "timer", ms: seconds * 1000 });
const spawn: Effect = { type: "spawn" };
const gaveUp: Effect = { type: "log", entry: { type: "gaveUp" } };
const tooQuick: Effect = {
  type: "spawnerr",
  text: "Exited too quickly (process log may have details)",
};
const saidExited = (exit: Exit, expected: boolean): Effect => ({
  type: "log",
  entry: { type: "exited", exit, expected },
});
const saidStopped = (exit: Exit, expected: boolean): Effect => ({
  type: "log",
  entry: { type: "stopped", exit, expected },
});
const signal = (signal: number, toGroup = false): Effect => ({ type: "signal", signal, toGroup });

const streak = (ends: number, isSlow = false) => ({ streak: { ends, isSlow } });
const backoff = { factor: 2, cap: 8, jitter: 0.5 };
const hook = (hook: Hook): Effect => ({ type: "hook", hook });
const ended = (hook: Hook, failure: string | null = null): ProcessEvent => ({
  type: "hookEnded",
  hook,
  failure,
});
const killing: Effect = { type: "log", entry: { type: "killing" } };
const stopsignals = [{ signal: SIGTERM, seconds: 5 }, { signal: SIGUSR1, seconds: null }];
const saidLimited = (isSlow: boolean): Effect => ({
  type: "log",
  entry: { type: "limited", reason: "restarted 2 times in 3 s", isSlow },
});

interface Case {
  readonly name: string;
  readonly given: Status;
  readonly when: ProcessEvent;
  readonly options?: Partial<Policy>;
  readonly through?: readonly Status[];
  readonly status: Status;
  readonly effects?: readonly Effect[];
}

/** The rows of spec/processes.md §5, in its order, then its "Points". */
const cases: readonly Case[] = [
  {
    name: "starts a STOPPED process, and arms startsecs before it spawns",
    given: at("STOPPED"),
    when: start,
    status: at("STARTING"),
    effects: [timer(2), spawn],
  },
  {
    name: "starts an EXITED process when asked",
    given: at("EXITED"),
    when: start,
    status: at("STARTING"),
    effects: [timer(2), spawn],
  },
  {
    name: "starts an EXITED process when its restart is due",
    given: at("EXITED"),
    when: timeout,
    status: at("STARTING"),
    effects: [timer(2), spawn],
  },
  {
    name: "starts a FATAL process when asked",
    given: at("FATAL"),
    when: start,
    status: at("STARTING"),
    effects: [timer(2), spawn],
  },
  {
    name: "tries again from BACKOFF, and keeps count",
    given: at("BACKOFF", 3),
    when: timeout,
    status: at("STARTING", 3),
    effects: [timer(2), spawn],
  },
  {
    name: "is RUNNING when startsecs are over, and forgets its failures",
    given: at("STARTING", 2),
    when: timeout,
    status: at("RUNNING"),
    effects: [{ type: "log", entry: { type: "success", startsecs: 2 } }],
  },
  {
    name: "backs off a second after the first failed spawn",
    given: at("STARTING"),
    when: spawnFailed,
    status: at("BACKOFF", 1),
    effects: [
      { type: "spawnerr", text: "can't find command 'x'" },
      { type: "log", entry: { type: "spawnerr", reason: "can't find command 'x'" } },
      timer(1),
    ],
  },
  {
    name: "backs off after an exit before startsecs, even with an expected code",
    given: at("STARTING"),
    when: exited(code(0), 1999),
    status: at("BACKOFF", 1),
    effects: [tooQuick, saidExited(code(0), false), timer(1)],
  },
  {
    name: "says by which signal a process ended too quickly",
    given: at("STARTING"),
    when: exited(killed(11), 0),
    status: at("BACKOFF", 1),
    effects: [tooQuick, saidExited(killed(11), false), timer(1)],
  },
  {
    name: "waits a second longer after each failure (second)",
    given: at("STARTING", 1),
    when: exited(code(1), 0),
    status: at("BACKOFF", 2),
    effects: [tooQuick, saidExited(code(1), false), timer(2)],
  },
  {
    name: "waits a second longer after each failure (third, the last with startretries=3)",
    given: at("STARTING", 2),
    when: exited(code(1), 0),
    status: at("BACKOFF", 3),
    effects: [tooQuick, saidExited(code(1), false), timer(3)],
  },
  {
    name: "is FATAL right after the failure that is one too many; BACKOFF comes before",
    given: at("STARTING", 3),
    when: exited(code(1), 0),
    through: [at("BACKOFF", 4)],
    status: at("FATAL"),
    effects: [tooQuick, saidExited(code(1), false), gaveUp],
  },
  {
    name: "is FATAL after one failed spawn with startretries=0",
    given: at("STARTING"),
    when: spawnFailed,
    options: { startretries: 0 },
    through: [at("BACKOFF", 1)],
    status: at("FATAL"),
    effects: [
      { type: "spawnerr", text: "can't find command 'x'" },
      { type: "log", entry: { type: "spawnerr", reason: "can't find command 'x'" } },
      gaveUp,
    ],
  },
  {
    name: "stops a process in BACKOFF without a signal or a word, and keeps its failures",
    given: at("BACKOFF", 2),
    when: stop,
    status: at("STOPPED", 2),
  },
  {
    name: "goes on counting where a stop in BACKOFF left off",
    given: at("STOPPED", 2),
    when: start,
    status: at("STARTING", 2),
    effects: [timer(2), spawn],
  },
  {
    name: "stops a STARTING process, arming stopwaitsecs before the signal",
    given: at("STARTING", 2),
    when: stop,
    status: at("STOPPING", 2),
    effects: [timer(10), signal(SIGTERM)],
  },
  {
    name: "stops a RUNNING process with its stopsignal",
    given: at("RUNNING"),
    when: stop,
    options: { stopsignal: SIGUSR1, killasgroup: true },
    status: at("STOPPING"),
    effects: [timer(10), signal(SIGUSR1)],
  },
  {
    name: "sends stopsignal to the whole group with stopasgroup",
    given: at("RUNNING"),
    when: stop,
    options: { stopasgroup: true },
    status: at("STOPPING"),
    effects: [timer(10), signal(SIGTERM, true)],
  },
  {
    name: "kills what ignores stopsignal, and arms the next kill",
    given: at("STOPPING"),
    when: timeout,
    options: { stopasgroup: true },
    status: at("STOPPING"),
    effects: [{ type: "log", entry: { type: "killing" } }, timer(10), signal(SIGKILL)],
  },
  {
    name: "kills the whole group with killasgroup",
    given: at("STOPPING"),
    when: timeout,
    options: { killasgroup: true },
    status: at("STOPPING"),
    effects: [{ type: "log", entry: { type: "killing" } }, timer(10), signal(SIGKILL, true)],
  },
  {
    name: "is STOPPED when a stopping process was reaped",
    given: at("STOPPING"),
    when: exited(code(0)),
    status: at("STOPPED"),
    effects: [{ type: "exitstatus", status: 0 }, saidStopped(code(0), true)],
  },
  {
    name: "is STOPPED, without blame, when a stopping process died of the signal",
    given: at("STOPPING"),
    when: exited(killed(SIGTERM)),
    status: at("STOPPED"),
    effects: [{ type: "exitstatus", status: -1 }, saidStopped(killed(SIGTERM), false)],
  },
  {
    name: "is STOPPED also when a process was stopped before startsecs and ended at once",
    given: at("STOPPING", 2),
    when: exited(code(1), 0),
    status: at("STOPPED", 2),
    effects: [{ type: "exitstatus", status: 1 }, saidStopped(code(1), false)],
  },
  {
    name: "restarts a RUNNING process by stopping it first",
    given: at("RUNNING"),
    when: restart,
    status: returning("STOPPING"),
    effects: [timer(10), signal(SIGTERM)],
  },
  {
    name: "restarts a STARTING process, and keeps count",
    given: at("STARTING", 2),
    when: restart,
    status: returning("STOPPING", 2),
    effects: [timer(10), signal(SIGTERM)],
  },
  {
    name: "knows of a process that was stopped to be restarted that it returns",
    given: returning("STOPPING"),
    when: exited(code(0)),
    status: returning("STOPPED"),
    effects: [{ type: "exitstatus", status: 0 }, saidStopped(code(0), true)],
  },
  {
    name: "waits for the group of one that returns, too",
    given: { ...returning("STOPPING"), left: code(0) },
    when: { type: "groupGone" },
    status: returning("STOPPED"),
    effects: [{ type: "exitstatus", status: 0 }, saidStopped(code(0), true)],
  },
  {
    name: "starts a STOPPED process that returns when it is time",
    given: returning("STOPPED"),
    when: timeout,
    status: at("STARTING"),
    effects: [timer(2), spawn],
  },
  {
    name: "does not bring back a process that somebody stops while it is being restarted",
    given: returning("STOPPING"),
    when: stop,
    status: at("STOPPING"),
  },
  {
    name: "does not bring back a process that somebody stops before it returns",
    given: returning("STOPPED"),
    when: stop,
    status: at("STOPPED"),
  },
  {
    name: "has nothing to restart in what is down",
    given: at("STOPPED"),
    when: restart,
    status: at("STOPPED"),
  },
  {
    name: "does not bring back what is being stopped",
    given: at("STOPPING"),
    when: restart,
    status: at("STOPPING"),
  },
  {
    name: "is EXITED after an expected exit",
    given: at("RUNNING"),
    when: exited(code(2)),
    status: at("EXITED"),
    effects: [{ type: "exitstatus", status: 2 }, saidExited(code(2), true)],
  },
  {
    name: "is EXITED, and says which code, after an unexpected exit",
    given: at("RUNNING"),
    when: exited(code(3)),
    status: at("EXITED"),
    effects: [
      { type: "exitstatus", status: 3 },
      { type: "spawnerr", text: "Bad exit code 3" },
      saidExited(code(3), false),
    ],
  },
  {
    name: "gives -1 as the exit status of a process ended by a signal",
    given: at("RUNNING"),
    when: exited(killed(SIGKILL)),
    status: at("EXITED"),
    effects: [
      { type: "exitstatus", status: -1 },
      { type: "spawnerr", text: "Bad exit code -1" },
      saidExited(killed(SIGKILL), false),
    ],
  },
  {
    name: "counts an exit after startsecs as one from RUNNING, also before the timer was heard",
    given: at("STARTING", 2),
    when: exited(code(0), 2000),
    through: [at("RUNNING")],
    status: at("EXITED"),
    effects: [{ type: "exitstatus", status: 0 }, saidExited(code(0), true)],
  },
  {
    name: "lets no exit be too quick with startsecs=0",
    given: at("STARTING"),
    when: exited(code(1), 0),
    options: { startsecs: 0 },
    through: [at("RUNNING")],
    status: at("EXITED"),
    effects: [
      { type: "exitstatus", status: 1 },
      { type: "spawnerr", text: "Bad exit code 1" },
      saidExited(code(1), false),
    ],
  },
  {
    name: "is RUNNING on the next turn with startsecs=0",
    given: at("STOPPED"),
    when: start,
    options: { startsecs: 0 },
    status: at("STARTING"),
    effects: [timer(0), spawn],
  },
  {
    name: "is FATAL, without a word, when the daemon ends while it waits for another try",
    given: at("BACKOFF", 2),
    when: abandon,
    status: at("FATAL"),
  },
  {
    name: "waits restartdelaysecs in BACKOFF in place of 1, 2, 3 seconds",
    given: at("STARTING", 2),
    when: spawnFailed,
    options: { restartdelaysecs: 0.5 },
    status: at("BACKOFF", 3),
    effects: [
      { type: "spawnerr", text: "can't find command 'x'" },
      { type: "log", entry: { type: "spawnerr", reason: "can't find command 'x'" } },
      timer(0.5),
    ],
  },
  {
    name: "waits restartbackoff's factor longer after each failure, and varies that",
    given: { ...at("STARTING", 1), ...streak(2) },
    when: { ...exited(code(1), 500), chance: 1 } as ProcessEvent,
    options: { restartbackoff: backoff },
    status: { ...at("BACKOFF", 2), ...streak(3) },
    effects: [tooQuick, saidExited(code(1), false), timer(6)],
  },
  {
    name: "with startretries=-1 never gives up, and waits a minute at most",
    given: at("STARTING", 99),
    when: exited(code(1), 0),
    options: { startretries: -1 },
    status: at("BACKOFF", 100),
    effects: [tooQuick, saidExited(code(1), false), timer(60)],
  },
  {
    name: "with startretries=-1 waits a second at least",
    given: at("STARTING", 0),
    when: exited(code(1), 0),
    options: { startretries: -1, restartdelaysecs: 0 },
    status: at("BACKOFF", 1),
    effects: [tooQuick, saidExited(code(1), false), timer(1)],
  },
  {
    name: "with startretries=-2 gives up after the first failure, as Supervisor does",
    given: at("STARTING", 0),
    when: exited(code(1), 0),
    options: { startretries: -2 },
    through: [at("BACKOFF", 1)],
    status: at("FATAL"),
    effects: [tooQuick, saidExited(code(1), false), gaveUp],
  },
  {
    name: "RUNNING forgets no streak",
    given: { ...at("STARTING", 1), ...streak(1) },
    when: timeout,
    options: { restartbackoff: backoff },
    status: { ...at("RUNNING"), ...streak(1) },
    effects: [{ type: "log", entry: { type: "success", startsecs: 2 } }],
  },
  {
    name: "an end after a while makes a streak longer",
    given: { ...at("RUNNING"), ...streak(1) },
    when: exited(code(0), 7999),
    options: { restartbackoff: backoff },
    status: { ...at("EXITED"), ...streak(2) },
    effects: [{ type: "exitstatus", status: 0 }, saidExited(code(0), true)],
  },
  {
    name: "a streak ends with a run as long as restartbackoff's cap",
    given: { ...at("RUNNING"), ...streak(7, true) },
    when: exited(code(0), 8000),
    options: { restartbackoff: backoff },
    status: { ...at("EXITED"), ...streak(1) },
    effects: [{ type: "exitstatus", status: 0 }, saidExited(code(0), true)],
  },
  {
    name: "a oneshot that fails after hours has failed all the same",
    given: { ...at("RUNNING"), ...streak(2) },
    when: exited(code(1), 1e7),
    options: { type: "oneshot" },
    status: { ...at("EXITED"), ...streak(3) },
    effects: [
      { type: "exitstatus", status: 1 },
      { type: "spawnerr", text: "Bad exit code 1" },
      saidExited(code(1), false),
    ],
  },
  {
    name: "the next start by itself keeps the streak",
    given: { ...at("EXITED"), ...streak(2) },
    when: timeout,
    options: { restartbackoff: backoff },
    status: { ...at("STARTING"), ...streak(2) },
    effects: [timer(2), spawn],
  },
  {
    name: "an operator's start begins at the beginning",
    given: { ...at("EXITED"), ...streak(2) },
    when: start,
    options: { restartbackoff: backoff },
    status: at("STARTING"),
    effects: [timer(2), spawn],
  },
  {
    name: "an operator's stop ends a streak",
    given: { ...at("RUNNING"), ...streak(2) },
    when: stop,
    options: { restartbackoff: backoff },
    status: at("STOPPING"),
    effects: [timer(10), signal(SIGTERM)],
  },
  {
    name: "gives up what reached its restartlimit",
    given: at("EXITED"),
    when: limited,
    status: at("FATAL"),
    effects: [{ type: "spawnerr", text: "restarted 2 times in 3 s" }, saidLimited(false)],
  },
  {
    name: "or slows it down",
    given: { ...at("EXITED"), ...streak(2) },
    when: limited,
    options: { restartlimit: { restarts: 2, seconds: 3 }, restartlimit_action: "slow" },
    status: { ...at("EXITED"), ...streak(2, true) },
    effects: [{ type: "spawnerr", text: "restarted 2 times in 3 s" }, saidLimited(true)],
  },
  {
    name: "what was slowed down waits a minute in BACKOFF, too",
    given: { ...at("STARTING", 0), ...streak(2, true) },
    when: exited(code(1), 0),
    options: { restartlimit: { restarts: 2, seconds: 3 }, restartlimit_action: "slow" },
    status: { ...at("BACKOFF", 1), ...streak(3, true) },
    effects: [tooQuick, saidExited(code(1), false), timer(60)],
  },
  {
    name: "prepares where there is a pre_start",
    given: at("STOPPED", 1),
    when: start,
    options: { pre_start: "prepare" },
    status: { ...at("STARTING", 1), isPreparing: true },
    effects: [hook("pre_start")],
  },
  {
    name: "prepares, too, where the post_stop of the last run may not be over",
    given: { ...at("EXITED"), ...streak(1) },
    when: start,
    options: { post_stop: "clean" },
    status: { ...at("STARTING"), isPreparing: true },
    effects: [hook("pre_start")],
  },
  {
    name: "begins with pre_start when post_stop is over",
    given: { ...at("STARTING"), isPreparing: true },
    when: ended("post_stop", "it exited with 1"),
    status: { ...at("STARTING"), isPreparing: true },
    effects: [hook("pre_start")],
  },
  {
    name: "spawns after pre_start, and startsecs begin then",
    given: { ...at("STARTING", 1), isPreparing: true },
    when: ended("pre_start"),
    status: at("STARTING", 1),
    effects: [timer(2), spawn],
  },
  {
    name: "takes a pre_start that failed for a start that failed",
    given: { ...at("STARTING", 3), isPreparing: true },
    when: ended("pre_start", "pre_start exited with 3"),
    through: [at("BACKOFF", 4)],
    status: at("FATAL"),
    effects: [
      { type: "spawnerr", text: "pre_start exited with 3" },
      { type: "log", entry: { type: "spawnerr", reason: "pre_start exited with 3" } },
      gaveUp,
    ],
  },
  {
    name: "stops while it prepares by ending the hook",
    given: { ...at("STARTING", 1), isPreparing: true },
    when: stop,
    status: { ...at("STOPPING", 1), isPreparing: true },
    effects: [timer(10), { type: "signalHook", signal: SIGTERM }],
  },
  {
    name: "kills a hook that does not end",
    given: { ...at("STOPPING", 1), isPreparing: true },
    when: timeout,
    status: { ...at("STOPPING", 1), isPreparing: true },
    effects: [{ type: "signalHook", signal: SIGKILL }],
  },
  {
    name: "is STOPPED when that hook is over, whatever came of it",
    given: { ...at("STOPPING", 1), isPreparing: true },
    when: ended("pre_start"),
    status: at("STOPPED", 1),
  },
  {
    name: "runs stop_command in place of the first signal",
    given: at("RUNNING"),
    when: stop,
    options: { stop_command: "stop" },
    status: { ...at("STOPPING"), isCommanded: true },
    effects: [timer(10), hook("stop_command")],
  },
  {
    name: "sends the signal after all when stop_command fails",
    given: { ...at("STOPPING"), isCommanded: true },
    when: ended("stop_command", "it exited with 1"),
    status: { ...at("STOPPING"), isCommanded: true },
    effects: [signal(SIGTERM)],
  },
  {
    name: "waits when stop_command succeeds",
    given: { ...at("STOPPING"), isCommanded: true },
    when: ended("stop_command"),
    status: { ...at("STOPPING"), isCommanded: true },
  },
  {
    name: "kills after stop_command as ever",
    given: { ...at("STOPPING"), isCommanded: true },
    when: timeout,
    options: { stop_command: "stop" },
    status: at("STOPPING"),
    effects: [killing, timer(10), signal(SIGKILL)],
  },
  {
    name: "sends the first of stopsignals",
    given: at("RUNNING"),
    when: stop,
    options: { stopsignals },
    status: at("STOPPING"),
    effects: [timer(5), signal(SIGTERM)],
  },
  {
    name: "then the next",
    given: at("STOPPING"),
    when: timeout,
    options: { stopsignals },
    status: { ...at("STOPPING"), step: 1 },
    effects: [
      { type: "log", entry: { type: "escalating", signal: SIGUSR1 } },
      timer(10),
      signal(SIGUSR1),
    ],
  },
  {
    name: "to the group where only that is left",
    given: { ...at("STOPPING"), left: code(0) },
    when: timeout,
    options: { stopsignals, killasgroup: true },
    status: { ...at("STOPPING"), left: code(0), step: 1 },
    effects: [
      { type: "log", entry: { type: "escalating", signal: SIGUSR1 } },
      timer(10),
      signal(SIGUSR1, true),
    ],
  },
  {
    name: "and SIGKILL after the last",
    given: { ...at("STOPPING"), step: 1 },
    when: timeout,
    options: { stopsignals },
    status: { ...at("STOPPING"), step: 1 },
    effects: [killing, timer(10), signal(SIGKILL)],
  },
  {
    name: "runs post_stop before it is STOPPED",
    given: at("STOPPING"),
    when: exited(code(0)),
    options: { post_stop: "clean" },
    status: { ...at("STOPPING"), ended: code(0) },
    effects: [hook("post_stop")],
  },
  {
    name: "is not in a hurry then",
    given: { ...at("STOPPING"), ended: code(0) },
    when: timeout,
    options: { post_stop: "clean" },
    status: { ...at("STOPPING"), ended: code(0) },
  },
  {
    name: "and not over with another hook",
    given: { ...at("STOPPING"), ended: code(0) },
    when: ended("stop_command", "it exited with 1"),
    status: { ...at("STOPPING"), ended: code(0) },
  },
  {
    name: "is STOPPED when post_stop is over",
    given: { ...at("STOPPING"), ended: code(0) },
    when: ended("post_stop", "it exited with 1"),
    status: at("STOPPED"),
    effects: [{ type: "exitstatus", status: 0 }, saidStopped(code(0), true)],
  },
  {
    name: "knows of one that returns while post_stop runs that it does",
    given: { ...returning("STOPPING"), left: code(0), step: 1 },
    when: { type: "groupGone" },
    options: { post_stop: "clean" },
    status: { ...returning("STOPPING"), step: 1, ended: code(0) },
    effects: [hook("post_stop")],
  },
  {
    name: "and after it",
    given: { ...returning("STOPPING"), ended: code(0) },
    when: ended("post_stop"),
    status: returning("STOPPED"),
    effects: [{ type: "exitstatus", status: 0 }, saidStopped(code(0), true)],
  },
  {
    name: "does not bring back what somebody stops meanwhile",
    given: { ...returning("STOPPING"), ended: code(0) },
    when: stop,
    status: { ...at("STOPPING"), ended: code(0) },
  },
  {
    name: "goes on with stopsignals where it is to return",
    given: returning("STOPPING"),
    when: timeout,
    options: { stopsignals },
    status: { ...returning("STOPPING"), step: 1 },
    effects: [
      { type: "log", entry: { type: "escalating", signal: SIGUSR1 } },
      timer(10),
      signal(SIGUSR1),
    ],
  },
  {
    name: "prepares what returns",
    given: returning("STOPPED"),
    when: timeout,
    options: { pre_start: "prepare" },
    status: { ...at("STARTING"), isPreparing: true },
    effects: [hook("pre_start")],
  },
  {
    name: "has nothing to restart while it is prepared",
    given: { ...at("STARTING"), isPreparing: true },
    when: restart,
    status: { ...at("STARTING"), isPreparing: true },
  },
  {
    name: "runs post_stop after an end that nobody asked for",
    given: at("RUNNING"),
    when: exited(code(0)),
    options: { post_stop: "clean" },
    status: at("EXITED"),
    effects: [{ type: "exitstatus", status: 0 }, saidExited(code(0), true), hook("post_stop")],
  },
  {
    name: "runs post_stop after an end that came too soon",
    given: at("STARTING"),
    when: exited(code(0), 0),
    options: { post_stop: "clean" },
    status: at("BACKOFF", 1),
    effects: [tooQuick, saidExited(code(0), false), timer(1), hook("post_stop")],
  },
];

for (const { name, given, when, options, through = [], status, effects = [] } of cases) {
  test(`transition() ${name}`, () => {
    const step = transition(given, when, { ...policy, ...options });
    assert.deepEqual(step, { through, status, effects });
  });
}

const STATES = Object.keys(STATE_CODES) as ProcessState[];

for (const state of STATES) {
  test(`transition() makes ${state} UNKNOWN when a signal cannot be sent`, () => {
    const { status, effects } = transition(at(state, 2), signalFailed, policy);
    assert.equal(status.state, "UNKNOWN");
    assert.deepEqual(effects, []);
  });
}

/** Late timers, second requests, news of what is long over. */
const ignored: readonly (readonly [ProcessState, readonly ProcessEvent[]])[] = [
  ["STOPPED", [stop, timeout, abandon, spawnFailed, exited(code(0))]],
  ["STARTING", [start, abandon]],
  ["RUNNING", [start, timeout, abandon, spawnFailed]],
  ["BACKOFF", [spawnFailed, exited(code(0))]],
  ["STOPPING", [start, stop, abandon, spawnFailed]],
  ["EXITED", [abandon, spawnFailed, exited(code(0))]],
  ["FATAL", [stop, timeout, abandon, spawnFailed, exited(code(0))]],
  ["UNKNOWN", [start, stop, timeout, abandon, spawnFailed, exited(code(0))]],
];

for (const [state, events] of ignored) {
  for (const event of events) {
    test(`transition() takes no notice of "${event.type}" when ${state}`, () => {
      const status = at(state, 2);
      assert.deepEqual(transition(status, event, policy), { through: [], status, effects: [] });
    });
  }
}

/** Follows a process through events and keeps what a person would count. */
function live(options: Partial<Policy>, events: readonly ProcessEvent[]) {
  let status = at("STOPPED");
  const pauses: number[] = [];
  let spawns = 0;
  for (const event of events) {
    const step = transition(status, event, { ...policy, ...options });
    status = step.status;
    for (const effect of step.effects) {
      if (effect.type === "spawn") spawns++;
      if (effect.type === "timer" && status.state === "BACKOFF") pauses.push(effect.ms);
    }
  }
  return { status, pauses, spawns };
}

const dies = exited(code(1), 0);

test("a program that never stays up is spawned four times, 1, 2 and 3 seconds apart", () => {
  const events = [start, dies, timeout, dies, timeout, dies, timeout, dies, timeout, timeout];
  assert.deepEqual(live({}, events), {
    status: at("FATAL"),
    pauses: [1000, 2000, 3000],
    spawns: 4,
  });
});

test("startretries=0 spawns once", () => {
  const result = live({ startretries: 0 }, [start, dies, timeout, timeout]);
  assert.deepEqual(result, { status: at("FATAL"), pauses: [], spawns: 1 });
});

test("a start request does not forget failures, a FATAL end does", () => {
  const twice = [start, dies, timeout, dies, stop];
  assert.deepEqual(live({}, [...twice, start, dies]).pauses, [1000, 2000, 3000]);
  const fatal = [...twice, start, dies, timeout, dies];
  assert.equal(live({}, fatal).status.state, "FATAL");
  assert.deepEqual(live({}, [...fatal, start, dies]).pauses, [1000, 2000, 3000, 1000]);
});

test("RUNNING forgets failures", () => {
  const events = [start, dies, timeout, timeout, exited(code(1)), start, dies];
  assert.deepEqual(live({}, events).pauses, [1000, 1000]);
});

/** spec/processes.md §5; EXITED → STOPPED is ours: a stop while autorestart waits its turn. */
const LEGAL: ReadonlySet<string> = new Set([
  "STOPPED STARTING",
  "EXITED STARTING",
  "FATAL STARTING",
  "BACKOFF STARTING",
  "STARTING RUNNING",
  "STARTING BACKOFF",
  "BACKOFF FATAL",
  "BACKOFF STOPPED",
  "STARTING STOPPING",
  "RUNNING STOPPING",
  "STOPPING STOPPED",
  "RUNNING EXITED",
  "EXITED STOPPED",
  "EXITED FATAL", // of ours: restartlimit, type=oneshot
]);

const anyExit: fc.Arbitrary<Exit> = fc.oneof(
  fc.integer({ min: 0, max: 255 }).map(code),
  fc.constantFrom(6, 9, 11, 15).map(killed),
);
const anyEvent: fc.Arbitrary<ProcessEvent> = fc.oneof(
  fc.constantFrom(start, stop, restart, timeout, abandon, signalFailed, spawnFailed, limited),
  fc.record({
    type: fc.constant("hookEnded" as const),
    hook: fc.constantFrom("pre_start" as const, "stop_command" as const, "post_stop" as const),
    failure: fc.constantFrom(null, null, "it exited with 3"),
  }),
  fc.record({
    type: fc.constant("exited" as const),
    exit: anyExit,
    uptimeMs: fc.constantFrom(0, 999, 1000, 1999, 2000, 60_000),
  }),
);
const anyPolicy: fc.Arbitrary<Policy> = fc.record({
  autorestart: fc.constantFrom(true, false, "unexpected" as const),
  startsecs: fc.nat(2),
  startretries: fc.nat(4),
  exitcodes: fc.array(fc.integer({ min: 0, max: 255 }), { maxLength: 3 }),
  stopsignal: fc.constantFrom(1, 2, 15),
  stopwaitsecs: fc.nat(10),
  stopasgroup: fc.boolean(),
  killasgroup: fc.boolean(),
  type: fc.constantFrom(null, null, "oneshot" as const),
  restartdelaysecs: fc.constantFrom(null, null, 2),
  restartbackoff: fc.constantFrom(null, null, { factor: 2, cap: 8, jitter: 0 }),
  restartlimit: fc.constantFrom(null, { restarts: 2, seconds: 3 }),
  restartlimit_action: fc.constantFrom(null, "fatal" as const, "slow" as const),
  stopsignals: fc.constantFrom(null, [{ signal: 15, seconds: 5 }, { signal: 3, seconds: null }]),
  stop_command: fc.constantFrom(null, null, "stop"),
  pre_start: fc.constantFrom(null, null, "prepare"),
  post_stop: fc.constantFrom(null, null, "clean"),
});

test("whatever happens, a process goes only where the table of transitions leads", () => {
  fc.assert(fc.property(anyPolicy, fc.array(anyEvent, { maxLength: 40 }), (policy, events) => {
    let status = at("STOPPED");
    for (const event of events) {
      const step = transition(status, event, policy);
      for (const next of [...step.through, step.status]) {
        const legal = status.state === next.state || next.state === "UNKNOWN" ||
          LEGAL.has(`${status.state} ${next.state}`);
        assert.ok(legal, `${event.type}: ${status.state} to ${next.state}`);
        status = next;
      }
    }
  }));
});

test("whatever happens, there is never one try more than startretries allow", () => {
  fc.assert(fc.property(anyPolicy, fc.array(anyEvent, { maxLength: 60 }), (policy, events) => {
    let status = at("STOPPED");
    for (const event of events) {
      const { state } = status;
      const step = transition(status, event, policy);
      status = step.status;
      assert.ok(status.failures <= policy.startretries);
      if (["RUNNING", "EXITED", "FATAL"].includes(status.state)) assert.equal(status.failures, 0);
      const waits = step.effects.filter((effect) => effect.type === "timer");
      assert.ok(waits.length <= 1, "one timer at most");
      if (status.state === "BACKOFF" && state !== "BACKOFF") {
        const { restartdelaysecs, restartbackoff } = policy;
        const isSupervisors = restartdelaysecs === null && restartbackoff === null &&
          !status.streak?.isSlow;
        if (isSupervisors) assert.deepEqual(waits, [timer(status.failures)]);
      }
    }
  }));
});

test("whatever happens, a spawn means STARTING and a signal STOPPING", () => {
  fc.assert(fc.property(anyPolicy, fc.array(anyEvent, { maxLength: 40 }), (policy, events) => {
    let status = at("STOPPED");
    for (const event of events) {
      const step = transition(status, event, policy);
      const { state } = status = step.status;
      for (const { type } of step.effects) {
        if (type === "spawn") assert.equal(state, "STARTING");
        if (type === "signal") assert.equal(state, "STOPPING");
      }
    }
  }));
});
