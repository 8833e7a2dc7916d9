/** Logs that are streams: what a container's logs are made of. */
import assert from "node:assert/strict";
import fs from "node:fs";
import { bounded } from "./support/bounded.ts";
import {
  cpuSeconds,
  freePort,
  have,
  isAlive,
  isRoot,
  type Lab,
  labTests,
  program,
  signal,
  skipAloud,
  sleep,
  VISOR,
} from "./support/lab.ts";

const test = labTests();

/** In the place of a file's size: some write it, some do not. */
const NO_ROTATION = { stdout_logfile_maxbytes: 0, stderr_logfile_maxbytes: 0 };

/** Starts the daemon by a shell, which says where its streams lead; waits until it answers. @returns Its pid. */
async function start(lab: Lab, redirection: string, args = ""): Promise<number> {
  lab.start(["sh", "-c", `exec '${VISOR}' daemon -n ${args} -c '${lab.conf}' ${redirection}`], {
    stdio: "ignore",
  });
  return await answers(lab);
}

async function answers(lab: Lab): Promise<number> {
  return await lab.until(async () => await lab.rpc("supervisor.getPID") as number, "it answers");
}

/** Another user for the daemon, who may then write in the lab. */
function becomes(lab: Lab, user: string): void {
  lab.write("s.conf", fs.readFileSync(lab.conf, "utf8").replace(/^user=.*$/m, `user=${user}`));
  fs.chmodSync(lab.dir, 0o777);
}

/** A pipe that is read when the test wants. */
class SlowReader {
  readonly path: string;
  readonly #fd: number;

  constructor(lab: Lab, name = "slow") {
    this.path = lab.path(name);
    makePipe(this.path);
    this.#fd = fs.openSync(this.path, fs.constants.O_RDONLY | fs.constants.O_NONBLOCK);
    lab.atEnd(() => this.close());
  }

  /** What is there now. */
  read(): string {
    const buffer = new Uint8Array(65_536);
    let text = "";
    try {
      for (let n = 1; n > 0; text += new TextDecoder().decode(buffer.subarray(0, n))) {
        n = fs.readSync(this.#fd, buffer);
      }
    } catch {
      // nothing more at the moment
    }
    return text;
  }

  /** Reads until it has seen something. @returns All it read. */
  async readUntil(lab: Lab, pattern: RegExp): Promise<string> {
    let text = "";
    await lab.until(() => pattern.test(text += this.read()), `${pattern} in the stream`);
    return text;
  }

  #open = true;
  close(): void {
    if (this.#open) fs.closeSync(this.#fd);
    this.#open = false;
  }
}

function makePipe(path: string): void {
  new Deno.Command("mkfifo", { args: [path] }).outputSync();
}

/** A pipe whose reader keeps up, and puts all into a file. @returns The pipe. */
function pipeInto(lab: Lab, file: string): string {
  const path = lab.path(`${file}.pipe`);
  makePipe(path);
  lab.start(["sh", "-c", `exec cat '${path}' >>'${lab.path(file)}'`], { stdio: "ignore" });
  return path;
}

/** A shell's loop; `body` sees $n. */
function count(to: number | string, body: string): string {
  return `n=0; while [ $n -lt ${to} ]; do n=$((n+1)); ${body}; done`;
}

function shell(script: string): string {
  return `sh -c '${script.replaceAll("%", "%%")}'`;
}

const LINES = 25;

/** Says so many lines on both of its streams. */
function talker(name: string): string {
  return shell(
    `${count(LINES, `echo ${name} out $n; echo ${name} err $n >&2`)}; exec sleep 1000`,
  );
}

function said(name: string): string[] {
  const each = (channel: string) =>
    Array.from({ length: LINES }, (_, i) => `${name} ${channel} ${i + 1}`);
  return [...each("out"), ...each("err")];
}

/** Every name a program's log on our own stdout or stderr can have. */
const NAMES = [
  ["/dev/stdout", "/dev/stderr"],
  ["/dev/fd/1", "/dev/fd/2"],
  ["/proc/self/fd/1", "/proc/self/fd/2"],
] as const;

/** A program for each name, with and without `_maxbytes=0`. */
function talkers(): { readonly names: readonly string[]; readonly sections: string } {
  const names: string[] = [];
  let sections = "";
  for (const [stdout_logfile, stderr_logfile] of NAMES) {
    for (const more of [{}, NO_ROTATION]) {
      const name = `p${names.length}`;
      names.push(name);
      sections += program(name, talker(name), { stdout_logfile, stderr_logfile, ...more });
    }
  }
  return { names, sections };
}

/** Every line once and whole, those of the daemon, too, and nothing else. */
async function assertAllSaid(lab: Lab, names: readonly string[]): Promise<void> {
  const lines = () => lab.read("all").split(/\r?\n/);
  const expected = names.flatMap(said).toSorted();
  await lab.until(
    () => lines().filter((line) => / (out|err) /.test(line)).length >= expected.length,
    "all lines",
  );
  const ours = lines().filter((line) => !/^[\d-]+ [\d:,]+ [A-Z]{4} |^Script |^$/.test(line));
  assert.deepEqual(ours.toSorted(), expected);
  for (const name of names) {
    const spawned = lines().filter((line) => line.includes(`INFO spawned: '${name}'`));
    assert.equal(spawned.length, 1, `${name} is said to be spawned once`);
  }
  assert.doesNotMatch(lab.read("all"), /cannot write|dropped|seek/i);
}

/** A tail of any kind comes from memory. */
async function assertTails(lab: Lab, name: string): Promise<void> {
  const last = `${name} out ${LINES}\n`;
  assert.ok((await lab.ctl("tail", name)).stdout.endsWith(`${last}\n`), "ctl tail");
  const errors = await lab.rpc("supervisor.readProcessStderrLog", name, -100, 0) as string;
  assert.ok(errors.endsWith(`${name} err ${LINES}\n`), "readProcessStderrLog");
  assert.ok((await lab.http("GET", `/tail.html?processname=${name}`)).body.includes(last), "web");
  const main = await lab.ctl("maintail", "-8000");
  assert.match(main.stdout, new RegExp(`spawned: '${name}'`), "ctl maintail");
}

const kinds: readonly { kind: string; into: (lab: Lab) => string }[] = [
  { kind: "a pipe", into: (lab) => `>'${pipeInto(lab, "all")}' 2>&1` },
  { kind: "a file", into: (lab) => `>'${lab.path("all")}' 2>&1` },
  {
    kind: "two descriptors of one file",
    into: (lab) => `>'${lab.path("all")}' 2>>'${lab.path("all")}'`,
  },
];

for (const { kind, into } of kinds) {
  test(`every name of our own stdout and stderr works where they are ${kind}, for the activity log, too`, async (lab) => {
    const { names, sections } = talkers();
    lab.config(sections, "logfile=/dev/stdout");
    await start(lab, into(lab));
    await assertAllSaid(lab, names);
    await assertTails(lab, names[0]!);
  });
}

test("every name of our own stdout and stderr works where they are a terminal", async (lab) => {
  const { names, sections } = talkers();
  lab.config(sections, "logfile=/dev/fd/1\nlogfile_maxbytes=0");
  const command = `exec '${VISOR}' daemon -n -c '${lab.conf}'`;
  lab.start(["script", "-qefc", command, lab.path("all")], { stdio: "ignore" });
  await answers(lab);
  await assertAllSaid(lab, names);
  await assertTails(lab, names[0]!);
});

test("streams that belong to root are written by a daemon that is somebody else", async (lab) => {
  if (!isRoot) return skipAloud("becoming somebody else needs root");
  const { names, sections } = talkers();
  lab.config(sections, "logfile=/dev/stdout");
  becomes(lab, "nobody");
  const pipe = pipeInto(lab, "pipe");
  fs.writeFileSync(lab.path("file"), "", { mode: 0o600 });
  fs.chmodSync(pipe, 0o600);
  const pid = await start(lab, `>'${pipe}' 2>'${lab.path("file")}'`);
  assert.match(fs.readFileSync(`/proc/${pid}/status`, "utf8"), /^Uid:\t65534\t/m);
  const all = () => lab.write("all", lab.read("pipe") + lab.read("file"));
  const wanted = names.flatMap(said).length;
  await lab.until(() => {
    all();
    return lab.read("all").split("\n").filter((line) => / (out|err) /.test(line)).length >= wanted;
  }, "all lines");
  await assertAllSaid(lab, names);
  await assertTails(lab, names[5]!);
});

for (
  const { title, init } of [
    { title: "is our own stdout where we are process 1", init: (daemon: string) => daemon },
    {
      title: "is the stdout of whoever started us where that is process 1",
      init: (daemon: string) => `sh -c "${daemon} & wait"`,
    },
  ]
) {
  test(`/proc/1/fd/1 ${title}`, async (lab) => {
    if (!isRoot) return skipAloud("a PID namespace needs root");
    const targets = { stdout_logfile: "/proc/1/fd/1", stderr_logfile: "/proc/1/fd/2" };
    const ours = { stdout_logfile: "/dev/stdout", stderr_logfile: "/dev/stderr" };
    lab.config(
      program("a", talker("a"), targets) + program("b", talker("b"), ours),
      "logfile=/proc/1/fd/1",
    );
    const inside = init(`'${VISOR}' daemon -n -c '${lab.conf}'`);
    const command = `exec unshare -pf --mount-proc ${inside} >'${pipeInto(lab, "all")}' 2>&1`;
    lab.start(["sh", "-c", command], { stdio: "ignore" });
    await answers(lab);
    await assertAllSaid(lab, ["a", "b"]);
  });
}

test("a descriptor that our caller opened works by its number", async (lab) => {
  lab.config(program("a", talker("a"), { stdout_logfile: "/dev/fd/7", redirect_stderr: "true" }));
  await start(lab, `7>'${lab.path("seven")}' >/dev/null`);
  await lab.until(() => lab.read("seven").split("\n").length > 2 * LINES, "all lines");
  assert.deepEqual(lab.read("seven").trimEnd().split("\n").toSorted(), said("a").toSorted());
});

test("a descriptor that is not open is no log: a program says so, an activity log ends the daemon", async (lab) => {
  lab.config(program("a", "sleep 1000", { stdout_logfile: "/dev/fd/977", startretries: 0 }));
  const daemon = await lab.daemon();
  const { spawnerr } = await lab.state("a", "FATAL");
  assert.equal(spawnerr, "unknown error making dispatchers for 'a': EBADF");
  lab.config("", "logfile=/dev/fd/977");
  daemon.kill();
  await daemon.end();
  const { status, stderr } = await lab.visor("daemon", "-n", "-c", lab.conf);
  assert.equal(status, 2);
  assert.match(stderr, /Cannot open the activity log \/dev\/fd\/977: EBADF/);
});

test("with closed streams and /dev/null as a log programs run, and tails come from memory", async (lab) => {
  lab.config(
    program("a", talker("a"), { stdout_logfile: "/dev/stdout", stderr_logfile: "/dev/null" }),
    "logfile=/dev/null",
  );
  await start(lab, "<&- >&- 2>&-");
  const tail = async () => (await lab.ctl("tail", "a")).stdout;
  await lab.until(async () => (await tail()).endsWith(`a out ${LINES}\n\n`), "a tail");
  await assertTails(lab, "a");
});

const ONCE: readonly { title: string; logfile: string; redirection: (all: string) => string }[] = [
  { title: "/dev/stdout", logfile: "/dev/stdout", redirection: (all) => `>'${all}'` },
  { title: "/proc/self/fd/1", logfile: "/proc/self/fd/1", redirection: (all) => `>'${all}'` },
  { title: "a link to it", logfile: "{dir}/link", redirection: (all) => `>'${all}'` },
  { title: "/dev/stderr", logfile: "/dev/stderr", redirection: (all) => `>'${all}' 2>&1` },
  { title: "the file behind it", logfile: "{dir}/all", redirection: (all) => `>>'${all}'` },
];

for (const { title, logfile, redirection } of ONCE) {
  test(`in the foreground no line is said twice where the activity log is stdout, as ${title}`, async (lab) => {
    fs.symlinkSync("/dev/stdout", lab.path("link"));
    lab.config(program("web"), `logfile=${logfile}`);
    await start(lab, redirection(lab.path("all")));
    await lab.ctl("stop", "web");
    const stopped = () => lab.read("all").match(/WARN stopped: web/g)?.length ?? 0;
    await lab.until(() => stopped() > 0, "the stop is told");
    await lab.ctl("shutdown");
    await lab.until(() => /waiting|shutdown|SIGTERM|supervisord/.test(lab.read("all")), "the end");
    assert.equal(stopped(), 1);
    assert.equal(lab.read("all").match(/supervisord started/g)?.length, 1);
  });
}

test("lines that come in pieces are whole in a stream that others share", async (lab) => {
  const halves = (name: string, to = 1) =>
    count(40, `printf "<$n ${name} " >&${to}; sleep 0.01; echo "${name} $n>" >&${to}`);
  const streams = { stdout_logfile: "/dev/stdout", stderr_logfile: "/dev/stderr" };
  lab.config(
    program("a", shell(`${halves("a")}; exec sleep 1000`), streams) +
      program("b", shell(`(${halves("e", 2)}) & ${halves("b")}; exec sleep 1000`), streams) +
      program("c", shell(count(40, "sleep 0.005")), { ...streams, autorestart: "true" }),
    "logfile=/dev/stdout",
  );
  await start(lab, `>'${pipeInto(lab, "all")}' 2>&1`);
  await lab.until(() => /a 40>/.test(lab.read("all")) && /b 40>/.test(lab.read("all")), "lines");
  await lab.until(() => /e 40>/.test(lab.read("all")), "the lines on stderr");
  const lines = lab.read("all").trimEnd().split("\n");
  const wrong = lines.filter((line) =>
    !/^<(\d+) ([abe]) \2 \1>$|^[\d-]+ [\d:,]+ [A-Z]{4} [^<]*$/.test(line)
  );
  assert.deepEqual(wrong, []);
  assert.equal(lines.filter((line) => line.startsWith("<")).length, 120);
});

test("a prompt is shown without its line's end, and the next line of others begins a line", async (lab) => {
  lab.config(
    program("ask", shell(`printf "name? "; read name; printf "hello $name"`), {
      stdout_logfile: "/dev/stdout",
      autorestart: "false",
    }) + program("cat", "cat", { stdout_logfile: "/dev/stdout" }),
    "silent=true",
  );
  await start(lab, `>'${lab.path("all")}'`);
  const all = () => lab.read("all");
  await lab.until(() => all() === "name? ", "the prompt");
  await lab.rpc("supervisor.sendProcessStdin", "cat", "other\n");
  await lab.until(() => all() === "name? \nother\n", "the other's line");
  await lab.rpc("supervisor.sendProcessStdin", "ask", "you\n");
  await lab.state("ask", "EXITED");
  await lab.until(() => all() === "name? \nother\nhello you", "the last line, as it was written");
  await lab.rpc("supervisor.startProcess", "ask");
  await lab.until(() => all().endsWith("hello you\nname? "), "the next life begins a line");
});

test("a line of many megabytes arrives whole where nobody else writes", async (lab) => {
  lab.config(
    program("long", shell(`head -c 3000000 /dev/zero | tr "\\\\0" x; echo; exec sleep 1000`), {
      stdout_logfile: "/dev/stdout",
    }),
    "silent=true",
  );
  await start(lab, `>'${pipeInto(lab, "all")}'`);
  await lab.until(() => lab.read("all").endsWith("x\n"), "the line");
  assert.equal(lab.read("all"), "x".repeat(3_000_000) + "\n");
});

test("a reader that stalls stalls nobody, whole lines are dropped and counted, and then it goes on", async (lab) => {
  const reader = new SlowReader(lab);
  const total = 400_000;
  lab.config(
    program("flood", `seq 1 ${total}`, {
      stdout_logfile: "/dev/stdout",
      autorestart: "false",
    }) +
      program("tick", shell("while :; do echo tick; sleep 0.02; done"), {
        stdout_logfile: "/dev/stdout",
      }) +
      program("web"),
  );
  await start(lab, `>'${reader.path}' 2>&1`);
  await lab.state("flood", "EXITED");
  await lab.until(() => lab.logged(/cannot write .*'tick'/).length > 0, "the trouble is told");
  assert.match((await lab.ctl("restart", "web")).stdout, /web: started/);
  assert.match((await lab.ctl("tail", "flood")).stdout, new RegExp(`\n${total}\n`));
  await sleep(100);
  const text = await reader.readUntil(lab, /tick\n(.|\n)*INFO writing .* works again/);
  const healed = lab.logged(/works again/);
  assert.match(
    healed[0]!,
    /^INFO writing \/dev\/stdout works again; [1-9]\d* bytes of 'tick' were dropped$/,
  );
  assert.deepEqual(lab.logged(/cannot write/).map((line) => line.replace(/'\w+'/, "x")), [
    "WARN cannot write /dev/stdout: its reader is too slow; output of x is dropped until it works",
    "WARN cannot write /dev/stdout: its reader is too slow; output of x is dropped until it works",
  ], "once for each program");
  const lines = text.split("\n").slice(0, -1);
  const ours = lines.filter((line) => !/^tick$|^[\d-]+ [\d:,]+ [A-Z]{4} /.test(line));
  assert.ok(ours.every((line, i) => i === 0 || Number(line) > Number(ours[i - 1])), "whole lines");
  const [lost] = lab.logged(/bytes of 'flood'/).map((line) => Number(/\d+/.exec(line)![0]));
  const written = Array.from({ length: total }, (_, i) => `${i + 1}\n`).join("").length;
  assert.equal(ours.join("\n").length + 1 + lost!, written, "what came and what was dropped");
});

test("lines of stdout and stderr that wait for one reader wait in one line", async (lab) => {
  const reader = new SlowReader(lab);
  const long = (to: number) => `printf "%05000d\\n" ${to} >&${to}`;
  lab.config(
    program("long", shell(`${count(60, `${long(1)}; ${long(2)}`)}; echo end`), {
      stdout_logfile: "/dev/stdout",
      stderr_logfile: "/dev/stderr",
      autorestart: "false",
    }),
    "silent=true",
  );
  await start(lab, `>'${reader.path}' 2>&1`);
  await lab.state("long", "EXITED");
  const lines = (await reader.readUntil(lab, /^(?:[^\n]*\n){121}/)).split("\n").slice(0, -1);
  assert.deepEqual(lines.filter((line) => !/^(0{4999}[12]|end)$/.test(line)), []);
  assert.equal(lines.length, 121);
});

test("a daemon whose stdout and stderr are both full answers, and stops when it is told to", async (lab) => {
  const reader = new SlowReader(lab);
  lab.config(
    program("flood", "seq 1 400000", { stdout_logfile: "/dev/stdout", autorestart: "false" }),
    "logfile=/dev/stdout",
  );
  const pid = await start(lab, `>'${reader.path}' 2>&1`);
  await lab.state("flood", "EXITED");
  assert.equal((await lab.ctl("start", "flood")).stdout, "flood: started\n");
  await lab.until(
    async () => /cannot write/.test((await lab.ctl("maintail")).stdout),
    "it is told",
  );
  signal(pid, "SIGTERM");
  await lab.until(() => !isAlive(pid), "its end");
});

test("the last lines wait a moment for a reader that is behind", async (lab) => {
  const reader = new SlowReader(lab);
  lab.config(
    program("much", "seq 1 40000", { stdout_logfile: "/dev/stdout", autorestart: "false" }),
    "logfile=/dev/stdout",
  );
  const pid = await start(lab, `>'${reader.path}' 2>&1`);
  await lab.state("much", "EXITED");
  await lab.rpc("supervisor.shutdown");
  await lab.until(() => !fs.existsSync(lab.socket), "the end of all but the lines");
  await reader.readUntil(lab, /\n40000\n(.*\n)*.*exited: much/);
  await lab.until(() => !isAlive(pid), "the end");
});

for (const user of ["root", "nobody"]) {
  test(`a terminal that nobody reads stops no daemon of ${user}`, async (lab) => {
    if (!isRoot && user !== "root") return skipAloud("becoming somebody else needs root");
    lab.config(
      program("flood", "seq 1 400000", { stdout_logfile: "/dev/stdout", autostart: "false" }) +
        program("cat", "cat", { stdout_logfile: "/dev/stdout" }),
      "silent=true",
    );
    if (user !== "root") becomes(lab, user);
    const command = `exec '${VISOR}' daemon -n -c '${lab.conf}'`;
    const terminal = lab.start(["script", "-qefc", command, lab.path("all")], { stdio: "ignore" });
    await answers(lab);
    signal(terminal.pid!, "SIGSTOP");
    await lab.rpc("supervisor.startProcess", "flood");
    await bounded("the daemon goes on", lab.state("flood", "EXITED"));
    await lab.until(() => lab.logged(/cannot write/).length > 0, "the trouble is told");
    signal(terminal.pid!, "SIGCONT");
    await lab.until(async () => {
      await lab.rpc("supervisor.sendProcessStdin", "cat", "back\n");
      return lab.read("all").endsWith("\nback\r\n");
    }, "it is written again");
  });
}

test("a reader that goes away ends nothing and costs no processor time", async (lab) => {
  const reader = new SlowReader(lab);
  lab.config(
    program("tick", shell("while :; do echo tick; sleep 0.02; done"), {
      stdout_logfile: "/dev/stdout",
      stderr_logfile: "/dev/stderr",
    }) + program("web"),
  );
  const pid = await start(lab, `>'${reader.path}' 2>&1`);
  await reader.readUntil(lab, /tick/);
  reader.close();
  await lab.until(() => lab.logged(/cannot write .*: EPIPE/).length > 0, "it is told");
  const before = cpuSeconds(pid);
  await sleep(1000);
  assert.ok(cpuSeconds(pid) - before < 0.3, `${cpuSeconds(pid) - before} s of processor time`);
  assert.match((await lab.ctl("restart", "web")).stdout, /web: started/);
  assert.equal((await lab.info("tick")).statename, "RUNNING");
  assert.equal(lab.logged(/cannot write/).length, 1);
});

test("a daemon whose stderr is read by nobody starts, also where it has something to say there", async (lab) => {
  lab.config(program("web"));
  const daemon = await lab.daemon();
  daemon.kill("SIGKILL");
  await daemon.end();
  assert.ok(fs.existsSync(lab.socket), "a stale socket is there to be told of");
  const command = `(sleep 0.2; exec '${VISOR}' daemon -n -c '${lab.conf}') 2>&1 | true`;
  lab.start(["sh", "-c", command], { stdio: "ignore" });
  await answers(lab);
  await lab.state("web", "RUNNING");
});

test("tail -f and maintail -f follow what goes to a stream", async (lab) => {
  lab.config(program("cat", "cat", { stdout_logfile: "/dev/stdout" }), "logfile=/dev/stdout");
  await start(lab, "| cat >/dev/null");
  await lab.state("cat", "RUNNING");
  const texts = ["", ""];
  [["tail", "-f", "cat"], ["maintail", "-f"]].forEach((words, i) => {
    const child = lab.start([VISOR, "ctl", "-c", lab.conf, ...words], {
      stdio: ["ignore", "pipe", "ignore"],
    });
    child.stdout!.on("data", (piece) => texts[i] += piece);
  });
  await lab.until(() => texts[1]!.includes("supervisord started"), "what was there");
  await lab.until(() => texts[0]!.includes("Ctrl-C"), "tail has begun");
  await lab.rpc("supervisor.sendProcessStdin", "cat", "fed\n");
  await lab.until(() => texts[0]!.includes("fed\n"), "what comes");
  await lab.ctl("stop", "cat");
  await lab.until(() => texts[1]!.includes("stopped: cat"), "what the daemon says");
  await lab.rpc("supervisor.clearLog");
  assert.doesNotMatch((await lab.ctl("maintail")).stdout, /stopped: cat/);
  assert.match((await lab.ctl("maintail")).stdout, /INFO reopening log file/);
});

test("bytes that are no text, and characters in pieces, go through a stream unchanged", async (lab) => {
  const script = `printf "\\303"; sleep 0.7; printf "\\251 \\377 \\355\\225"; sleep 0.7; ` +
    `printf "\\234\\n"; while read line; do echo "$line"; done`;
  lab.config(program("odd", shell(script), { stdout_logfile: "/dev/stdout" }), "silent=true");
  await start(lab, `>'${pipeInto(lab, "all")}'`);
  await lab.until(() => lab.read("all").endsWith("\n"), "output");
  const bytes = [...fs.readFileSync(lab.path("all"))];
  assert.deepEqual(bytes, [0xc3, 0xa9, 32, 0xff, 32, 0xed, 0x95, 0x9c, 10]);
  await lab.rpc("supervisor.sendProcessStdin", "odd", "more\n");
  await lab.until(() => lab.read("all").endsWith("more\n"), "it is read on");
  assert.equal((await lab.ctl("tail", "odd")).stdout, "é \ufffd 한\nmore\n\n");
  assert.match((await lab.http("GET", "/tail.html?processname=odd")).body, /é \ufffd 한\nmore/);
});

test("a file that our stdout leads to may be emptied while it is written", async (lab) => {
  lab.config(
    program("tick", shell("while :; do echo tick; sleep 0.02; done"), {
      stdout_logfile: "/dev/stdout",
    }),
    "logfile=/dev/stdout",
  );
  await start(lab, `>'${lab.path("all")}'`);
  await lab.until(() => lab.read("all").includes("tick"), "output");
  fs.truncateSync(lab.path("all"));
  await lab.until(() => lab.read("all").includes("tick"), "more output");
  assert.match(lab.read("all"), /^(tick\n|\d[^\0\n]*\n)+$/);
});

test("a named pipe is a log without a reader, too, and of two programs", async (lab) => {
  const path = lab.path("named");
  makePipe(path);
  const names = ["a", "b"];
  lab.config(
    names.map((name) => program(name, talker(name), { stdout_logfile: path, stderr_logfile: path }))
      .join(""),
  );
  await lab.daemon();
  for (const name of names) await lab.state(name, "RUNNING");
  lab.start(["sh", "-c", `exec cat '${path}' >>'${lab.path("all")}'`], { stdio: "ignore" });
  const lines = () => lab.read("all").trimEnd().split("\n");
  await lab.until(() => lines().length >= 4 * LINES, "all lines");
  assert.deepEqual(lines().toSorted(), names.flatMap(said).toSorted());
  assert.deepEqual(lab.logged(/cannot write/), []);
});

test("what was read before the daemon was killed is in the files, line by line without a gap", async (lab) => {
  const names = Array.from({ length: 50 }, (_, i) => `p${i}`);
  const script = `trap "" PIPE; exec 2>/dev/null; i=0
while echo line $((i+=1)) of $0; do [ $((i % 50)) -gt 0 ] || read -t 0.02; done`;
  lab.script("talk", `#!/bin/bash\n${script}\n`);
  lab.config(
    names.map((name) => program(name, "{dir}/talk", { stdout_logfile: `{dir}/${name}.log` }))
      .join(""),
  );
  const daemon = await lab.daemon();
  for (const name of names) {
    await lab.until(() => lab.read(`${name}.log`).length > 5_000, `${name} writes`);
  }
  daemon.kill("SIGKILL");
  await daemon.end();
  for (const name of names) {
    const lines = lab.read(`${name}.log`).split("\n");
    const last = lines.pop()!;
    const wanted = (n: number) => `line ${n} of ${lab.path("talk")}`;
    lines.forEach((line, i) => assert.equal(line, wanted(i + 1), name));
    assert.ok(wanted(lines.length + 1).startsWith(last), `${name} ends with ${last}`);
  }
});

test("a program that is somebody else may open its own streams by their names", async (lab) => {
  if (!isRoot) return skipAloud("becoming somebody else needs root");
  const script = "read word </dev/stdin; echo $word >/dev/stdout; echo bad >/dev/stderr; id -u";
  lab.config(program("a", shell(script), {
    user: "nobody",
    autorestart: "false",
    stdout_logfile: "{dir}/out",
    stderr_logfile: "{dir}/err",
  }));
  await lab.daemon();
  await lab.rpc("supervisor.sendProcessStdin", "a", "good\n");
  await lab.state("a", "EXITED");
  assert.deepEqual([lab.read("out"), lab.read("err")], ["good\n65534\n", "bad\n"]);
});

test("nginx, which opens /dev/stdout and /dev/stderr itself, logs to the container's", async (lab) => {
  if (!isRoot || !have("/usr/sbin/nginx")) return skipAloud("needs root and Debian's nginx-light");
  const port = await freePort();
  lab.write(
    "nginx.conf",
    `daemon off; pid {dir}/nginx.pid; error_log /dev/stderr notice; events {}
http { access_log /dev/stdout; server { listen 127.0.0.1:${port}; return 200 "hello\\n"; } }`,
  );
  lab.config(
    program("nginx", `/usr/sbin/nginx -c {dir}/nginx.conf`, {
      stdout_logfile: "/dev/stdout",
      stderr_logfile: "/dev/stderr",
      ...NO_ROTATION,
    }),
    "logfile=/dev/null",
  );
  // It writes its title over its environment, where a lab looks for what it has started.
  lab.atEnd(() => {
    const pid = Number(lab.read("nginx.pid"));
    if (pid > 0) signal(pid, "SIGTERM");
  });
  await start(lab, `>'${pipeInto(lab, "out")}' 2>'${pipeInto(lab, "err")}'`);
  const reply = async () => await (await fetch(`http://127.0.0.1:${port}/asked`)).text();
  assert.equal(await lab.until(reply, "nginx answers"), "hello\n");
  await lab.until(() => /"GET \/asked HTTP\/1.1" 200/.test(lab.read("out")), "the access log");
  assert.match(lab.read("err"), /start worker process/);
  assert.match((await lab.ctl("tail", "nginx")).stdout, /"GET \/asked/);
  await lab.rpc("supervisor.stopProcess", "nginx");
});
