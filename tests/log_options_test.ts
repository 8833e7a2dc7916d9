import assert from "node:assert/strict";
import { type Lab, labTests, program } from "./support/lab.ts";

const test = labTests();

const STAMP = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z /;

/** Lines of a file, the last of them complete. */
function linesOf(lab: Lab, name: string): string[] {
  return lab.read(name).split("\n").slice(0, -1);
}

test("lines of several programs on one stream say when they came, and from whom", async (lab) => {
  const options = { stdout_logfile: "/dev/stdout", log_format: "prefixed" };
  const script = (word: string) => `sh -c 'printf ${word}; sleep 0.1; echo ...; sleep 1000'`;
  lab.config(
    program("a", script("one"), options) +
      program("b", script("two"), {
        ...options,
        log_timestamps: "none",
        log_prefix: "<{program}>",
      }),
  );
  await lab.daemon();
  const said = () => linesOf(lab, "daemon.out").filter((line) => line.endsWith("..."));
  await lab.until(() => said().length === 2, "both lines");
  const [a, b] = said().toSorted();
  assert.match(a!, STAMP);
  assert.deepEqual([a!.replace(STAMP, ""), b], ["a:a one...", "<b> two..."]);
});

test("JSON lines have everything, bytes that are no text and both channels", async (lab) => {
  const script = 'echo "say \\"h\\303\\251\\""; printf "\\377\\n" >&2; printf prompt; sleep 1000';
  lab.script("talk", `#!/bin/sh\n${script}\n`);
  lab.config(program("talk", "{dir}/talk", {
    stdout_logfile: "{dir}/out.log",
    redirect_stderr: "true",
    log_format: "json",
    stdout_events_enabled: "true",
  }));
  await lab.daemon();
  await lab.until(() => linesOf(lab, "out.log").length === 3, "three lines");
  const { pid } = await lab.info("talk");
  const lines = linesOf(lab, "out.log").map((line) => JSON.parse(line));
  for (const { time, ...origin } of lines) {
    assert.ok(Math.abs(Date.parse(time) - Date.now()) < 60_000, time);
    assert.deepEqual([origin.group, origin.program, origin.pid, origin.channel], [
      "talk",
      "talk",
      pid,
      "stdout",
    ]);
  }
  assert.deepEqual(lines.map(({ message, raw, partial }) => [message, raw, partial]), [
    ['say "hé"', undefined, undefined],
    ["\ufffd", "/w==", undefined],
    ["prompt", undefined, true],
  ]);
  // tail, /logtail and readProcessStdoutLog show the log as it is.
  assert.equal((await lab.ctl("tail", "talk")).stdout.trimEnd(), lab.read("out.log").trimEnd());
});
