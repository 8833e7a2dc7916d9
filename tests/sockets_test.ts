/** The daemon's sockets and its pidfile: found, lost, contended for, and out of descriptors. */
import assert from "node:assert/strict";
import fs from "node:fs";
import net from "node:net";
import {
  cpuSeconds,
  type Daemon,
  freePort,
  isAlive,
  isRoot,
  type Lab,
  labTests,
  procStatus,
  program,
  section,
  skipAloud,
  sleep,
  VISOR,
} from "./support/lab.ts";

const NOBODY = 65_534;

const test = labTests();

function inode(path: string): number | undefined {
  return fs.lstatSync(path, { throwIfNoEntry: false })?.ino;
}

/** Something for the daemon to leave alone. */
function replaceWith(path: string, text: string): void {
  fs.writeFileSync(`${path}.theirs`, text);
  fs.renameSync(`${path}.theirs`, path);
}

async function answering(lab: Lab, daemon: Daemon): Promise<void> {
  const isIt = async () => await lab.rpc("supervisor.getPID") === daemon.pid;
  await lab.until(isIt, "the daemon answers on its socket");
}

test("a socket and a pidfile that a cleaner removes are back, and that is said once", async (lab) => {
  lab.config(program("web", "sh -c 'while :; do echo tick; sleep 0.1; done'"), "", "chmod=0640\n");
  const daemon = await lab.daemon();
  const follower = lab.start([VISOR, "ctl", "-c", lab.conf, "tail", "-f", "web"], {
    stdio: ["ignore", fs.openSync(lab.path("followed"), "w"), "ignore"],
  });
  await lab.until(() => lab.read("followed").includes("tick"), "a follower");
  fs.rmSync(lab.socket);
  fs.rmSync(lab.path("daemon.pid"));
  await answering(lab, daemon);
  await lab.until(() => lab.read("daemon.pid") === `${daemon.pid}\n`, "the pidfile");
  assert.equal(fs.statSync(lab.socket).mode & 0o777, 0o640);
  const length = lab.read("followed").length;
  await lab.until(() => lab.read("followed").length > length, "the follower goes on");
  assert.equal(follower.exitCode, null);
  assert.deepEqual(lab.logged(/removed/).toSorted(), [
    `WARN [unix_http_server] ${lab.socket} was removed; it is made again`,
    `WARN pidfile ${lab.path("daemon.pid")} was removed; it is written again`,
  ]);
  daemon.kill();
  assert.equal(await daemon.end(), 0);
  const names = fs.readdirSync(lab.dir).filter((name) => /sock|pid|^\./.test(name));
  assert.deepEqual(names, []);
});

test("what somebody else put in their place is told once and left alone, also at the end", async (lab) => {
  lab.config();
  const daemon = await lab.daemon();
  replaceWith(lab.socket, "theirs");
  replaceWith(lab.path("daemon.pid"), "1\n");
  await lab.until(() => lab.logged(/replaced by somebody else's/).length === 2, "it is told");
  daemon.kill();
  assert.equal(await daemon.end(), 0);
  assert.deepEqual([lab.read("s.sock"), lab.read("daemon.pid")], ["theirs", "1\n"]);
});

test("a folder that goes is told of once; when it is back, so are socket and pidfile", async (lab) => {
  const conf = lab.config();
  fs.mkdirSync(lab.path("run"));
  fs.writeFileSync(conf, lab.read("s.conf").replaceAll(/\/(s\.sock|daemon\.pid)/g, "/run/$1"));
  const daemon = await lab.daemon([], { impatient: true });
  const pidfile = () => lab.read("run/daemon.pid") === `${daemon.pid}\n`;
  await lab.until(pidfile, "it is up");
  fs.rmSync(lab.path("run"), { recursive: true });
  await lab.until(() => lab.logged(/cannot be .* again \(ENOENT\)/).length === 2, "it is told");
  fs.mkdirSync(lab.path("run"));
  await lab.until(pidfile, "the pidfile");
  await lab.until(() => fs.existsSync(lab.path("run/s.sock")), "the socket");
  assert.equal((await lab.ctl("pid")).stdout, `${daemon.pid}\n`);
  fs.rmSync(lab.path("run"), { recursive: true });
  daemon.kill();
  assert.equal(await daemon.end(), 0);
});

test("a FastCGI socket that is removed is made again for those that start from then on", async (lab) => {
  lab.config(section("fcgi-program:php", {
    command: "sleep 1000",
    socket: "unix://{dir}/php.sock",
    socket_mode: "0620",
    startsecs: 0,
  }));
  await lab.daemon();
  await lab.state("php:php", "RUNNING");
  const path = lab.path("php.sock");
  fs.rmSync(path);
  await lab.until(() => fs.existsSync(path), "it is back");
  assert.equal(fs.statSync(path).mode & 0o777, 0o620);
  const warned = await lab.until(() => lab.logged(/php\.sock was removed/)[0], "it is told");
  assert.match(warned, /is made again: restart the group to have its processes listen there/);
  const before = (await lab.info("php:php")).pid;
  const heldBy = (pid: number) => fs.readlinkSync(`/proc/${pid}/fd/0`);
  const old = heldBy(before);
  await lab.ctl("restart", "php:php");
  const after = (await lab.state("php:php", "RUNNING")).pid;
  assert.match(heldBy(after), /^socket:/);
  assert.notEqual(heldBy(after), old);
});

test("a FastCGI socket never takes the place of a file", async (lab) => {
  lab.write("precious", "data");
  lab.config(section("fcgi-program:php", {
    command: "sleep 1000",
    socket: "unix://{dir}/precious",
    startretries: 0,
  }));
  await lab.daemon();
  assert.match((await lab.state("php:php", "FATAL")).spawnerr, /cannot open the socket/);
  assert.equal(lab.read("precious"), "data");
});

test("a daemon that was killed is no trouble, though its pid is another process's by now", async (lab) => {
  lab.config();
  const killed = await lab.daemon();
  killed.kill("SIGKILL");
  await killed.end();
  const other = lab.start(["sleep", "1000"]);
  lab.write("daemon.pid", `${other.pid}\n`);
  const daemon = await lab.daemon();
  assert.equal(lab.read("daemon.pid"), `${daemon.pid}\n`);
  daemon.kill();
  assert.equal(await daemon.end(), 0);
  assert.ok(isAlive(other.pid!));
});

test("of three that start at once beside a stale socket one runs; the others name its pid", async (lab) => {
  lab.config(program("web"));
  for (let round = 0; round < 6; round++) {
    fs.rmSync(lab.path("daemon.log"), { force: true });
    fs.rmSync(lab.path("daemon.out"), { force: true });
    const all = await Promise.all([1, 2, 3].map(() => lab.daemon([], { impatient: true })));
    const ended = new Map<Daemon, number | string>();
    for (const each of all) void each.end().then((status) => ended.set(each, status));
    await lab.until(() => ended.size === 2, "two are refused");
    assert.deepEqual([...ended.values()], [2, 2]);
    const winner = all.find((each) => !ended.has(each))!;
    await answering(lab, winner);
    await lab.until(() => lab.read("daemon.pid") === `${winner.pid}\n`, "its pidfile");
    const said = lab.read("daemon.out").match(/Another program .* held by pid \d+/g)!;
    assert.equal(said.length, 2);
    for (const each of said) assert.ok(each.endsWith(`pid ${winner.pid}`), each);
    assert.equal(lab.logged(/supervisord started/).length, 1);
    winner.kill("SIGKILL"); // leaves its socket and its pidfile to the next round
    await winner.end();
  }
});

test("who is slow to remove a stale socket does not remove the one that was quicker", async (lab) => {
  lab.config();
  const killed = await lab.daemon();
  killed.kill("SIGKILL");
  await killed.end();
  const calls = "unlink,unlinkat,rmdir";
  const slow = await lab.daemon([], {
    impatient: true,
    command: ["strace", "-D", "-f", "-o", lab.path("trace"), "-P", lab.socket]
      .concat("-e", `inject=${calls}:delay_enter=700000`, "-e", `trace=${calls}`)
      .concat(VISOR, "daemon", "-n", "-s", "-c", lab.conf),
  });
  await lab.until(() => /unlink/.test(lab.read("trace")), "the slow one is about to remove it");
  const quick = await lab.visor("daemon", "-n", "-c", lab.conf);
  assert.equal(quick.status, 2);
  assert.match(quick.stderr, new RegExp(`held by pid ${slow.pid}\\)`));
  await answering(lab, slow);
});

test("a daemon that is refused touches nothing: logs, socket and pidfile are as they were", async (lab) => {
  lab.config(program("web", "sh -c 'echo hello; exec sleep 1000'"));
  const daemon = await lab.daemon();
  const { stdout_logfile } = await lab.state("web", "RUNNING");
  await lab.until(() => fs.readFileSync(stdout_logfile, "utf8") === "hello\n", "its AUTO log");
  const paths = ["daemon.log", "daemon.pid", "s.sock"].map((name) => lab.path(name));
  const state = () =>
    [...paths, stdout_logfile].map((path) => {
      const { ino, mtimeMs, size, mode } = fs.lstatSync(path);
      return { path, ino, mtimeMs, size, mode };
    });
  const before = state();
  for (const args of [["-n"], []]) {
    const { status, stderr } = await lab.visor("daemon", ...args, "-c", lab.conf);
    assert.equal(status, 2);
    assert.ok(
      stderr.includes(`([unix_http_server] ${lab.socket}, held by pid ${daemon.pid})`),
    );
  }
  assert.deepEqual(state(), before);
  await answering(lab, daemon);
});

test("a daemon whose port is taken names who has it", async (lab) => {
  const port = await freePort();
  lab.config(section("inet_http_server", { port: `127.0.0.1:${port}` }));
  const daemon = await lab.daemon();
  lab.write("b.conf", `[supervisord]\nlogfile=/dev/null\n[inet_http_server]\nport=:${port}\n`);
  const { status, stderr } = await lab.visor("daemon", "-n", "-c", lab.path("b.conf"));
  assert.equal(status, 2);
  assert.ok(stderr.includes(`([inet_http_server] *:${port}, held by pid ${daemon.pid})`), stderr);
});

test("another user's socket that does not let us in is in use, not stale", async (lab) => {
  if (!isRoot) return skipAloud("another user needs root");
  fs.chmodSync(lab.dir, 0o777);
  lab.config();
  await lab.daemon();
  const before = inode(lab.socket);
  lab.write("b.conf", lab.read("s.conf").replaceAll("daemon.", "b.").replace("user=root\n", ""));
  const command = [VISOR, "daemon", "-n", "-c", lab.path("b.conf")];
  const { status, stderr } = await lab.run(command, { uid: NOBODY, gid: NOBODY });
  assert.equal(status, 2);
  assert.match(stderr, /Another program is already listening/);
  assert.equal(inode(lab.socket), before);
});

for (const [what, mode] of [["written to", 0o755], ["looked into", 0o700]] as const) {
  test(`a daemon ends in a folder that may not be ${what} any more`, async (lab) => {
    if (!isRoot) return skipAloud("another user needs root");
    fs.chmodSync(lab.dir, 0o777);
    lab.config(program("web"));
    lab.write("s.conf", lab.read("s.conf").replace("user=root\n", ""));
    fs.chmodSync(lab.conf, 0o644);
    const command = [VISOR, "daemon", "-n", "-c", lab.conf];
    const daemon = await lab.daemon([], { command, uid: NOBODY, gid: NOBODY });
    await lab.state("web", "RUNNING");
    fs.chmodSync(lab.dir, mode);
    daemon.kill();
    assert.equal(await daemon.end(), 0);
    assert.doesNotMatch(lab.log(), /CRIT unexpected/);
  });
}

test("more connections than descriptors: refused without haste, said once, and then served again", async (lab) => {
  lab.config(program("web"), "minfds=20");
  const command = ["sh", "-c", `ulimit -n 64; exec '${VISOR}' daemon -n -s -c '${lab.conf}'`];
  const daemon = await lab.daemon([], { command });
  await lab.state("web", "RUNNING");
  const held = Array.from({ length: 150 }, () => net.connect(lab.socket));
  let refused = 0;
  for (const each of held) {
    each.on("error", () => {});
    each.on("close", () => refused++);
  }
  lab.atEnd(() => held.forEach((each) => each.destroy()));
  await lab.until(() => refused > 90, "most are refused");
  const before = cpuSeconds(daemon.pid);
  await sleep(1000);
  assert.ok(cpuSeconds(daemon.pid) - before < 0.3, `${cpuSeconds(daemon.pid) - before} s`);
  held.forEach((each) => each.destroy());
  await answering(lab, daemon);
  assert.equal((await lab.info("web")).statename, "RUNNING");
  const said = lab.logged(/descriptors/);
  assert.equal(said.length, 1, `${said}`);
  assert.match(said[0]!, /^WARN \[unix_http_server\] refuses connections .*minfds=/);
});

test("with no descriptors left for pipes a program waits in BACKOFF, and starts when there are", async (lab) => {
  const names = Array.from({ length: 12 }, (_, i) => `p${i + 10}`);
  lab.config(
    names.map((name) => program(name, "sleep 1000", { startretries: 50 })).join(""),
    "minfds=20",
  );
  const command = ["sh", "-c", `ulimit -n 80; exec '${VISOR}' daemon -n -s -c '${lab.conf}'`];
  await lab.daemon([], { command });
  const { spawnerr } = await lab.state("p21", "BACKOFF");
  assert.equal(spawnerr, "too many open files to spawn 'p21'");
  const { stdout } = await lab.ctl("status");
  const running = stdout.split("\n").filter((line) => /RUNNING/.test(line));
  assert.ok(running.length > 0 && running.length < 12, stdout);
  for (const line of running) await lab.rpc("supervisor.stopProcess", line.split(" ")[0]!);
  await lab.state("p21", "RUNNING");
});

test("a pidfile of one's own in a folder of somebody else's is written and kept, not replaced", async (lab) => {
  if (!isRoot) return skipAloud("another user needs root");
  fs.chmodSync(lab.dir, 0o1777);
  fs.mkdirSync(lab.path("run"));
  lab.config("", "", "");
  const text = lab.read("s.conf").replace("/daemon.pid", "/run/d.pid").replace("user=root\n", "");
  fs.writeFileSync(lab.conf, text);
  lab.write("run/d.pid", "a longer line of yesterday\n");
  fs.chownSync(lab.path("run/d.pid"), NOBODY, NOBODY);
  const before = inode(lab.path("run/d.pid"));
  const daemon = await lab.daemon([], { uid: NOBODY, gid: NOBODY });
  assert.equal(lab.read("run/d.pid"), `${daemon.pid}\n`);
  assert.equal(inode(lab.path("run/d.pid")), before);
  assert.deepEqual(fs.readdirSync(lab.path("run")), ["d.pid"]);
  daemon.kill();
  assert.equal(await daemon.end(), 0);
});

test("a socket that cannot be made is told with its path and what to do", async (lab) => {
  fs.chmodSync(lab.dir, 0o755);
  fs.mkdirSync(lab.path("closed"), { mode: 0o755 });
  lab.write("file", "data");
  const long = `${lab.dir}/${"x".repeat(108 - lab.dir.length - 1)}`;
  const cases: [string, RegExp, object?][] = [
    [long, /errno\.ENAMETOOLONG \(36\) \(\[unix_http_server\] \/\S+ is too long; .* 107 bytes\)/],
    [`${lab.dir}/none/s`, /errno\.ENOENT \(2\) \(\S+ \S+\/none\/s: there is no folder \S+\/none\)/],
    [`${lab.dir}/file`, /errno\.EEXIST \(17\) \(\S+ \S+\/file is something else: move it away\)/],
  ];
  if (isRoot) {
    const nobody = { uid: NOBODY, gid: NOBODY };
    cases.push([`${lab.dir}/closed/s`, /EACCES \(13\) .*: user 65534 may not make it in/, nobody]);
  }
  for (const [path, said, options] of cases) {
    const text = `[supervisord]\nlogfile=/dev/null\npidfile=/dev/null\n[unix_http_server]\n`;
    const conf = lab.write("bad.conf", `${text}file=${path}\n`);
    const { status, stderr } = await lab.run([VISOR, "daemon", "-n", "-c", conf], options);
    assert.equal(status, 2);
    assert.match(stderr, said);
  }
  assert.equal(lab.read("file"), "data");
  assert.deepEqual(fs.readdirSync(lab.path("closed")), []);
});

test("on a read-only file system the pidfile is done without, and a socket is refused", async (lab) => {
  if (!isRoot) return skipAloud("a read-only file system needs root");
  fs.mkdirSync(lab.path("ro"));
  const readOnly = ["unshare", "-m", "sh", "-c"]
    .concat(`mount -t tmpfs -o ro none '${lab.path("ro")}'; exec "$@"`, "sh");
  const command = [...readOnly, VISOR, "daemon", "-n", "-s", "-c", lab.conf];
  lab.config();
  fs.writeFileSync(lab.conf, lab.read("s.conf").replace("/daemon.pid", "/ro/d.pid"));
  const daemon = await lab.daemon([], { command });
  assert.match(
    lab.logged(/CRIT could not write pidfile/).join(),
    /^CRIT could not write pidfile (\S+\/ro\/d\.pid): EROFS \(\1: \S+\/ro is read-only; name a file/,
  );
  daemon.kill();
  assert.equal(await daemon.end(), 0);
  fs.writeFileSync(lab.conf, lab.read("s.conf").replaceAll("/s.sock", "/ro/s.sock"));
  const { status, stderr } = await lab.run(command);
  assert.equal(status, 2);
  assert.match(stderr, /EROFS \(30\) .*\/ro\/s\.sock: \S+\/ro is read-only; name a file elsewhere/);
});

test("links that another user planted in a shared folder lead nowhere; root's own are followed", async (lab) => {
  if (!isRoot) return skipAloud("another user needs root");
  fs.chmodSync(lab.dir, 0o1777);
  for (const name of ["s.sock", "daemon.pid"]) {
    lab.write(`victim.${name}`, "precious", 0o600);
    fs.symlinkSync(lab.path(`victim.${name}`), lab.path(name));
    fs.lchownSync(lab.path(name), NOBODY, NOBODY);
  }
  lab.config("", "", "chmod=0777\nchown=nobody:nogroup\n");
  const daemon = await lab.daemon();
  assert.match(
    lab.logged(/pidfile/).join(),
    /ELOOP \(\S+daemon\.pid is a link that somebody else made: remove it\)/,
  );
  for (const name of ["s.sock", "daemon.pid"]) {
    const { uid, mode } = fs.statSync(lab.path(`victim.${name}`));
    assert.deepEqual([uid, mode & 0o777, lab.read(`victim.${name}`)], [0, 0o600, "precious"]);
  }
  daemon.kill();
  await daemon.end();
  fs.rmSync(lab.path("daemon.pid"));
  fs.mkdirSync(lab.path("real"));
  fs.symlinkSync("real", lab.path("run")); // as /var/run is
  fs.symlinkSync("run/behind.pid", lab.path("daemon.pid"));
  fs.writeFileSync(lab.conf, lab.read("s.conf").replaceAll("/s.sock", "/run/s.sock"));
  const second = await lab.daemon([], { impatient: true });
  await lab.until(() => lab.read("real/behind.pid") === `${second.pid}\n`, "the pidfile");
  assert.equal((await lab.ctl("pid")).stdout, `${second.pid}\n`);
});

test("a socket can be given away where the daemon may not act on other users' files", async (lab) => {
  if (!isRoot) return skipAloud("giving away needs root");
  lab.config("", "", "chmod=0660\nchown=nobody:nogroup\n");
  const command = ["setpriv", "--bounding-set", "-fowner", VISOR, "daemon", "-n", "-c", lab.conf];
  const daemon = await lab.daemon([], { command });
  assert.equal(BigInt(`0x${procStatus(daemon.pid, "CapEff")}`) & 8n, 0n);
  const { uid, gid, mode } = fs.statSync(lab.socket);
  assert.deepEqual([uid, gid, mode & 0o7777], [NOBODY, NOBODY, 0o660]);
});
