/** Who the daemon and its programs are, and what happens when they cannot be that. */
import assert from "node:assert/strict";
import fs from "node:fs";
import {
  type Daemon,
  descriptorsOf,
  isRoot,
  type Lab,
  labTests,
  procStatus,
  program,
  readProc,
  skipAloud,
  VISOR,
} from "./support/lab.ts";

const NOBODY = 65_534;
/** No machine has it. */
const STRANGER = 54_321;

const labTest = labTests();

/** A test in a folder that everybody may write to. */
function test(name: string, body: (lab: Lab) => Promise<void>): void {
  labTest(name, async (lab) => {
    if (!isRoot) return skipAloud(`${name}: needs root`);
    fs.chmodSync(lab.dir, 0o1777);
    await body(lab);
  });
}

const ids = (pid: number) => ["Uid", "Gid", "Groups"].map((key) => procStatus(pid, key));
const four = (id: number) => Array(4).fill(id).join("\t");

/** `daemon -n` behind another command, e.g. one that takes a capability away. */
function behind(lab: Lab, ...words: string[]): { command: string[] } {
  return { command: [...words, VISOR, "daemon", "-n", "-s", "-c", lab.conf] };
}

function without(...capabilities: string[]): string[] {
  return ["setpriv", "--bounding-set", capabilities.map((name) => `-${name}`).join(",")];
}

/** strace lets a system call fail; -D: the daemon stays our child. */
function failing(call: string, when = ""): string[] {
  return ["strace", "-D", "-f", "-o", "/dev/null", "-e", `trace=${call}`, "-e"]
    .concat(`inject=${call}:error=EPERM${when}`);
}

async function pidOf(lab: Lab, name: string): Promise<number> {
  return (await lab.state(name, "RUNNING")).pid;
}

test("user= is a name, a number, or a number that nobody has; root's groups are gone", async (lab) => {
  fs.writeFileSync(lab.path("group"), `${fs.readFileSync("/etc/group")}crew:x:7654:nobody\n`);
  lab.config(
    program("name", "sleep 1000", { user: "nobody" }) +
      program("number", "sleep 1000", { user: NOBODY }) +
      program("stranger", "sleep 1000", { user: STRANGER }) + program("none"),
  );
  const command = ["unshare", "-m", "setpriv", "--groups", "4,20", "sh", "-c"];
  const bind = `mount --bind '${lab.path("group")}' /etc/group; exec "$@"`;
  await lab.daemon([], behind(lab, ...command, bind, "sh"));
  const nobody = [four(NOBODY), four(NOBODY), `7654 ${NOBODY}`];
  assert.deepEqual(ids(await pidOf(lab, "name")).map((text) => text.trim()), nobody);
  assert.deepEqual(ids(await pidOf(lab, "number")).map((text) => text.trim()), nobody);
  const stranger = [four(STRANGER), four(STRANGER), `${STRANGER}`];
  assert.deepEqual(ids(await pidOf(lab, "stranger")).map((text) => text.trim()), stranger);
  assert.deepEqual(procStatus(await pidOf(lab, "none"), "Groups").trim(), "4 20");
  assert.equal(lab.logged(/user=54321: no user of this machine/).length, 1);
});

test("user= leaves HOME, USER and LOGNAME as the daemon has them, as Supervisor does", async (lab) => {
  lab.config(program("as", "sleep 1000", { user: "nobody" }));
  const env = { HOME: "/h", USER: "u", LOGNAME: "l" };
  await lab.daemon([], { env });
  const found = readProc(await pidOf(lab, "as"), "environ").split("\0");
  for (const [name, value] of Object.entries(env)) assert.ok(found.includes(`${name}=${value}`));
});

test("a program of another user gets no capability that the daemon was given to hand on", async (lab) => {
  lab.config(program("as", "sleep 1000", { user: "nobody" }));
  const given = ["setpriv", "--inh-caps", "+net_raw", "--ambient-caps", "+net_raw"];
  await lab.daemon([], behind(lab, ...given));
  const pid = await pidOf(lab, "as");
  for (const set of ["CapAmb", "CapPrm", "CapEff"]) {
    assert.equal(BigInt(`0x${procStatus(pid, set)}`), 0n, set);
  }
});

for (
  const [what, command, said] of [
    ["the groups", without("setgid"), "Could not set groups of effective user"],
    ["the gid", failing("setresgid"), "Could not set group id of effective user"],
    ["the uid", without("setuid"), "Could not set user id of effective user"],
  ] as const
) {
  test(`a program is not run if ${what} cannot be set, and the daemon is root as before`, async (lab) => {
    const program_ = { user: "nobody", startsecs: 1, startretries: 0, stderr_logfile: "{dir}/err" };
    lab.config(
      program("as", "touch {dir}/ran", {
        ...program_,
        environment: `LD_PRELOAD="/no/such/library.so"`, // of the user's, and not for root
      }) + program("other"),
    );
    await lab.daemon([], behind(lab, ...command));
    await lab.state("as", "FATAL");
    assert.equal(
      lab.read("err"),
      `supervisor: couldn't setuid to ${NOBODY}: ${said}\n` +
        "supervisor: child process was not spawned\n",
    );
    assert.ok(!fs.existsSync(lab.path("ran")));
    const pid = await lab.rpc("supervisor.getPID") as number;
    assert.deepEqual(ids(pid).slice(0, 2), [four(0), four(0)]);
    await pidOf(lab, "other");
  });
}

for (
  const [what, command, said] of [
    ["the groups", without("setgid"), /Error: Could not set groups of effective user/],
    ["the gid", failing("setgid"), /Error: Could not set group id of effective user/],
    ["the uid", without("setuid"), /Error: Could not set user id of effective user/],
  ] as const
) {
  test(`the daemon does not start if ${what} of its user= cannot be set`, async (lab) => {
    lab.config(program("web", "touch {dir}/ran"), "user=nobody");
    const { status, stderr } = await lab.run(behind(lab, ...command).command);
    assert.equal(status, 2);
    assert.match(stderr, said);
    assert.deepEqual(fs.readdirSync(lab.dir), ["s.conf"]);
  });
}

test("a daemon that cannot become root again ends: nothing goes on as somebody else", async (lab) => {
  lab.config(program("as", "sleep 1000", { user: "nobody" }));
  const options = { ...behind(lab, ...failing("setresuid", ":when=2+")), impatient: true };
  const daemon: Daemon = await lab.daemon([], options);
  assert.equal(await daemon.end(), 1);
  assert.match(lab.read("daemon.out"), /Cannot become root again/);
});

test("the daemon's own user= is for good, in every thread, without root's groups", async (lab) => {
  const options = { startsecs: 1, startretries: 0, stderr_logfile: "{dir}/err" };
  lab.config(program("web") + program("up", "id", { ...options, user: "root" }), "user=nobody");
  await lab.daemon([], behind(lab, "setpriv", "--groups", "4,20"));
  const pid = await lab.rpc("supervisor.getPID") as number;
  for (const thread of fs.readdirSync(`/proc/${pid}/task`)) {
    const status = readProc(pid, `task/${thread}/status`);
    const line = (key: string) => new RegExp(`^${key}:\\s*(.*?)\\s*$`, "m").exec(status)?.[1];
    assert.deepEqual([line("Uid"), line("Gid")], [four(NOBODY), four(NOBODY)]);
    assert.deepEqual([line("Groups"), Number(line("CapPrm"))], [`${NOBODY}`, 0]);
  }
  assert.deepEqual(ids(await pidOf(lab, "web"))[0], four(NOBODY));
  await lab.state("up", "FATAL");
  const said = "supervisor: couldn't setuid to 0: Can't drop privilege as nonroot user\n";
  assert.equal(lab.read("err"), `${said}supervisor: child process was not spawned\n`);
});

test("an ordinary user cannot have user= of somebody else, in Supervisor's words", async (lab) => {
  for (const user of ["root", "0", "daemon", `${STRANGER}`]) {
    lab.config(program("web"), `user=${user}`);
    const command = [VISOR, "daemon", "-n", "-c", lab.conf];
    const { status, stderr } = await lab.run(command, { uid: NOBODY, gid: NOBODY });
    assert.equal(status, 2);
    assert.match(stderr, /^Error: Can't drop privilege as nonroot user\nFor help, use .*\n$/);
    assert.deepEqual(fs.readdirSync(lab.dir), ["s.conf"]);
  }
});

for (const [uid, user] of [[NOBODY, "nobody"], [NOBODY, NOBODY], [STRANGER, STRANGER]] as const) {
  test(`uid ${uid} may have user=${user}, with no HOME and no other variable`, async (lab) => {
    lab.config(program("web", "/bin/sleep 1000", { user }), `user=${user}`);
    const daemon = await lab.daemon([], { uid, gid: uid, bare: true });
    assert.equal(procStatus(await pidOf(lab, "web"), "Uid"), four(uid));
    assert.deepEqual(lab.logged(/Set uid|no user of/), [
      `INFO Set uid to user ${uid} succeeded`,
    ]);
    daemon.kill();
    assert.equal(await daemon.end(), 0);
  });
}

test("a user that does not exist, or a number that means nothing, is refused", async (lab) => {
  for (const user of ["nosuchuser", "-1", "4294967295"]) {
    lab.config(program("web", "sleep 1000", { user }));
    const { status, stderr } = await lab.visor("daemon", "-n", "-c", lab.conf);
    assert.equal(status, 2);
    assert.match(stderr, /Error: Invalid user (name nosuchuser|id \S+) in section 'program:web'/);
  }
});

test("root is warned once of a configuration that others can change, also at reread and by --check", async (lab) => {
  const said = /says what root runs/;
  lab.config(program("web") + "[include]\nfiles={dir}/d/*.conf\n");
  await lab.daemon();
  assert.deepEqual(lab.logged(said), []);
  lab.write("d/extra.conf", program("extra"), 0o666);
  await lab.ctl("reread");
  await lab.ctl("reread");
  const path = lab.path("d/extra.conf");
  assert.deepEqual(lab.logged(said), [
    `WARN ${path} says what root runs, and can be changed by everybody: chmod go-w ${path}`,
  ]);
  const check = await lab.visor("daemon", "--check", "-c", lab.conf);
  assert.equal(check.status, 0);
  assert.match(check.stderr, /extra\.conf: says what root runs/);
  assert.match(check.stdout, /see the warning above/);
  fs.chmodSync(path, 0o644);
  assert.equal((await lab.visor("daemon", "--check", "-c", lab.conf)).stderr, "");
});

test("a daemon of root's without user= says so, and has nothing open that it does not need", async (lab) => {
  lab.config();
  fs.writeFileSync(lab.conf, lab.read("s.conf").replace(/^user=.*\n/m, ""));
  const daemon = await lab.daemon();
  assert.match(
    lab.logged(/CRIT/).join("\n"),
    /^CRIT Supervisor is running as root\. {2}Privileges/,
  );
  const count = () => descriptorsOf(daemon.pid).size;
  const before = count();
  for (let i = 0; i < 5; i++) await lab.ctl("status");
  await lab.until(() => count() <= before, "the connections are closed");
});
