import assert from "node:assert/strict";
import { test } from "node:test";
import { attempt, details, ended, waitsFor } from "../../../tests/support/fake_details.ts";
import type { Asker, AttemptDetails, ProcessDetails } from "../../model/details.ts";
import { advise } from "./advice.ts";
import type { Facts } from "./facts.ts";
import { summarize } from "./summary.ts";

const NOW = 1_000_000;
const OPERATOR: Asker = { via: "XML-RPC", peer: "192.0.2.7" };

interface Given extends Partial<ProcessDetails> {
  readonly config?: Partial<Facts["config"]>;
  readonly file?: Facts["file"];
  readonly stderr?: readonly string[];
}

function factsOf({ config, file = null, stderr, ...members }: Given): Facts {
  return {
    name: "web",
    process: details("web", members),
    config: {
      autostart: true,
      autorestart: "unexpected",
      startsecs: 1,
      startretries: 3,
      exitcodes: [0],
      stopwaitsecs: 10,
      ...config,
    },
    now: NOW,
    lastLines: stderr ? { channel: "stderr", lines: stderr } : null,
    file,
  };
}

const killed = (signal: string, members: Partial<AttemptDetails> = {}) =>
  attempt(1, { duration_ms: 90_000, signal, ...members });
const unstarted = (spawnerr: string) => attempt(1, { pid: null, duration_ms: 0, spawnerr });

/** Given up, or ended, with one attempt behind it. */
const fatal = (last: AttemptDetails, more: Given = {}): Given => ({
  state: "FATAL",
  spawnerr: "why",
  attempts: [last],
  ...more,
});
const exited = (last: AttemptDetails, more: Given = {}): Given => ({
  ...fatal(last, more),
  state: "EXITED",
  stopped_at: NOW - 5000,
});
/** Exit status 127, and what the shell says that stands in for the program. */
const standIn = (said: string, more: Given = {}) =>
  fatal(ended(1, 127), {
    stderr: ["before", `supervisor: ${said}`, "supervisor: child process was not spawned"],
    ...more,
  });

const sentences: readonly (readonly [given: Given, says: string])[] = [
  [{ state: "RUNNING", started_at: NOW - 120_000 }, "web is RUNNING for 2 minutes."],
  [
    { state: "RUNNING", started_at: NOW - 1500, ready: false },
    "web is RUNNING for 1.5 s, but is not ready yet.",
  ],
  [
    { state: "RUNNING", started_at: NOW - 86_400_000, healthy: false },
    "web is RUNNING for 1 day, but its health checks fail.",
  ],
  [
    { state: "RUNNING", started_at: NOW - 2000, attempts: [killed("SIGKILL"), attempt(2)] },
    "web is RUNNING for 2.0 s; before that, it was ended by SIGKILL after 1 minute, which visor " +
    "did not send.",
  ],
  [
    {
      state: "RUNNING",
      started_at: NOW - 2000,
      attempts: [killed("SIGTERM", { ended_by: OPERATOR }), attempt(2)],
    },
    "web is RUNNING for 2.0 s.",
  ],
  [
    { state: "STARTING", started_at: NOW - 200, config: { startsecs: 10 } },
    "web is STARTING for 200 ms: it counts as RUNNING after startsecs=10.",
  ],
  [
    { state: "STOPPING", stopped_by: { via: "web page", peer: null } },
    "web is STOPPING: it was told to stop by an operator through the web page, and gets SIGKILL " +
    "if it is still there after stopwaitsecs=10.",
  ],
  [
    { state: "STARTING", started_at: NOW - 200, description: "waiting for pre_start" },
    "web is STARTING for 200 ms: it is waiting for pre_start.",
  ],
  [
    { state: "STOPPING", stopped_by: OPERATOR, description: "waiting for post_stop" },
    "web is STOPPING: it was told to stop by an operator through XML-RPC (192.0.2.7), and is " +
    "waiting for post_stop.",
  ],
  [
    fatal(killed("SIGSEGV"), { spawnerr: "restarted 5 times in 60 s" }),
    "web is FATAL: given up: restarted 5 times in 60 s; it was ended by SIGSEGV after 1 minute.",
  ],
  [
    fatal(ended(1, 3), { config: { startsecs: 0, startretries: 0 } }),
    "web is FATAL: given up after one start; it ended with exit status 3 after 10 ms.",
  ],
  [{}, "web is STOPPED: it has not been started since the daemon was."],
  [
    { config: { autostart: false } },
    "web is STOPPED: it has not been started since the daemon was (autostart=false).",
  ],
  [
    { waits_for: [waitsFor("db"), waitsFor("cache")] },
    "web is STOPPED: it waits for db to be ready; cache to be ready.",
  ],
  [
    { attempts: [ended(1, 0)], stopped_by: OPERATOR, stopped_at: NOW - 7_200_000 },
    "web is STOPPED: it was stopped by an operator through XML-RPC (192.0.2.7) 2 hours ago.",
  ],
  [
    { attempts: [ended(1, 0)], stopped_by: { via: "shutdown", peer: null } },
    "web is STOPPED: it was stopped by the daemon's shutdown.",
  ],
  [
    { attempts: [ended(1, 0)], stopped_by: { via: "health check", peer: null } },
    "web is STOPPED: it was stopped by its health check.",
  ],
  [
    {
      state: "BACKOFF",
      spawnerr: "x",
      attempts: [unstarted("can't find command 'x'")],
      next_try_at: NOW + 2000,
    },
    "web is in BACKOFF: it could not be started: can't find command 'x'; the next try is in 2.0 s.",
  ],
  [
    fatal(ended(1, 3)),
    "web is FATAL: given up after 4 starts; it ended with exit status 3 after 10 ms, before " +
    "startsecs=1 was over.",
  ],
  [
    standIn("couldn't exec /bin/x: EACCES", { config: { startretries: 0 } }),
    "web is FATAL: given up after one start; it could not be started: executing /bin/x failed " +
    "with EACCES (permission denied).",
  ],
  [
    standIn("couldn't chdir to /no: ENOENT"),
    "web is FATAL: given up after 4 starts; it could not be started: going to the folder /no " +
    "failed with ENOENT (no such file or folder).",
  ],
  [
    standIn("couldn't setuid to 33: Can't drop privilege as nonroot user"),
    "web is FATAL: given up after 4 starts; it could not be started: setuid to 33: Can't drop " +
    "privilege as nonroot user.",
  ],
  [
    exited(killed("SIGKILL"), { next_try_at: NOW + 500 }),
    "web is EXITED: it was ended by SIGKILL after 1 minute, which visor did not send, 5.0 s ago; " +
    "that was not expected, and it is started again in 500 ms.",
  ],
  [
    exited(killed("SIGTERM", { ended_by: OPERATOR }), { config: { autorestart: false } }),
    "web is EXITED: it was ended by SIGTERM after 1 minute, sent by an operator through XML-RPC " +
    "(192.0.2.7), 5.0 s ago; that was not expected, and autorestart=false leaves it down.",
  ],
  [
    exited(killed("SIGSEGV"), { next_try_at: NOW }),
    "web is EXITED: it was ended by SIGSEGV after 1 minute, 5.0 s ago; that was not expected, and " +
    "it is started again in 0 ms.",
  ],
  [
    exited(ended(1, 0), { spawnerr: null }),
    "web is EXITED: it ended with exit status 0 after 10 ms, 5.0 s ago; that was expected, and " +
    "autorestart=unexpected leaves it down.",
  ],
  [{ state: "UNKNOWN", spawnerr: "EPERM" }, "web is UNKNOWN: EPERM."],
];

for (const [given, says] of sentences) {
  test(`"${says}"`, () => assert.equal(summarize(factsOf(given)), says));
}

const file = (mode: number, interpreter: string | null = null, isText = false) => ({
  path: "/bin/x",
  mode: 0o100000 | mode,
  interpreter,
  isText,
});

/** What the first piece of advice says, by what is known. */
const hints: readonly (readonly [given: Given, says: RegExp])[] = [
  [
    fatal(unstarted("can't find command 'x'")),
    /^See command=: there is no 'x' in the folders of PATH/,
  ],
  [fatal(unstarted("can't find command '/bin/x'")), /^See command=: there is no file \/bin\/x\.$/],
  [fatal(unstarted("can't find command 'bin/x'")), /seen from the folder that the daemon runs in/],
  [fatal(unstarted("command at '/bin' is a directory")), /\/bin is a folder/],
  [
    fatal(unstarted("command at '/bin/x' is not executable"), { file: file(0o644) }),
    /^\/bin\/x \(mode 0644\) is not marked as executable: chmod \+x \/bin\/x$/,
  ],
  [fatal(unstarted("command at '/bin/x' is not executable")), /^\/bin\/x is not marked/],
  [
    fatal(unstarted("no permission to run command 'x'"), { file: file(0o700) }),
    /may not execute \/bin\/x \(mode 0700\)/,
  ],
  [fatal(unstarted("can't parse command 'x \"': No closing quotation")), /quotes/],
  [fatal(unstarted("pre_start exited with 3")), /^See pre_start=/],
  [fatal(unstarted("too many open files to spawn 'web'")), /minfds/],
  [fatal(unstarted("Too many processes in process table to spawn 'web'")), /pids\.max/],
  [fatal(unstarted("unknown error during fork for 'web': ENOMEM")), /free -m/],
  [fatal(unstarted("user joe is gone from this machine")), /no account joe/],
  [
    fatal(unstarted("unknown error making dispatchers for 'web': ENOENT")),
    /log cannot be opened: ENOENT \(no such file or folder\).*stdout_logfile/,
  ],
  [
    standIn("couldn't exec /bin/x: EACCES", { file: file(0o700) }),
    /may not execute .*0700.*noexec/,
  ],
  [standIn("couldn't exec /bin/x: ENOENT", { file: file(0o755, "/bin/sh\r") }), /as on Windows/],
  [standIn("couldn't exec /bin/x: ENOENT", { file: file(0o755, "/no/sh") }), /names \/no\/sh/],
  [standIn("couldn't exec /bin/x: ENOENT", { file: file(0o755) }), /another C library/],
  [standIn("couldn't exec /bin/x: ENOEXEC", { file: file(0o755, null, true) }), /#!\/bin\/sh/],
  [standIn("couldn't exec /bin/x: ENOEXEC", { file: file(0o755) }), /uname -m/],
  [standIn("couldn't exec /bin/x: ETXTBSY"), /open for writing/],
  [standIn("couldn't chdir to /no: ENOENT"), /^See directory=/],
  [standIn("couldn't setuid to 33: Can't drop privilege as nonroot user"), /runs as root/],
  [fatal(ended(1, 0)), /ended with success before startsecs=1.*foreground/],
  [fatal(ended(1, 2)), /arguments/],
  [fatal(ended(1, 126)), /126/],
  [fatal(ended(1, 127)), /no such command/],
  [fatal(ended(1, 137)), /oom/],
  [fatal(ended(1, 139)), /139 .* SIGSEGV/],
  [exited(killed("SIGKILL")), /memory ran out/],
  [exited(killed("SIGTERM")), /from outside/],
  [exited(killed("SIGSEGV", { core_dumped: true })), /a fault in the program/],
  [exited(killed("SIGSYS")), /seccomp/],
  [
    { stopped_by: OPERATOR, attempts: [killed("SIGKILL", { ended_by: OPERATOR })] },
    /did not end within stopwaitsecs=10/,
  ],
  [fatal(ended(1, 1), { stderr: ["bind: Address already in use"] }), /ss -ltnp/],
  [fatal(ended(1, 1), { stderr: ["Error: listen EADDRINUSE: :::80", "x"] }), /ss -ltnp/],
  [fatal(ended(1, 1), { stderr: ["write: No space left on device"] }), /df -h/],
  [
    fatal(ended(1, 1), { stderr: ["x: error while loading shared libraries: liby.so: no"] }),
    /liby\.so/,
  ],
  [fatal(ended(1, 1), { stderr: ["ModuleNotFoundError: No module named 'flask'"] }), /flask/],
];

for (const [given, says] of hints) {
  const [last] = given.attempts!;
  const what = last!.spawnerr ?? last!.signal ?? `exit status ${last!.exitstatus}`;
  test(`${what} ${given.stderr?.join() ?? ""} ${JSON.stringify(given.file ?? "")} has a hint`, () => {
    assert.match(advise(factsOf(given))[0]!, says);
  });
}

/** All advice there is. */
const advices: readonly (readonly [name: string, given: Given, advice: readonly string[]])[] = [
  ["a process that runs", { state: "RUNNING", attempts: [attempt(1)] }, []],
  ["a process that waits", { waits_for: [waitsFor("db")] }, []],
  ["a process that is down", {}, ["To start it: visor ctl start web"]],
  ["an end that was expected", exited(ended(1, 0), { spawnerr: null }), [
    "To start it: visor ctl start web",
  ]],
  ["output of which more can be had", fatal(ended(1, 1), { stderr: ["no"] }), [
    "More of its output: visor ctl tail web stderr",
    "To start it when that is mended: visor ctl start web",
  ]],
  ["a try that is to come", { ...fatal(ended(1, 1)), state: "BACKOFF", next_try_at: NOW }, []],
  ["a process that is lost", { state: "UNKNOWN" }, [
    "Only a restart of the daemon brings it back: visor ctl reload",
  ]],
];

for (const [name, given, advice] of advices) {
  test(`advice about ${name}`, () => assert.deepEqual(advise(factsOf(given)), advice));
}
