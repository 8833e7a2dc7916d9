import assert from "node:assert/strict";
import fs from "node:fs";
import { basename } from "node:path";
import {
  have,
  isAlive,
  type Lab,
  labTests,
  program,
  signal,
  skipAloud,
  VISOR,
} from "./support/lab.ts";

const test = labTests();

test("echo-conf prints a config that is valid as it stands and starts nothing", async (lab) => {
  const { status, stdout } = await lab.visor("echo-conf");
  assert.equal(status, 0);
  for (const name of ["program", "group", "eventlistener", "include", "inet_http_server"]) {
    assert.match(stdout, new RegExp(`^;\\[${name}`, "m"));
  }
  lab.write("sample.conf", stdout);
  const check = await lab.visor("daemon", "--check", "-c", lab.path("sample.conf"));
  assert.deepEqual({ status: check.status, stderr: check.stderr }, { status: 0, stderr: "" });
  const dump = await lab.visor("daemon", "--check", "--dump", "-c", lab.path("sample.conf"));
  assert.deepEqual(JSON.parse(dump.stdout).groups, []);
});

test("every option that echo-conf names is one that visor knows, and its value is allowed", async (lab) => {
  const { stdout } = await lab.visor("echo-conf");
  const all = stdout.replace(/^;(?:\+ )?(\[|\w[\w.]* ?=)/gm, "$1")
    .replace(
      /^(chown|user|socket_owner|directory|\w*logfile|files|programs|command|events|serverurl)\s*=.*$/gm,
      (line) =>
        ({
          programs: "programs=theprogramname",
          events: "events=TICK_60",
          command: "command=/bin/cat",
        } as Record<string, string>)[
          line.split("=")[0]!.trim()
        ] ?? "",
    );
  lab.write("all.conf", all);
  const { stderr } = await lab.visor(
    "daemon",
    "--check",
    "--elsewhere",
    "-c",
    lab.path("all.conf"),
  );
  assert.doesNotMatch(stderr, /no such option|no section of this kind/);
});

test("the demo config runs: three programs, one of them hopeless", async (lab) => {
  const { stdout } = await lab.visor("echo-conf", "--demo");
  lab.write("demo.conf", stdout);
  const check = await lab.visor("daemon", "--check", "-c", lab.path("demo.conf"));
  assert.deepEqual({ status: check.status, stderr: check.stderr }, { status: 0, stderr: "" });
  const daemon = await lab.daemon([], {
    impatient: true,
    command: [VISOR, "daemon", "-n", "-c", lab.path("demo.conf")],
  });
  const ctl = (...words: string[]) => lab.visor("ctl", "-c", lab.path("demo.conf"), ...words);
  await lab.until(
    async () => /ticker +RUNNING/.test((await ctl("status")).stdout),
    "the ticker runs",
  );
  assert.match(
    (await ctl("status")).stdout,
    /^crasher +[A-Z]+.*\nhopeless +[A-Z]+.*\nticker +RUNNING/,
  );
  await lab.until(async () => /tick 1/.test((await ctl("tail", "ticker")).stdout), "it ticks");
  assert.equal((await ctl("shutdown")).stdout, "Shut down\n");
  assert.equal(await daemon.end(), 0);
});

test("called by one of Supervisor's names, visor is that command", async (lab) => {
  lab.config(program("web"));
  for (const name of ["supervisord", "supervisorctl", "echo_supervisord_conf", "pidproxy"]) {
    fs.symlinkSync(VISOR, lab.path(name));
  }
  assert.equal((await lab.run([lab.path("supervisord"), "-v"])).stdout, "4.3.0\n");
  assert.match((await lab.run([lab.path("echo_supervisord_conf")])).stdout, /\[supervisord\]/);
  const usage = await lab.run([lab.path("pidproxy")]);
  assert.equal(usage.status, 1);
  assert.match(usage.stdout, /Usage: .*pidproxy <pidfile name>/);
  // The link is followed, found in PATH, and named in errors.
  const misuse = await lab.run(["sh", "-c", "supervisord --nope"], {
    env: { PATH: `${lab.dir}:/usr/bin:/bin` },
  });
  assert.equal(
    misuse.stderr,
    "Error: option --nope not recognized\nFor help, use supervisord -h\n",
  );
  assert.deepEqual(await lab.run([lab.path("supervisord"), "-c", lab.conf]), {
    status: 0,
    stdout: "",
    stderr: "",
  });
  const pid = Number(lab.read("daemon.pid"));
  lab.atEnd(() => signal(pid, "SIGKILL"));
  assert.match(
    (await lab.run([lab.path("supervisorctl"), "-c", lab.conf, "status"])).stdout,
    /^web +RUNNING/,
  );
  assert.equal((await lab.run([lab.path("supervisorctl"), "-c", lab.conf, "shutdown"])).status, 0);
  await lab.until(() => !isAlive(pid), "it ends");
});

test("a config is searched beside the executable's folder, in the cwd and in /etc, in that order", async (lab) => {
  fs.mkdirSync(lab.path("usr/bin"), { recursive: true });
  fs.mkdirSync(lab.path("usr/etc"));
  fs.symlinkSync(VISOR, lab.path("usr/bin/supervisord"));
  const run = () => lab.run([lab.path("usr/bin/supervisord"), "--check"], { cwd: lab.dir });
  lab.write("supervisord.conf", "[supervisord]\n");
  assert.match((await run()).stdout, /supervisord\.conf: no mistakes/);
  lab.write("usr/etc/supervisord.conf", "[supervisord]\nloglevel=first\n");
  assert.match((await run()).stderr, /usr\/etc\/supervisord\.conf:2: /);
});

test("visor says its version, its commands, and what it does not know", async (lab) => {
  assert.match((await lab.visor("--version")).stdout, /^visor \d+\.\d+\.\d+ \(.*\)\n$/);
  const help = await lab.visor("--help");
  assert.equal(help.status, 0);
  for (const name of ["daemon", "ctl", "echo-conf", "pidproxy", "completions"]) {
    assert.match(help.stdout, new RegExp(`^  ${name} `, "m"));
    const { status, stdout, stderr } = await lab.visor(name, "--help");
    assert.ok([0, 1].includes(status as number), `${name}: ${status} ${stderr}`);
    assert.ok(stdout.length > 0);
  }
  const unknown = await lab.visor("nonsense");
  assert.equal(unknown.status, 2);
  assert.match(unknown.stderr, /^Error: there is no command 'nonsense'/);
  const nothing = await lab.visor();
  assert.equal(nothing.status, 2);
  assert.match(nothing.stderr, /^Usage: visor COMMAND/);
});

test("a .env, bunfig.toml or package.json in the folder does not change visor", async (lab) => {
  lab.write(".env", "FOO=fromdotenv\nVISOR_DETACHED=daemon\n");
  lab.write("bunfig.toml", 'preload = ["./evil.ts"]\n');
  lab.write("evil.ts", "console.log('evil')\n");
  lab.write("package.json", "{ not json");
  lab.write("tsconfig.json", "{ not json");
  assert.match((await lab.visor("--version")).stdout, /^visor /);
  lab.config(
    program("web", "sh -c 'echo \"<$FOO>\"; exec sleep 1000'", { stdout_logfile: "{dir}/out" }),
  );
  await lab.daemon();
  await lab.until(() => lab.read("out") === "<>\n", "its environment");
});

test("pidproxy hands signals on to the pid in the pidfile and ends with its command", async (lab) => {
  lab.script(
    "real",
    `#!/bin/sh\ntrap 'echo HUP >> {dir}/got' HUP\ntrap 'echo TERM >> {dir}/got; exit' TERM\necho $$ > {dir}/real.pid\nwhile :; do sleep 0.05; done\n`,
  );
  lab.script("launch", "#!/bin/sh\n{dir}/real & exec sleep 1000\n");
  const proxy = lab.start([VISOR, "pidproxy", lab.path("real.pid"), lab.path("launch")], {
    stdio: "ignore",
  });
  const ended = new Promise<number | null>((resolve) => proxy.once("exit", resolve));
  await lab.until(() => /^\d+\n$/.test(lab.read("real.pid")), "the pidfile");
  process.kill(proxy.pid!, "SIGHUP");
  await lab.until(() => lab.read("got") === "HUP\n", "HUP arrives");
  process.kill(proxy.pid!, "SIGTERM");
  await lab.until(() => lab.read("got") === "HUP\nTERM\n", "TERM arrives");
  assert.equal(await ended, 0);
  assert.equal((await lab.run([VISOR, "pidproxy", lab.path("real.pid"), "/bin/true"])).status, 0);
});

test("the completions for bash offer commands, options, actions and the daemon's programs", async (lab) => {
  lab.config(program("webserver") + program("worker"));
  await lab.daemon();
  const script = await completions(lab, "bash");
  const offered = async (line: string) => {
    const words = line.split(" ").map((word) => `'${word}'`).join(" ");
    const run =
      `PATH=${lab.dir}:$PATH; . '${script}'; COMP_WORDS=(${words}); COMP_CWORD=$((\${#COMP_WORDS[@]} - 1)); COMP_LINE='${line}'; COMP_POINT=\${#COMP_LINE}; _visor visor; printf '%s\\n' "\${COMPREPLY[@]}"`;
    const { stdout, stderr } = await lab.run(["bash", "-c", run]);
    assert.equal(stderr, "");
    return stdout.split("\n").map((word) => word.trim()).filter((word) => word !== "");
  };
  assert.deepEqual((await offered("visor ")).toSorted(), [
    "completions",
    "ctl",
    "daemon",
    "echo-conf",
    "pidproxy",
  ]);
  assert.ok((await offered("visor daemon --no")).includes("--nodaemon"));
  assert.ok((await offered("visor ctl re")).includes("restart"));
  assert.deepEqual(await offered(`visor ctl -c ${lab.conf} stop w`), ["webserver", "worker"]);
});

for (const shell of ["bash", "zsh", "fish"]) {
  test(`the completions for ${shell} are a script that ${shell} can read`, async (lab) => {
    const script = await completions(lab, shell);
    if (!have(shell)) return skipAloud(`${shell} is not installed`);
    const check = shell === "fish" ? ["fish", "--no-execute", script] : [shell, "-n", script];
    assert.deepEqual(await lab.run(check), { status: 0, stdout: "", stderr: "" });
  });
}

test("completions for an unknown shell are refused", async (lab) => {
  const { status, stderr } = await lab.visor("completions", "tcsh");
  assert.equal(status, 2);
  assert.match(stderr, /bash, zsh, fish/);
});

/** Writes a shell's script, and a link called visor for it to ask. */
async function completions(lab: Lab, shell: string): Promise<string> {
  const { status, stdout } = await lab.visor("completions", shell);
  assert.equal(status, 0);
  if (!fs.existsSync(lab.path("visor"))) fs.symlinkSync(VISOR, lab.path("visor"));
  return lab.write(`completion.${basename(shell)}`, stdout);
}
