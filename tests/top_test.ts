import assert from "node:assert/strict";
import { type Lab, labTests, program, skipAloud, VISOR } from "./support/lab.ts";
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
