import assert from "node:assert/strict";
import { labTests, VISOR } from "./support/lab.ts";

const test = labTests();

test("--check reports every mistake with file and line, and runs nothing", async (lab) => {
  lab.write(
    "bad.conf",
    `[supervisord]
logfile={dir}/x.log
loglevel=loud
nodeamon=true
[program:a]
comand=cat
[program:b]
command=cat
startsecs=soon
autostart=perhaps
stopsignal=NOPE
user=nosuchuser
environment=A="%(nope)s"
[progam:c]
command=cat
[group:g]
programs=b,ghost
[eventlistener:e]
command=cat
events=TICK_7
this is no option
`,
  );
  const { status, stdout, stderr } = await lab.visor(
    "daemon",
    "--check",
    "-c",
    lab.path("bad.conf"),
  );
  assert.equal(status, 2);
  assert.equal(stdout, "");
  const lines = stderr.trim().split("\n");
  const places: [number, RegExp][] = [
    [3, /loglevel.*"loud"/],
    [4, /nodeamon.*did you mean nodaemon\?/],
    [5, /\[program:a\] command: is missing/],
    [6, /comand.*did you mean command\?/],
    [9, /startsecs.*"soon"/],
    [10, /autostart.*"perhaps"/],
    [11, /stopsignal.*"NOPE"/],
    [12, /user.*"nosuchuser"/],
    [13, /environment.*"nope"/],
    [14, /\[progam:c\].*did you mean \[program:c\]\?/],
    [17, /\[group:g\].*ghost/],
    [20, /TICK_7.*did you mean TICK_5\?/],
    [21, /this is no option/],
  ];
  for (const [line, said] of places) {
    const found = lines.filter((each) => each.startsWith(`${lab.path("bad.conf")}:${line}: `));
    assert.equal(found.length, 1, `line ${line} in\n${stderr}`);
    assert.match(found[0]!, said);
  }
  assert.equal(lines.length, places.length);
});

test("--check of a sound config says so, and status 0", async (lab) => {
  lab.config("[program:a]\ncommand=cat\n");
  const { status, stdout, stderr } = await lab.visor("daemon", "--check", "-c", lab.conf);
  assert.deepEqual({ status, stdout, stderr }, {
    status: 0,
    stdout: `${lab.conf}: no mistakes found\n`,
    stderr: "",
  });
});

test("--check --dump prints what is in effect as JSON: defaults, expansions, the command line", async (lab) => {
  lab.config(`[program:w]
command=sleep %(process_num)d %(ENV_HOW_LONG)s
numprocs=2
process_name=%(program_name)s-%(process_num)02d
environment=A="x,y"
`);
  const { status, stdout } = await lab.run(
    [...visorCheck(lab.conf), "--dump", "--loglevel=debug"],
    { env: { HOW_LONG: "99" } },
  );
  assert.equal(status, 0);
  const { supervisord, groups } = JSON.parse(stdout);
  assert.equal(supervisord.loglevel, "debug");
  assert.equal(supervisord.minfds, 1024);
  assert.deepEqual(groups.map((group: { name: string }) => group.name), ["w"]);
  const [first, second] = groups[0].processes;
  assert.equal(first.command, "sleep 0 99");
  assert.equal(second.name, "w-01");
  assert.deepEqual(first.environment, { A: "x,y" });
  assert.equal(first.stopwaitsecs, 10);
});

test("--check --elsewhere asks this machine about no user and no folder", async (lab) => {
  lab.config(`[program:w]
command=/opt/app/run %(host_node_name)s
user=appuser
directory=/opt/app
stdout_logfile=/var/log/no/such/app.log
`);
  const here = await lab.run(visorCheck(lab.conf));
  assert.equal(here.status, 2);
  assert.match(here.stderr, /appuser[^]*\/var\/log\/no\/such/);
  const elsewhere = await lab.run([
    ...visorCheck(lab.conf),
    "--elsewhere",
    "--dump",
    "--hostname=far",
  ]);
  assert.equal(elsewhere.status, 0, elsewhere.stderr);
  assert.equal(JSON.parse(elsewhere.stdout).groups[0].processes[0].command, "/opt/app/run far");
});

test("a mistake in an included file is reported with that file, in a check, at start and at reread", async (lab) => {
  lab.config("[include]\nfiles=conf.d/*.conf\n");
  lab.write("conf.d/one.conf", "[program:one]\ncommand=cat\n");
  await lab.daemon();
  lab.write("conf.d/two.conf", "[program:two]\ncommand=cat\npriority=high\n");
  const place = lab.path("conf.d/two.conf");
  const check = await lab.run(visorCheck(lab.conf));
  assert.equal(check.status, 2);
  assert.ok(check.stderr.startsWith(`${place}:3: [program:two] priority:`), check.stderr);
  const reread = await lab.ctl("reread");
  assert.equal(reread.status, 1);
  assert.match(reread.stdout, /^ERROR: CANT_REREAD: .*'high'/);
  assert.match((await lab.ctl("status")).stdout, /^one +(STARTING|RUNNING)/);
  lab.write("conf.d/two.conf", "[program:two]\ncommand=cat\nbroken\n");
  assert.match((await lab.run(visorCheck(lab.conf))).stderr, /two\.conf:3: /);
  assert.equal((await lab.ctl("update")).status, 1);
  lab.write("conf.d/two.conf", "[program:two]\ncommand=cat\n");
  assert.equal((await lab.ctl("update")).stdout, "two: added process group\n");
});

test("an include that matches nothing is a warning, in a check and in the log", async (lab) => {
  lab.config("[include]\nfiles=none/*.conf\n");
  const check = await lab.run(visorCheck(lab.conf));
  assert.equal(check.status, 0);
  assert.match(check.stderr, /no file matches .*none\/\*\.conf/);
  await lab.daemon();
  assert.deepEqual(lab.logged(/No file matches/), [
    `WARN No file matches via include "${lab.path("none/*.conf")}"`,
  ]);
});

test("a config that is missing, a folder, empty or no text is refused by name", async (lab) => {
  lab.write("empty.conf", "");
  lab.write("nul.conf", "[supervisord]\n\0\x01\x02");
  for (const name of ["missing.conf", "", "empty.conf"]) {
    for (const mode of [["--check"], ["-n"], []]) {
      const { status, stderr } = await lab.visor("daemon", ...mode, "-c", lab.path(name));
      assert.equal(status, 2, `${name} ${mode}`);
      assert.ok(stderr.includes(lab.path(name)) || stderr.includes("supervisord section"), stderr);
      assert.doesNotMatch(stderr, /^\s+at /m);
    }
  }
  assert.equal((await lab.visor("daemon", "--check", "-c", lab.path("nul.conf"))).status, 2);
});

test("wrong options of the daemon are named, with status 2", async (lab) => {
  lab.config();
  const cases: [string[], RegExp][] = [
    [["--nope"], /option --nope not recognized/],
    [["-n", "-n"], /conflicting command line option '-n'/],
    [["extra"], /positional arguments are not supported: \['extra'\]/],
    [["-e", "loud"], /invalid value for -e 'loud': bad logging level name 'loud'/],
    [["-y", "1X"], /invalid value for -y '1X'/],
  ];
  for (const [words, said] of cases) {
    const { status, stderr } = await lab.visor("daemon", "-c", lab.conf, ...words);
    assert.equal(status, 2);
    assert.match(stderr, said);
  }
});

test("a config of five thousand programs is checked and dumped in seconds", async (lab) => {
  const sections = Array.from(
    { length: 5000 },
    (_, i) =>
      `[program:p${i}]\ncommand=/bin/sleep %(process_num)d\nenvironment=N="${i}",B="%(here)s"\nautostart=false\n`,
  );
  lab.config(sections.join(""));
  const started = performance.now();
  const { status, stdout } = await lab.run([...visorCheck(lab.conf), "--dump"]);
  assert.equal(status, 0);
  assert.equal(JSON.parse(stdout).groups.length, 5000);
  assert.ok(performance.now() - started < 10_000, `${performance.now() - started} ms`);
});

function visorCheck(conf: string): string[] {
  return [VISOR, "daemon", "--check", "-c", conf];
}
