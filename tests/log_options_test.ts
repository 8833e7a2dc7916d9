import assert from "node:assert/strict";
import fs from "node:fs";
import process from "node:process";
import { fileURLToPath } from "node:url";
import zlib from "node:zlib";
import { isRoot, type Lab, labTests, program, skipAloud, VISOR } from "./support/lab.ts";

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

const TICKS = "sh -c 'i=0; while echo tick $((i+=1)); do sleep 0.02; done'";

test("ctl logs reads live, rotated and compressed logs in order, and follows them", async (lab) => {
  lab.config(program("tick", TICKS, {
    stdout_logfile: "{dir}/tick.log",
    stdout_logfile_maxbytes: 100,
    stdout_logfile_backups: 50,
    logfile_compress: "gzip",
  }));
  await lab.daemon();
  await lab.until(() => logs(lab, "tick.log").includes("tick.log.3.gz"), "three old logs");
  const follow = lab.start([VISOR, "ctl", "-c", lab.conf, "logs", "-f", "tick"], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  let text = "";
  follow.stdout!.on("data", (piece: Uint8Array) => text += new TextDecoder().decode(piece));
  const ended = new Promise<number | null>((resolve) => follow.once("exit", resolve));
  const lines = () => text.split("\n").slice(0, -1);
  await lab.until(() => lines().length > 60, "lines through a rotation");
  process.kill(follow.pid!, "SIGINT");
  assert.equal(await ended, 0);
  const numbered = (count: number, from = 1) =>
    Array.from({ length: count }, (_, i) => `tick ${from + i}`);
  const followed = lines().filter((line) => line !== "");
  assert.deepEqual(followed, numbered(followed.length));
  await lab.ctl("stop", "tick");
  const all = (await lab.ctl("logs", "tick")).stdout.trim().split("\n");
  assert.deepEqual(all, numbered(all.length));
  const few = (await lab.ctl("logs", "tick", "--lines", "30", "--grep", "[05]$")).stdout.trim();
  const expected = numbered(30, all.length - 29).filter((line) => /[05]$/.test(line));
  assert.deepEqual(few.split("\n"), expected);
});

test("logs of several programs come by time, or with their names, and only of the time asked for", async (lab) => {
  const options = { log_format: "json", autostart: "false", logfile_compress: "zstd" };
  lab.config(
    program("a", "cat", { ...options, stdout_logfile: "{dir}/a.log" }) +
      program("b", "cat", { ...options, stdout_logfile: "{dir}/b.log" }) +
      program("plain", "cat", { stdout_logfile: "{dir}/plain.log", autostart: "false" }),
  );
  const line = (name: string, minute: number) =>
    `{"time":"2026-11-22T10:0${minute}:00.000Z","program":"${name}","message":"${minute}"}\n`;
  lab.write("a.log", line("a", 1) + line("a", 4));
  fs.writeFileSync(lab.path("b.log.1.zst"), zlib.zstdCompressSync(line("b", 2)));
  lab.write("b.log", line("b", 3));
  lab.write("plain.log", "one\ntwo\n");
  await lab.daemon();
  const shown = async (...words: string[]) => (await lab.ctl("logs", ...words)).stdout;
  const merged = line("a", 1) + line("b", 2) + line("b", 3) + line("a", 4);
  assert.equal(await shown("b", "a"), merged);
  const [since, until] = ["2026-11-22T10:02:00Z", "2026-11-22T11:03:00+01:00"];
  assert.equal(
    await shown("a", "b", "--since", since, "--until", until),
    line("b", 2) + line("b", 3),
  );
  assert.equal(await shown("plain"), "one\ntwo\n");
  assert.equal(await shown("plain", "a", "--lines", "1"), `plain | two\na     | ${line("a", 4)}`);
  fs.utimesSync(lab.path("plain.log"), 0, 1_700_000_000);
  assert.equal(await shown("plain", "--since", "1h"), "");
});

test("who stops reading long logs costs the daemon nothing more, and others are answered meanwhile", async (lab) => {
  lab.config(program("big", "cat", { stdout_logfile: "{dir}/big.log", autostart: "false" }));
  const line = `${"x".repeat(99)}\n`;
  fs.writeFileSync(lab.path("big.log"), line.repeat(300_000));
  const daemon = await lab.daemon();
  const descriptors = () => fs.readdirSync(`/proc/${daemon.pid}/fd`).length;
  const before = descriptors();
  const first = await lab.run(["sh", "-c", `"${VISOR}" ctl -c "${lab.conf}" logs big | head -1`]);
  assert.equal(first.stdout, line);
  await lab.until(() => descriptors() <= before, "its files are closed");
  const reading = lab.ctl("logs", "big", "--grep", "y");
  let answers = 0;
  let isOver = false;
  void reading.finally(() => isOver = true);
  for (; !isOver; answers++) await lab.rpc("supervisor.getPID");
  assert.equal((await reading).stdout, "");
  assert.ok(answers > 3, `${answers} answers`);
});

test("a crash while a log is compressed leaves no half log, and the next rotation makes it good", async (lab) => {
  lab.config(program("cat", "cat", { stdout_logfile: "{dir}/cat.log", logfile_compress: "gzip" }));
  // As it is left: the plain log, and half of what should have become of it.
  lab.write("cat.log.1", "old\n");
  lab.write("cat.log.compressing", "half");
  await lab.daemon();
  await feed(lab, "cat", "new\n");
  await lab.until(() => lab.read("cat.log") === "new\n", "output");
  assert.equal((await lab.ctl("logs", "cat")).stdout, "old\nnew\n");
  await lab.ctl("rotate", "cat");
  const wanted = ["cat.log", "cat.log.1.gz", "cat.log.2.gz"];
  await lab.until(() => String(logs(lab, "cat.log")) === String(wanted), "both are compressed");
  assert.equal((await lab.ctl("logs", "cat")).stdout, "old\nnew\n");
});

test("the README's example of logs works as printed", async (lab) => {
  const example = fileURLToPath(new URL("examples/logs.conf", import.meta.url));
  fs.copyFileSync(example, lab.path("logs.conf"));
  const ctl = (...words: string[]) => lab.run([VISOR, "ctl", "-c", "logs.conf", ...words]);
  const user = isRoot ? ["--user=root"] : [];
  await lab.daemon([], {
    command: [VISOR, "daemon", "-n", "-c", "logs.conf", ...user],
    impatient: true,
  });
  const shown = async () => (await ctl("logs", "api", "worker")).stdout;
  await lab.until(
    async () => /GET.*\n.*worker:worker job done/.test(await shown()),
    "both, by time",
  );
  assert.equal(fs.statSync(lab.path("api.log")).mode & 0o777, 0o640);
  assert.match((await ctl("rotate", "api")).stdout, /^api: rotated$/m);
  await lab.until(() => fs.existsSync(lab.path("api.log.1.zst")), "a compressed log");
});
