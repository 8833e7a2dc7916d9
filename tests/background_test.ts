import assert from "node:assert/strict";
import fs from "node:fs";
import {
  descriptorsOf,
  freePort,
  have,
  isAlive,
  type Lab,
  labTests,
  pids,
  program,
  readProc,
  sessionOf,
  signal,
  skipAloud,
  VISOR,
} from "./support/lab.ts";
import { ordinaryUser } from "./support/faults.ts";
import net from "node:net";

const test = labTests();

/** Runs a shell script in which `visor daemon` goes into the background. */
async function shell(lab: Lab, script: string): Promise<string> {
  const { stdout } = await lab.run(["bash", "-c", script]);
  lab.atEnd(() => signal(Number(lab.read("daemon.pid")) || 2 ** 30, "SIGKILL"));
  return stdout;
}

/** Processes of this lab that run visor. */
function visors(lab: Lab): number[] {
  return pids().filter((pid) =>
    isAlive(pid) && readProc(pid, "cmdline").startsWith(VISOR) &&
    readProc(pid, "environ").includes(lab.dir)
  );
}

test("nothing that the caller has open is kept: who reads it gets its end", async (lab) => {
  lab.config(program("web"));
  const said = await shell(
    lab,
    `{ for n in {3..20}; do eval "exec $n>&1"; done
       '${VISOR}' daemon -c '${lab.conf}'; echo status $?; } | cat; echo end`,
  );
  assert.equal(said, "status 0\nend\n");
  await lab.state("web", "RUNNING");
});

test("nothing of the caller's is kept where the kernel cannot mark all descriptors at once", async (lab) => {
  if (!have("strace")) return skipAloud("failing calls needs strace");
  lab.config(program("web"));
  const kept = lab.write("kept", "");
  const call = ["-e", "trace=close_range", "-e", "inject=close_range:error=ENOSYS"];
  const script = `for n in {3..20}; do eval "exec $n>'${kept}'"; done
    exec '${VISOR}' daemon -c '${lab.conf}'`;
  const options = ["-f", "-qq", "-o", lab.path("strace"), ...call];
  lab.start(["strace", ...options, "bash", "-c", script], { stdio: "ignore" });
  const { pid } = await lab.until(() => lab.state("web", "RUNNING"), "it is up");
  assert.match(lab.read("strace"), /close_range.*INJECTED/);
  for (const each of [pid, Number(lab.read("daemon.pid"))]) {
    assert.ok(![...descriptorsOf(each).values()].includes(kept), `${each} has it`);
  }
});

test("a caller without stdin, stdout and stderr is no trouble", async (lab) => {
  lab.config(program("web", "sh -c 'echo hello; exec sleep 1000'", {
    stdout_logfile: "{dir}/out",
  }));
  const said = await shell(
    lab,
    `( exec <&- >&- 2>&-; '${VISOR}' daemon -c '${lab.conf}'; echo $? >'${lab.path("status")}' )`,
  );
  assert.equal(said, "");
  assert.equal(lab.read("status"), "0\n");
  await lab.state("web", "RUNNING");
  await lab.until(() => lab.read("out") === "hello\n", "output");
});

test("the terminal that it was started from is not its own, and its end is not the daemon's", async (lab) => {
  lab.config(program("web"));
  const { status } = await lab.run(
    ["script", "-qec", `'${VISOR}' daemon -c '${lab.conf}'`, "/dev/null"],
    { input: "" },
  );
  assert.equal(status, 0);
  const pid = Number(lab.read("daemon.pid"));
  lab.atEnd(() => signal(pid, "SIGKILL"));
  const terminal = readProc(pid, "stat").replace(/^.*\) /s, "").split(" ")[4];
  assert.equal(terminal, "0");
  assert.equal(sessionOf(pid), pid);
  assert.equal((await lab.state("web", "RUNNING")).statename, "RUNNING");
});

test("each time the command returns, the daemon answers", async (lab) => {
  lab.config(program("web"));
  const rounds = 10;
  const said = await shell(
    lab,
    `for n in {1..${rounds}}; do
       '${VISOR}' daemon -c '${lab.conf}' || echo failed to start
       '${VISOR}' ctl -c '${lab.conf}' pid | cmp - '${lab.path("daemon.pid")}' || echo wrong pid
       '${VISOR}' ctl -c '${lab.conf}' status web >/dev/null; [ $? -le 3 ] || echo no status
       '${VISOR}' ctl -c '${lab.conf}' shutdown
       while [ -e '${lab.path("daemon.pid")}' ]; do sleep 0.01; done
     done`,
  );
  assert.equal(said, "Shut down\n".repeat(rounds));
});

test("a daemon that cannot start says why to the caller, exits 2 and leaves nothing", async (lab) => {
  const port = await freePort();
  const taken = net.createServer().listen(port, "127.0.0.1");
  lab.atEnd(() => void taken.close());
  lab.config();
  const sound = lab.read("s.conf").replace(/^user=.*\n/m, "");
  const user = ordinaryUser(lab);
  fs.mkdirSync(lab.path("closed"), { mode: 0o555 });
  /** The config with another value for an option that it has. */
  const changed = (name: string, value: string) =>
    sound.replace(new RegExp(`^${name}=.*$`, "m"), `${name}=${value}`);
  const added = (line: string) => sound.replace("[supervisord]", `[supervisord]\n${line}`);
  const cases: readonly (readonly [string, RegExp])[] = [
    [
      `[inet_http_server]\nport=127.0.0.1:${port}\n${sound}`,
      /Another program is already listening/,
    ],
    [changed("file", "{dir}/closed/s.sock"), /closed\/s\.sock|EACCES/],
    [changed("logfile", "{dir}/closed/x.log"), /closed\/x\.log: EACCES/],
    [changed("pidfile", "{dir}/none/x.pid"), /none/],
    [added("user=nosuchuser"), /nosuchuser/],
    [added("user=0"), /Can't drop privilege as nonroot user/],
    [added("minfds=2000000000"), /minfds/],
    [`${sound}[program:x]\ncommand=cat\nstartsecs=x\n`, /startsecs/],
  ];
  for (const [text, said] of cases) {
    const conf = lab.write("case.conf", text);
    const { status, stdout, stderr } = await lab.run([VISOR, "daemon", "-c", conf], user);
    assert.match(stderr, said);
    assert.deepEqual({ status, stdout }, { status: 2, stdout: "" }, stderr);
    assert.deepEqual(visors(lab), []);
    assert.deepEqual(fs.readdirSync(lab.dir).filter((name) => /sock|pid/.test(name)), []);
  }
  const { status, stderr } = await lab.run([VISOR, "daemon", "-c", lab.path("none.conf")]);
  assert.equal(status, 2);
  assert.match(stderr, /none\.conf/);
});
