/** `visor ctl explain`, of programs that fail in every way there is. */
import assert from "node:assert/strict";
import fs from "node:fs";
import net from "node:net";
import { fileURLToPath } from "node:url";
import type { ChangeLine, ExplainDocument, Explanation } from "../src/model/details.ts";
import { isRoot, type Lab, labTests, program, skipAloud, VISOR } from "./support/lab.ts";

const test = labTests();

const EXAMPLE = fileURLToPath(new URL("examples/explain.conf", import.meta.url));

/** Explanations by the names of the processes, of all with trouble or of those. */
async function explained(lab: Lab, ...names: string[]): Promise<Map<string, Explanation>> {
  const { stdout, status } = await lab.ctl("explain", ...names, "--json");
  assert.equal(status, 0, stdout);
  const { explanations } = JSON.parse(stdout) as ExplainDocument;
  return new Map(explanations.map((each) => [each.process.name, each]));
}

interface Failing {
  readonly command: string;
  readonly options?: Readonly<Record<string, string | number>>;
  readonly state?: string;
  readonly summary: RegExp;
  /** One of the pieces of advice. */
  readonly advice?: RegExp;
  readonly lines?: readonly string[];
}

/** `{dir}` is the lab's folder. */
const FAILING: Readonly<Record<string, Failing>> = {
  missing: {
    command: "{dir}/no-such-program",
    summary: /could not be started: can't find command '.*\/no-such-program'/,
    advice: /^See command=: there is no file .*\/no-such-program\.$/,
  },
  nowhere: { command: "no-such-program", summary: /can't find/, advice: /in the folders of PATH/ },
  folder: { command: "{dir}/folder", summary: /is a directory/, advice: /is a folder/ },
  plain: {
    command: "{dir}/plain",
    summary: /plain' is not executable/,
    advice: /\/plain \(mode 0644\) is not marked as executable: chmod \+x /,
  },
  headless: {
    command: "{dir}/headless",
    summary: /failed with ENOEXEC \(not a program/,
    advice: /is a script without a first line such as #!\/bin\/sh/,
  },
  interpreter: {
    command: "{dir}/interpreter",
    summary: /failed with ENOENT \(no such file/,
    advice: /names \/no\/such\/shell, and there is no such file/,
  },
  windows: { command: "{dir}/windows", summary: /ENOENT/, advice: /ends as on Windows/ },
  elsewhere: {
    command: "sleep 1000",
    options: { directory: "{dir}/none" },
    summary: /going to the folder .*\/none failed with ENOENT/,
    advice: /^See directory=/,
  },
  success: {
    command: "true",
    summary: /ended with exit status 0 after .*, before startsecs=1 was over/,
    advice: /stay in the foreground/,
  },
  status: {
    command: `sh -c "echo first >&2; echo out; echo last >&2; exit 3"`,
    summary: /ended with exit status 3/,
    advice: /visor ctl tail status stderr/,
    lines: ["first", "last"],
  },
  merged: {
    command: `sh -c "echo one; echo two >&2; exit 1"`,
    options: { redirect_stderr: "true" },
    summary: /exit status 1/,
    advice: /visor ctl tail merged stdout/,
    lines: ["one", "two"],
  },
  unlogged: {
    command: `sh -c "echo nowhere else; exit 1"`,
    options: { stdout_logfile: "NONE" },
    summary: /exit status 1/,
    lines: ["nowhere else"],
  },
  terminal: {
    command: String.raw`sh -c "printf '\033[31mred\033[0m \033]0;title\007\n' >&2; exit 1"`,
    summary: /exit status 1/,
    lines: ["red \\x1b]0;title\\x07"],
  },
  untyped: {
    command: `sh -c "no-such-tool"`,
    summary: /exit status 127/,
    advice: /no such command/,
  },
  segfault: {
    command: `sh -c "kill -SEGV $$"`,
    options: { startsecs: 0, autorestart: "false" },
    state: "EXITED",
    summary: /was ended by SIGSEGV after .*that was not expected, and autorestart=false leaves/,
    advice: /a fault in the program/,
  },
  killed: {
    command: `sh -c "kill -KILL $$"`,
    options: { startsecs: 0, autorestart: "false" },
    state: "EXITED",
    summary: /was ended by SIGKILL after .*, which visor did not send/,
    advice: /memory ran out/,
  },
};

function writeFiles(lab: Lab): void {
  fs.mkdirSync(lab.path("folder"));
  lab.write("plain", "#!/bin/sh\n", 0o644);
  lab.script("headless", "echo hello\n");
  lab.script("interpreter", "#!/no/such/shell\n");
  lab.script("windows", "#!/bin/sh\r\n");
}

test("every way to fail is explained, with what to do about it", async (lab) => {
  writeFiles(lab);
  const sections = Object.entries(FAILING).map(([name, { command, options }]) =>
    program(name, command, { startsecs: 1, startretries: 0, ...options })
  );
  lab.config(sections.join("") + program("fine"));
  await lab.daemon();
  const found = await lab.until(async () => {
    const all = await explained(lab);
    return all.size === Object.keys(FAILING).length ? all : undefined;
  }, "all have failed");
  for (const [name, { state = "FATAL", summary, advice, lines }] of Object.entries(FAILING)) {
    const told = found.get(name)!;
    assert.equal(told.process.state, state, name);
    assert.match(told.summary, new RegExp(`^${name} is ${state}: `));
    assert.match(told.summary, summary);
    if (advice) assert.ok(told.advice.some((each) => advice.test(each)), `${name}: ${told.advice}`);
    if (lines) assert.deepEqual(told.last_lines?.lines, lines, name);
    assert.equal(told.advice.at(-1), `To start it when that is mended: visor ctl start ${name}`);
  }
});

test("a program that its user may not execute is explained", async (lab) => {
  if (!isRoot) return skipAloud("only root starts programs as somebody else");
  fs.mkdirSync(lab.path("private"), { mode: 0o700 });
  lab.script("private/tool", "#!/bin/sh\n");
  lab.config(
    program("tool", "{dir}/private/tool", { user: "nobody", startsecs: 1, startretries: 0 }),
  );
  await lab.daemon();
  await lab.state("tool", "FATAL");
  const { summary, advice } = (await explained(lab)).get("tool")!;
  assert.match(summary, /executing .*\/private\/tool failed with EACCES \(permission denied\)\.$/);
  assert.match(advice[0]!, /Its user \(see user=\) may not execute .* \(mode 0755\)/);
});

test("tries are told with their ends, and when the next one is", async (lab) => {
  const command = `sh -c "echo no >&2; exit 3"`;
  lab.config(program("web", command, { startsecs: 1, startretries: 30 }));
  await lab.daemon();
  // The third try comes two seconds after the second: there is time to look.
  const { process } = await lab.until(async () => {
    const told = (await explained(lab, "web")).get("web")!;
    const { attempts, state } = told.process;
    return attempts.length === 2 && state === "BACKOFF" ? told : undefined;
  }, "two tries");
  const [first, second] = process.attempts;
  assert.deepEqual([first!.exitstatus, second!.exitstatus, process.restarts], [3, 3, 1]);
  assert.ok(second!.started_at - first!.started_at >= 900, "the second is a second later");
  const ends = second!.started_at + second!.duration_ms!;
  assert.ok(Math.abs(process.next_try_at! - ends - 2000) < 1000, "the next is two seconds later");
  const { stdout } = await lab.ctl("explain", "web");
  assert.match(
    stdout,
    /^web is in BACKOFF: it ended with exit status 3 after .*; the next try is in /,
  );
  assert.match(stdout, /^ {2}attempts {4}[\d-]+ [\d:]+ {2}pid \d+: exit status 3 after/m);
  assert.match(stdout, /^ {2}next try {4}[\d-]+ [\d:]+, in /m);
  assert.match(stdout, /^ {2}stderr {6}\| no$/m);
});

test("who stopped or signalled a process is told", async (lab) => {
  lab.config(program("a") + program("b") + program("c", "sleep 1000", { autorestart: "false" }));
  await lab.daemon();
  await lab.state("c", "RUNNING");
  await lab.ctl("stop", "a");
  await lab.ctl("signal", "TERM", "b");
  process.kill((await lab.info("c")).pid, "SIGTERM");
  await lab.state("c", "EXITED");
  await lab.until(async () => (await explained(lab, "b")).get("b")!.process.restarts === 1, "b");
  const told = await explained(lab, "a", "b", "c");
  const operator = { via: "XML-RPC", peer: "unix socket" };
  assert.deepEqual(told.get("a")!.process.stopped_by, operator);
  assert.match(
    told.get("a")!.summary,
    /^a is STOPPED: it was stopped by an operator through XML-RPC/,
  );
  assert.deepEqual(told.get("b")!.process.attempts[0]!.ended_by, operator);
  assert.deepEqual(told.get("c")!.process.attempts[0]!.ended_by, null);
  assert.match(told.get("c")!.summary, /ended by SIGTERM after .*, which visor did not send/);
  assert.match(told.get("c")!.advice[0]!, /^It came from outside/);
});

test("what a program printed before its last start is not shown as its last lines", async (lab) => {
  const command = `sh -c "test -e {dir}/quiet || echo old >&2; exec sleep 1000"`;
  lab.config(program("web", command));
  await lab.daemon();
  const lines = async () => (await explained(lab, "web")).get("web")!.last_lines?.lines;
  await lab.until(async () => (await lines())?.join() === "old", "its output");
  lab.write("quiet", "");
  await lab.ctl("restart", "web");
  assert.equal(await lines(), undefined);
});

test("explain knows when all is well, and which names mean nothing", async (lab) => {
  lab.config(program("web") + program("off", "sleep 1", { autostart: "false" }));
  await lab.daemon();
  await lab.state("web", "RUNNING");
  const all = await lab.ctl("explain");
  assert.deepEqual([all.stdout, all.status], ["Every process is as it should be.\n", 0]);
  const some = await lab.ctl("explain", "nix", "off");
  assert.match(some.stdout, /^nix: ERROR \(no such process\)\noff is STOPPED: .*autostart=false/);
  assert.equal(some.status, 1);
});

test("the changes of processes are told as they happen", async (lab) => {
  lab.config(program("web") + program("db"));
  await lab.daemon();
  await lab.state("web", "RUNNING");
  let text = "";
  const socket = net.connect(lab.socket, () => {
    socket.write("GET /api/v1/changes?name=web HTTP/1.1\r\nHost: localhost\r\n\r\n");
  });
  socket.on("data", (piece) => text += piece);
  socket.on("error", () => {}); // it ends with the daemon
  lab.atEnd(() => socket.destroy());
  const states = () =>
    text.split("\n").filter((line) => line.startsWith("{")).flatMap((line) => {
      const change = JSON.parse(line) as ChangeLine;
      return "process" in change ? [`${change.process.name} ${change.process.state}`] : [];
    });
  await lab.until(() => states().at(-1) === "web RUNNING", "the first line");
  await lab.ctl("restart", "db");
  await lab.ctl("stop", "web");
  await lab.until(() => states().at(-1) === "web STOPPED", "the change");
  assert.ok(states().every((state) => state.startsWith("web ")));
});

test("the example of the README explains itself", async (lab) => {
  const conf = lab.write("explain.conf", fs.readFileSync(EXAMPLE, "utf8"));
  const ctl = (...words: string[]) => lab.run([VISOR, "ctl", "-c", conf, ...words]);
  await lab.daemon([], { impatient: true, command: [VISOR, "daemon", "-n", "-c", conf] });
  const stdout = await lab.until(async () => {
    const { stdout } = await ctl("explain");
    return stdout.includes("web is FATAL") ? stdout : undefined;
  }, "both are FATAL");
  assert.match(stdout, /^mailer is FATAL: .*can't find command 'no-such-mailer'\.$/m);
  assert.match(stdout, /^-> Somebody has its port already.*ss -ltnp/m);
});
