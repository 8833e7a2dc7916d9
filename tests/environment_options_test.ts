/** Variables from files, a bare environment, and defaults for all programs. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import fs from "node:fs";
import { fileURLToPath } from "node:url";
import {
  isRoot,
  type Lab,
  labTests,
  program,
  readProc,
  section,
  skipAloud,
  VISOR,
} from "./support/lab.ts";
import { writeCall } from "../src/rpc/write_xml.ts";

const test = labTests();

const SUPERVISORD = "/usr/bin/supervisord";
const EXAMPLE = fileURLToPath(new URL("examples/environment/", import.meta.url));

function variablesOf(pid: number): Map<string, string> {
  const entries = readProc(pid, "environ").split("\0").filter(Boolean);
  return new Map(entries.map((entry) => {
    const equals = entry.indexOf("=");
    return [entry.slice(0, equals), entry.slice(equals + 1)];
  }));
}

/** A process that is up, and what it was started with. */
async function started(lab: Lab, name: string): Promise<Map<string, string>> {
  const { pid } = await lab.state(name, "RUNNING");
  return await lab.until(() => {
    const variables = variablesOf(pid);
    return variables.has("SUPERVISOR_ENABLED") ? variables : undefined;
  }, "it has been executed");
}

test("the example of variables from files does what it says", async (lab) => {
  fs.cpSync(EXAMPLE, lab.path("example"), { recursive: true });
  const conf = lab.path("example/supervisord.conf");
  await lab.daemon([], {
    command: [VISOR, "daemon", "-c", conf],
    env: { LANG: "C", NOISE: "1" },
    impatient: true,
  });
  const [web, worker] = await Promise.all(["web", "worker"].map(async (name) => {
    const spawned = new RegExp(`spawned: '${name}' with pid (\\d+)`);
    return Number(await lab.until(() => spawned.exec(lab.read("daemon.out"))?.[1], "a pid"));
  }));
  await lab.until(() => lab.read("example/web.log") === "Hello $USER, port 8080\n", "web");
  await lab.until(() => lab.read("example/worker.log") === "Hello $USER from worker\n", "worker");
  const expected = ["API_TOKEN", "CERTIFICATE", "GREETING", "LANG", "PATH", "PORT"];
  const variables = variablesOf(web!);
  const others = [...variables.keys()].filter((name) => !/^(SUPERVISOR_|PWD$)/.test(name));
  assert.deepEqual(others.sort(), expected);
  assert.equal(variables.get("API_TOKEN"), "s3cret");
  assert.match(variables.get("CERTIFICATE")!, /^-----BEGIN-----\n.*\n-----END-----$/);
  assert.equal(variablesOf(worker!).has("API_TOKEN"), false);
  const { status, stdout, stderr } = await lab.visor("daemon", "--check", "-c", conf);
  assert.equal(status, 0, stdout + stderr);
});

test("a program waits for a file that is missing, and a restart takes what is in it by then", async (lab) => {
  lab.config(
    program("web", "sleep 1000", {
      environment_from: "KEY:{dir}/key",
      environment_file: "web.env",
      environment: 'MODE="own"',
      startretries: 100,
    }) + program("other"),
  );
  lab.write("web.env", "MODE=file\nHOST=file\n");
  await lab.daemon();
  const reason = `cannot set the environment of 'web': ${lab.path("key")}: there is no such file`;
  const { spawnerr } = await lab.state("web", "BACKOFF");
  assert.equal(spawnerr, reason);
  assert.ok((await lab.ctl("status", "web")).stdout.includes(`BACKOFF   ${reason}`));
  lab.write("key", "one\n");
  const first = await started(lab, "web");
  assert.deepEqual(["KEY", "MODE", "HOST"].map((name) => first.get(name)), ["one", "own", "file"]);
  lab.write("key", "two");
  lab.write("web.env", "\ufeffexport HOST='new'\r\n");
  assert.equal((await lab.ctl("update")).stdout, ""); // nothing that needs a reread
  assert.equal((await lab.ctl("restart", "web")).stdout, "web: stopped\nweb: started\n");
  const second = await started(lab, "web");
  assert.deepEqual(["KEY", "MODE", "HOST"].map((name) => second.get(name)), ["two", "own", "new"]);
  await lab.state("other", "RUNNING");
});

test("files that cannot be read hold nobody up: pipes, devices, folders, files without an end", async (lab) => {
  const { status } = spawnSync("mkfifo", [lab.path("pipe")]);
  assert.equal(status, 0);
  fs.mkdirSync(lab.path("folder"));
  lab.write("large", "#".repeat(2_000_000));
  const files = { pipe: "{dir}/pipe", device: "/dev/zero", folder: "folder", large: "large" };
  const sections = Object.entries(files).flatMap(([name, path]) => [
    program(`${name}_file`, "cat", { environment_file: `-${path}`, startretries: 0 }),
    program(`${name}_from`, "cat", { environment_from: `A:${path}`, startretries: 0 }),
  ]);
  lab.config(sections.join(""));
  await lab.daemon();
  for (const name of Object.keys(files)) {
    const sizes = { _file: "1024 KiB", _from: "128 KiB" };
    for (const [kind, size] of Object.entries(sizes)) {
      const { spawnerr } = await lab.state(name + kind, "FATAL");
      const what = name === "large" ? `is larger than ${size}` : "is no regular file";
      assert.ok(spawnerr.endsWith(`: ${what}`), spawnerr);
    }
  }
});

test("root reads a secret for a program that may not, and tells of files that others can change", async (lab) => {
  if (!isRoot) return skipAloud("a secret of root's needs root");
  fs.chmodSync(lab.dir, 0o755);
  lab.write("key", "s3cret", 0o400);
  lab.write("web.env", "HOST=x", 0o666);
  const options = { user: "nobody", environment_from: "KEY:key", environment_file: "web.env" };
  lab.config(program("web", "sleep 1000", options));
  await lab.daemon();
  assert.equal((await started(lab, "web")).get("KEY"), "s3cret");
  const doubt = `is read by root, and can be changed by everybody: chmod go-w ${lab.dir}/web.env`;
  assert.deepEqual(lab.logged(/is read by root/), [`WARN ${lab.dir}/web.env ${doubt}`]);
});

test("[program-defaults] is for every program, also one that is added, and an update follows it", async (lab) => {
  const sections =
    section("program-defaults", { environment: 'MODE="one",NAME="%(program_name)s"' }) +
    program("a") + program("b", "sleep 1000", { environment: 'MODE="own"' }) +
    section("eventlistener:l", { command: "cat", events: "TICK_3600" });
  lab.config(sections + section("include", { files: "*.inc" }));
  await lab.daemon();
  const mode = async (name: string) => {
    const variables = await started(lab, name);
    return `${variables.get("MODE")} ${variables.get("NAME")}`;
  };
  assert.deepEqual(
    [await mode("a"), await mode("b"), await mode("l")],
    ["one a", "own undefined", "one l"],
  );
  lab.write("d.inc", program("d") + section("program-defaults", { environment: 'MODE="two"' }));
  assert.equal((await lab.ctl("reread")).stdout, "a: changed\nd: available\nl: changed\n");
  assert.equal((await lab.ctl("update")).status, 0);
  assert.deepEqual([await mode("a"), await mode("d")], ["two undefined", "two undefined"]);
});

test("Supervisor starts with the same file, and does what it would without them", async (lab) => {
  if (!fs.existsSync(SUPERVISORD)) return skipAloud("Debian's supervisor is not installed");
  const options = {
    environment_file: "none.env",
    environment_from: "A:none",
    environment_clear: "true",
    environment_keep: "PATH",
  };
  const defaults = { startretries: 0, autostart: "false", environment: "A=1", nonsense: 1 };
  lab.config(section("program-defaults", defaults) + program("web", "sleep 1000", options));
  lab.start([SUPERVISORD, "-n", "-c", lab.conf], { stdio: "ignore" });
  const variables = await started(lab, "web");
  assert.equal(variables.has("A"), false);
  assert.ok(variables.has("VISOR_LAB"));
});

const SECRETS = ["s3cret-in-environment-file", "s3cret-in-its-second-line", "s3cret-in-a-file"];
const SPOILT = "s3cret-where-something-is-wrong";

test("no page, call, command, log or message tells a value", async (lab) => {
  lab.write("good.env", `A='${SECRETS[0]}\n${SECRETS[1]}'\n`);
  lab.write("key", `${SECRETS[2]}\n`);
  lab.write("unclosed.env", `B="${SPOILT}\n`);
  lab.write("name.env", `${SPOILT}\n`);
  lab.write("value.env", `A=1\n${SPOILT}/x=${SPOILT}\n`);
  lab.write("after.env", `A="1" ${SPOILT}\n`);
  lab.write("nul", `${SPOILT}\0`);
  lab.write("long", SPOILT.repeat(10_000));
  lab.write("long.env", `A=${SPOILT.repeat(10_000)}`);
  const good = { environment_file: "good.env", environment_from: "KEY:key" };
  const bad = { startsecs: 1, startretries: 0 };
  const faults = {
    unclosed: { environment_file: "unclosed.env" },
    name: { environment_file: "name.env" },
    value: { environment_file: "value.env" },
    after: { environment_file: "after.env" },
    long_file: { environment_file: "long.env" },
    nul: { environment_from: "KEY:nul" },
    long: { environment_from: "KEY:long" },
    missing: { ...good, command: "/no/such/program" },
    elsewhere: { ...good, directory: "/no/such/folder" },
    not_run: { ...good, command: lab.script("not_run", "#!/no/such/interpreter\n") },
    ends: { ...good, command: "false" },
  };
  const sections = Object.entries(faults).map(([name, options]) =>
    section(`program:${name}`, { command: "cat", ...bad, ...options })
  );
  lab.config(program("good", "sleep 1000", good) + sections.join(""), "loglevel=blather");
  const daemon = await lab.daemon();
  const variables = await started(lab, "good");
  assert.equal(variables.get("A"), `${SECRETS[0]}\n${SECRETS[1]}`);
  assert.equal(variables.get("KEY"), SECRETS[2]);
  for (const name of Object.keys(faults)) await lab.state(name, "FATAL");

  const heard: string[] = [];
  const commands = [
    "status",
    "avail",
    "reread",
    "maintail",
    "tail good",
    "tail ends stderr",
    "pid",
  ];
  for (const words of commands) {
    const { stdout, stderr } = await lab.ctl(...words.split(" "));
    heard.push(stdout + stderr);
  }
  for (const words of [["--check"], ["--check", "--dump"]]) {
    const { stdout, stderr } = await lab.visor("daemon", ...words, "-c", lab.conf);
    heard.push(stdout + stderr);
  }
  const paths = ["/", "/tail.html?processname=good", "/api/v1/processes"];
  for (const path of paths) heard.push((await lab.http("GET", path)).body);
  for (const method of ["getAllProcessInfo", "getAllConfigInfo", "getState"]) {
    const call = writeCall(`supervisor.${method}`, []);
    heard.push((await lab.http("POST", "/RPC2", call)).body);
  }
  heard.push((await lab.ctl("start", "unclosed")).stdout, (await lab.ctl("start", "nul")).stdout);
  const logs = fs.readdirSync(lab.dir).filter((name) => /\.log|\.out$/.test(name));
  assert.ok(logs.length > 10, String(logs)); // the programs' own as well
  heard.push(...logs.map((name) => lab.read(name)), readProc(daemon.pid, "cmdline"));

  const all = heard.join("\n");
  assert.match(all, /name\.env:1: expected NAME=value/);
  assert.match(all, /KEY is longer than a variable may be|is larger than 128 KiB/);
  assert.deepEqual([...SECRETS, SPOILT].filter((secret) => all.includes(secret)), []);
});
