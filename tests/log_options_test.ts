import assert from "node:assert/strict";
import fs from "node:fs";
import process from "node:process";
import zlib from "node:zlib";
import { isRoot, type Lab, labTests, program, skipAloud } from "./support/lab.ts";

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

/** What is there of a log and its old ones. */
function logs(lab: Lab, start: string): string[] {
  return fs.readdirSync(lab.dir).filter((name) => name.startsWith(start)).toSorted();
}

async function feed(lab: Lab, name: string, text: string): Promise<void> {
  await lab.rpc("supervisor.sendProcessStdin", name, text);
}

test("rotate begins new logs, whatever their size, and compressed ones keep their turn", async (lab) => {
  lab.config(
    program("cat", "cat", {
      stdout_logfile: "{dir}/cat.log",
      stdout_logfile_backups: 2,
      logfile_compress: "gzip",
    }) + program("quiet", "cat", { stdout_logfile: "{dir}/quiet.log", autostart: "false" }),
  );
  await lab.daemon();
  const rotated = async (text: string) => {
    await feed(lab, "cat", text);
    await lab.until(() => lab.read("cat.log") === text, text);
    const { status, stdout } = await lab.ctl("rotate", "all");
    assert.deepEqual([status, stdout], [0, "cat: rotated\nquiet: nothing to rotate\n"]);
    const read = () => zlib.gunzipSync(fs.readFileSync(lab.path("cat.log.1.gz"))).toString();
    await lab.until(() => read() === text && !fs.existsSync(lab.path("cat.log.1")), "compressed");
  };
  for (const text of ["one\n", "two\n", "three\n"]) await rotated(text);
  assert.deepEqual(logs(lab, "cat.log"), ["cat.log", "cat.log.1.gz", "cat.log.2.gz"]);
  assert.deepEqual((await lab.ctl("rotate", "cat")).stdout, "cat: nothing to rotate\n");
  assert.deepEqual(
    [(await lab.ctl("rotate", "dog")).stdout, (await lab.ctl("rotate")).status],
    ["ERROR: BAD_NAME: dog\n", 2],
  );
  // The log of a process that is down is rotated as well.
  await lab.ctl("stop", "cat");
  lab.write("cat.log", "four\n");
  assert.equal((await lab.ctl("rotate", "cat")).stdout, "cat: rotated\n");
  await lab.until(() => logs(lab, "cat.log").includes("cat.log.2.gz"), "compressed");
});

test("a log is rotated by time and compressed, also while its program says nothing", async (lab) => {
  lab.config(program("cat", "cat", {
    stdout_logfile: "{dir}/cat.log",
    logfile_rotate: "2s",
    logfile_compress: "zstd",
  }));
  await lab.daemon();
  await feed(lab, "cat", "once\n");
  const read = () => zlib.zstdDecompressSync(fs.readFileSync(lab.path("cat.log.1.zst")));
  await lab.until(() => read().toString() === "once\n", "an old log");
  await lab.until(() => lab.read("cat.log") === "", "a new one");
});

test("log files are made with the mode and owner that are asked for, and rotation keeps them", async (lab) => {
  const wanted = isRoot ? [1, 2, 0o620] : [process.getuid!(), process.getgid!(), 0o620];
  if (!isRoot) skipAloud("only root can give files away");
  lab.write("old.log", "", 0o644);
  const options = { logfile_mode: "0620", ...(isRoot ? { logfile_owner: "1:2" } : {}) };
  lab.config(
    program("cat", "cat", {
      ...options,
      stdout_logfile: "{dir}/cat.log",
      logfile_compress: "gzip",
    }) +
      program("auto", "cat", options) +
      program("old", "cat", { ...options, stdout_logfile: "{dir}/old.log" }),
  );
  await lab.daemon();
  await lab.state("old", "RUNNING");
  const access = (name: string) => {
    const { uid, gid, mode } = fs.statSync(lab.path(name));
    return [uid, gid, mode & 0o777];
  };
  const auto = logs(lab, "auto-stdout")[0]!;
  assert.deepEqual([access("cat.log"), access(auto)], [wanted, wanted]);
  assert.equal(access("old.log")[2], 0o644); // it was there before
  await feed(lab, "cat", "x\n");
  await feed(lab, "old", "x\n");
  await lab.until(() => lab.read("cat.log") + lab.read("old.log") === "x\nx\n", "output");
  await lab.ctl("rotate", "all");
  await lab.until(() => logs(lab, "cat.log").length === 2, "a compressed log");
  for (const name of ["cat.log", "cat.log.1.gz", "old.log"]) assert.deepEqual(access(name), wanted);
});
