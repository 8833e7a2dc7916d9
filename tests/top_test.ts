import assert from "node:assert/strict";
import fs from "node:fs";
import { fileURLToPath } from "node:url";
import {
  have,
  type Lab,
  labTests,
  procStatus,
  program,
  readProc,
  signal,
  skipAloud,
  VISOR,
} from "./support/lab.ts";
import { canType, type Step, typeAt } from "./support/lab_pty.ts";

const test = labTests();

const CTRL_C = "\x03";
const ENTER = "\x1b[?1049h";
const LEAVE = "\x1b[?1049l";

/** Runs ctl at a terminal, and asks afterwards what became of the terminal. */
function atTerminal(lab: Lab, words: string, steps: readonly Step[]) {
  const ask = `stty -a | grep -o -E -- '-?(icanon|echo|isig)\\b' | tr '\\n' ' '`;
  const shell = `'${VISOR}' ctl -c '${lab.conf}' ${words}; echo "status $?"; ${ask}`;
  return typeAt(lab, ["sh", "-c", shell], steps);
}

function assertGivenBack(text: string, status: number): void {
  const [screen, after] = text.split(LEAVE);
  assert.ok(screen?.includes(`${ENTER}\x1b[?25l`) && after !== undefined, text);
  assert.ok(text.includes(`\x1b[?25h${LEAVE}`), text);
  assert.match(after, new RegExp(`status ${status}\\r\\n`));
  assert.match(after, /isig icanon echo|icanon.*echo/);
  assert.doesNotMatch(after, /-(icanon|echo|isig)/);
}

test("status --watch shows a change on the screen, and gives the terminal back", async (lab) => {
  if (!canType) return skipAloud("a terminal needs python3");
  lab.config(program("web") + program("off", "sleep 1000", { autostart: "false" }));
  await lab.daemon();
  lab.start(["sh", "-c", `sleep 1; '${VISOR}' ctl -c '${lab.conf}' start off`]);
  const { text } = await atTerminal(lab, "status --watch --interval 1h", [
    // Not before: where this machine is slow, it is shown at once.
    ["off                              RUNNING", CTRL_C],
  ]);
  assertGivenBack(text, 0);
});

test("status --watch through a pipe adds a line for each change", async (lab) => {
  lab.config(program("web") + program("off", "sleep 1000", { autostart: "false" }));
  const daemon = await lab.daemon();
  await lab.state("web", "RUNNING");
  const ctl = `'${VISOR}' ctl -c '${lab.conf}' status --watch`;
  lab.start(["sh", "-c", `${ctl} > lines 2>&1; echo $? > status`]);
  lab.start(["sh", "-c", `${ctl} --json off > documents 2>&1`]);
  const lines = (name: string) => lab.read(name).split("\n").slice(0, -1);
  await lab.until(() => lines("lines").length === 2 && lines("documents").length === 1, "both");
  await lab.ctl("start", "off");
  await lab.until(() => lines("lines").length >= 3 && lines("documents").length >= 2, "the change");
  daemon.kill("SIGKILL");
  await lab.until(() => lab.read("status") !== "" && lines("documents").length >= 3, "the end");
  assert.equal(lab.read("status"), "4\n");
  assert.deepEqual(
    lines("lines").map((line) => line.replace(/ +(\w+) .*/, " $1")),
    ["off STOPPED", "web RUNNING", "off RUNNING", `unix://${lab.socket} refused`],
  );
  const [before, after, end] = lines("documents").map((line) => JSON.parse(line));
  assert.deepEqual(
    [before.processes[0].state, after.processes[0].state, end.error.code],
    ["STOPPED", "RUNNING", "ECONNREFUSED"],
  );
});

const TABLE = program("web", "sh -c 'echo ready; exec sleep 1000'") +
  program("off", "sleep 1000", { autostart: "false" });

test("top shows the table, does what keys ask for, and gives the terminal back", async (lab) => {
  if (!canType) return skipAloud("a terminal needs python3");
  lab.config(TABLE);
  await lab.daemon();
  await lab.state("web", "RUNNING");
  const { text } = await atTerminal(lab, "top --interval 100ms", [
    ["1 of 2 running", ""],
    ["ready", "s"],
    ["off: started", "/web"],
    ["/web_", "\r"],
    ["(Escape shows all)", "x"],
    ["stop web? y/n", "y"],
    ["web: stopped", "t"],
    ["web stdout", "q"],
    ["LAST LINE", "?"],
    ["any key leaves the help", "z"],
    ["LAST LINE", "q"],
  ]);
  assertGivenBack(text, 0);
  assert.equal((await lab.info("off")).statename, "RUNNING");
  assert.equal((await lab.info("web")).statename, "STOPPED");
});

test("top tells processor time and memory of a whole tree", async (lab) => {
  lab.script("busy.py", "x = bytearray(50_000_000)\nwhile True: pass\n");
  lab.config(
    program("busy", "sh -c 'python3 {dir}/busy.py & wait'", {
      stopasgroup: "true",
      killasgroup: "true",
    }) + program("idle"),
  );
  await lab.daemon();
  const look = async () => {
    const { stdout } = await lab.ctl("top", "--json");
    const { clock_ms, processes: [busy, idle] } = JSON.parse(stdout);
    return { clock_ms, busy: busy.usage, idle: idle.usage };
  };
  const before = await lab.until(async () => {
    const now = await look();
    return now.busy.rss_bytes > 50e6 && now.idle.rss_bytes > 0 ? now : undefined;
  }, "the memory");
  const after = await lab.until(async () => {
    const now = await look();
    return now.busy.cpu_ms > before.busy.cpu_ms ? now : undefined;
  }, "processor time");
  assert.ok(after.busy.processes >= 2);
  assert.ok(after.idle.processes === 1 && after.idle.rss_bytes < 50e6 && after.idle.cpu_ms < 1000);
  const { body } = await lab.http("GET", "/api/v1/usage?memory=pss");
  const [busy] = JSON.parse(body).processes;
  assert.ok(busy.usage.pss_bytes > 50e6 && busy.usage.pss_bytes <= busy.usage.rss_bytes, body);
});

for (const name of ["SIGTERM", "SIGHUP"] as const) {
  test(`top gives the terminal back before ${name} ends it`, async (lab) => {
    if (!canType) return skipAloud("a terminal needs python3");
    lab.config(TABLE);
    await lab.daemon();
    const typed = atTerminal(lab, "top", [["2 running", ""]]);
    const pid = await lab.until(() => processAt(lab, "top"), "top");
    await lab.until(() => lab.log() !== "" && readsKeys(pid), "the screen");
    signal(pid, name);
    assertGivenBack((await typed).text, name === "SIGTERM" ? 143 : 129);
  });
}

test("top gives the terminal back where the daemon goes away, and says so", async (lab) => {
  if (!canType) return skipAloud("a terminal needs python3");
  lab.config(TABLE);
  const daemon = await lab.daemon();
  const typed = atTerminal(lab, "top --interval 100ms", [["2 running", ""]]);
  const pid = await lab.until(() => processAt(lab, "top"), "top");
  await lab.until(() => readsKeys(pid), "the screen");
  daemon.kill("SIGKILL");
  const { text } = await typed;
  assertGivenBack(text, 4);
  assert.match(text, /refused connection\r\n/);
});

test("top follows the size of the terminal, and has no colours where none are wanted", async (lab) => {
  if (!canType) return skipAloud("a terminal needs python3");
  lab.config(TABLE);
  await lab.daemon();
  const { text } = await atTerminal(lab, "top", [["quit", "q"]]);
  assert.ok(text.includes("\x1b[7m>"), text);
  const shell =
    `tty=$(tty); (sleep 1; stty -F $tty rows 5 cols 30) & NO_COLOR=1 '${VISOR}' ctl -c '${lab.conf}' top`;
  const small = await typeAt(lab, ["sh", "-c", shell], [["sort  ? help", ""], [
    "restart  t…",
    "q",
  ]]);
  assert.doesNotMatch(small.text, new RegExp("\x1b\\[[0-9;]*m"));
});

test("top needs a terminal, and a daemon that is visor", async (lab) => {
  lab.config(TABLE);
  const daemon = await lab.daemon();
  const { status, stdout } = await lab.ctl("top");
  assert.deepEqual([status, stdout.split(":")[0]], [1, "ERROR"]);
  assert.match(stdout, /needs a terminal/);
  daemon.kill();
  await daemon.end();
  if (!have("/usr/bin/supervisord")) return skipAloud("there is no Supervisor to ask");
  await lab.daemon([], { command: ["/usr/bin/supervisord", "-n", "-c", lab.conf] });
  const ran = await lab.ctl("top");
  assert.deepEqual([ran.status, ran.stdout.includes("it is no visor")], [1, true]);
});

/** The ctl of this lab that runs a verb. */
function processAt(lab: Lab, verb: string): number | undefined {
  return lab.marked().find((pid) => {
    const words = readProc(pid, "cmdline").split("\0");
    return words[0] === VISOR && words[1] === "ctl" && words.includes(verb);
  });
}

/** It has taken Ctrl-C and its like for itself. */
function readsKeys(pid: number): boolean {
  return (parseInt(procStatus(pid, "SigCgt"), 16) & 0x4001) === 0x4001;
}

test("the example runs as it is written", async (lab) => {
  const example = fileURLToPath(new URL("examples/top.conf", import.meta.url));
  fs.copyFileSync(example, lab.conf);
  await lab.daemon([], { impatient: true });
  await lab.until(() => fs.existsSync(lab.path("visor.sock")), "the socket");
  const up = await lab.until(async () => {
    const { stdout, status } = await lab.ctl("status", "--json", "!canary");
    const { processes } = JSON.parse(stdout);
    return status === 0 && processes.every((one: { ready: boolean }) => one.ready) && processes;
  }, "the workers run");
  assert.equal(up.length, 3);
  const restarted = await lab.ctl("restart", "worker-*", "!worker-0");
  assert.equal(
    restarted.stdout,
    ["1: stopped", "2: stopped", "1: started", "2: started", ""].map((end) =>
      end && `worker:worker-${end}`
    ).join("\n"),
  );
  const { stdout } = await lab.ctl("--json", "top");
  const [canary] = JSON.parse(stdout).processes;
  assert.deepEqual([canary.name, canary.last_line], ["canary", "tweet"]);
});

test("from the prompt, top and a watched status lead back to the prompt", async (lab) => {
  if (!canType) return skipAloud("a terminal needs python3");
  lab.config(TABLE);
  await lab.daemon();
  const { text } = await atTerminal(lab, "", [
    ["supervisor> ", "top\r"],
    ["LAST LINE", "q"],
    ["supervisor> ", "status --watch\r"],
    ["web    ", CTRL_C],
    ["supervisor> ", "version\r"],
    ["4.3.0", ""],
    ["supervisor> ", "exit\r"],
  ]);
  assert.equal(text.split(ENTER).length, 3);
  assertGivenBack(text.slice(text.lastIndexOf(ENTER)), 0);
});
