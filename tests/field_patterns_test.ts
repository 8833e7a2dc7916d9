/** How people and tools use Supervisor, and visor in its place. */
import assert from "node:assert/strict";
import fs from "node:fs";
import { fileURLToPath } from "node:url";
import {
  descriptorsOf,
  hasChildutils,
  type Lab,
  labTests,
  program,
  type Ran,
  section,
  signal,
  skipAloud,
  VISOR,
} from "./support/lab.ts";

const test = labTests();

const DEPENDENT_STARTUP = fileURLToPath(
  new URL("fixtures/python/dependent_startup.py", import.meta.url),
);

/** The listener of the supervisor-stdout package: gives every event back as its result. */
const RELAY = `#!/usr/bin/python3
import sys
def say(text):
    sys.stdout.write(text)
    sys.stdout.flush()
while True:
    say("READY\\n")
    headers = dict(word.split(":") for word in sys.stdin.readline().split())
    data = sys.stdin.read(int(headers["len"]))
    say("RESULT %d\\n%s" % (len(data.encode()), data))
`;

/** Options of a program in a switch's container. */
const inSwitch = (priority: number, waitFor = "") => ({
  priority,
  autostart: "false",
  autorestart: "false",
  stdout_logfile: "NONE",
  stdout_syslog: "true",
  stderr_logfile: "NONE",
  stderr_syslog: "true",
  dependent_startup: "true",
  ...(waitFor === "" ? {} : { dependent_startup_wait_for: waitFor }),
});

test("a container whose listeners start programs in order, and end it when one fails", async (lab) => {
  if (!hasChildutils()) return skipAloud("supervisor.childutils is not installed");
  lab.script(
    "proc-exit-listener",
    `#!/bin/sh
    echo READY
    while read -r header; do
      length=\${header##*len:}
      payload=$(dd bs=1 count="$length" 2>/dev/null)
      case $payload in *processname:syncd*expected:0*) kill -TERM "$PPID" ;; esac
      printf 'RESULT 2\\nOKREADY\\n'
    done
    `,
  );
  lab.config(
    section("eventlistener:dependent-startup", {
      command: `/usr/bin/python3 ${DEPENDENT_STARTUP} {dir}/s.conf`,
      autostart: "true",
      autorestart: "unexpected",
      startretries: 0,
      exitcodes: "0,3",
      events: "PROCESS_STATE",
    }) + section("eventlistener:supervisor-proc-exit-listener", {
      command: "{dir}/proc-exit-listener --container-name syncd",
      events: "PROCESS_STATE_EXITED,PROCESS_STATE_RUNNING,PROCESS_STATE_FATAL",
      autostart: "true",
      autorestart: "unexpected",
      buffer_size: 1024,
    }) +
      program("syncd", "sleep 1000", inSwitch(3, "start:exited rsyslogd:running")) +
      program("start", "sh -c 'sleep 0.2'", inSwitch(2, "rsyslogd:running")) +
      program("rsyslogd", "sleep 1000", inSwitch(1)),
  );
  const daemon = await lab.daemon();
  const { pid } = await lab.state("syncd", "RUNNING");
  const started = lab.logged(/^INFO spawned: '(rsyslogd|start|syncd)'|exited: start/);
  assert.deepEqual(
    started.map((line) => /(spawned|exited): '?(\w+)/.exec(line)!.slice(1).join(" ")),
    [
      "spawned rsyslogd",
      "spawned start",
      "exited start",
      "spawned syncd",
    ],
  );
  signal(pid, "SIGKILL");
  assert.equal(await daemon.end(), 0);
  assert.match(lab.log(), /exited: syncd[^]*received SIGTERM/);
});

test("a container prints its programs' output through supervisor_stdout", async (lab) => {
  lab.script("supervisor_stdout", RELAY);
  lab.config(
    program("web", "sh -c 'echo hello; echo oops >&2; exec sleep 1000'", {
      stdout_events_enabled: "true",
      stderr_events_enabled: "true",
      stdout_logfile: "NONE",
      stderr_logfile: "NONE",
    }) + section("eventlistener:stdout", {
      command: "{dir}/supervisor_stdout",
      buffer_size: 100,
      events: "PROCESS_LOG",
      result_handler: "supervisor_stdout:event_handler",
    }),
  );
  await lab.daemon();
  await lab.until(() => /^web stderr \| oops$/m.test(lab.read("daemon.out")), "both lines");
  assert.match(lab.read("daemon.out"), /^web stdout \| hello$/m);
  assert.deepEqual(lab.logged(/rejected|UNKNOWN/), []);
});

test("a handler that visor does not know is refused, and the file and line are named", async (lab) => {
  lab.config(section("eventlistener:stdout", {
    command: "cat",
    events: "PROCESS_LOG",
    result_handler: "my_plugin:event_handler",
  }));
  const checked = await lab.visor("daemon", "--check", "-c", lab.conf);
  assert.equal(checked.status, 2);
  assert.match(checked.stderr, /s\.conf:\d+: .*result_handler.*my_plugin.*no Python plug-ins/);
});

type State = "present" | "started" | "stopped" | "restarted" | "absent" | "signalled";

/** What a task of Ansible's `community.general.supervisorctl` finds, or why it fails. */
type Task = { readonly changed: boolean } | { readonly failed: string };

/** That module's calls, word for word, and its way of reading what they print. */
class Ansible {
  readonly #lab: Lab;

  constructor(lab: Lab) {
    this.#lab = lab;
  }

  async task(name: string, state: State, extra: { signal?: string; stop?: boolean } = {}) {
    try {
      return await this.#run(name, state, extra);
    } catch (error) {
      return { failed: (error as Error).message };
    }
  }

  async #run(
    given: string,
    state: State,
    extra: { signal?: string; stop?: boolean },
  ): Promise<Task> {
    const name = given.replace(/:$/, "");
    if (state === "restarted") {
      await this.#checked("update");
      return await this.#each(await this.#matching(given), () => true, "restart", "started");
    }
    const found = await this.#matching(given);
    const isUp = (status: string) => status === "RUNNING" || status === "STARTING";
    switch (state) {
      case "absent":
        if (found.length === 0) return { changed: false };
        if (extra.stop) await this.#each(found, isUp, "stop", "stopped");
        await this.#checked("reread");
        return await this.#said(`${name}: removed process group`, "remove", name);
      case "present":
        if (found.length > 0) return { changed: false };
        await this.#checked("reread");
        return await this.#said(`${name}: added process group`, "add", name);
      case "started":
        return await this.#each(found, (status) => !isUp(status), "start", "started");
      case "stopped":
        return await this.#each(found, isUp, "stop", "stopped");
      default: // the verb and its first word come as one argument
        return await this.#each(
          found,
          (status) => status === "RUNNING",
          `signal ${extra.signal}`,
          "signalled",
        );
    }
  }

  #ctl(...words: readonly string[]): Promise<Ran> {
    const locale = { LANG: "C", LC_ALL: "C", LC_MESSAGES: "C", LC_CTYPE: "C" };
    const command = [this.#lab.path("supervisorctl"), "-c", this.#lab.conf, ...words];
    return this.#lab.run(command, { env: locale });
  }

  async #checked(...words: readonly string[]): Promise<string> {
    const { status, stdout, stderr } = await this.#ctl(...words);
    if (status !== 0) throw new Error(`rc=${status} ${stdout}${stderr}`);
    return stdout;
  }

  async #said(wanted: string, ...words: readonly string[]): Promise<Task> {
    const { stdout } = await this.#ctl(...words);
    return stdout.includes(wanted) ? { changed: true } : { failed: stdout };
  }

  async #matching(given: string): Promise<(readonly [string, string])[]> {
    const { stdout } = await this.#ctl("status");
    const named = stdout.split("\n").slice(0, -1).map((line) => {
      const [name, status] = line.split(" ").filter((field) => field !== "");
      assert.ok(name && status, `a line of status: "${line}"`);
      return [name, status] as const;
    });
    if (!given.endsWith(":")) return named.filter(([name]) => name === given || given === "all");
    return named.filter(([name]) => name.startsWith(given));
  }

  async #each(
    found: readonly (readonly [string, string])[],
    which: (status: string) => boolean,
    verb: string,
    result: string,
  ): Promise<Task> {
    const names = found.filter(([, status]) => which(status)).map(([name]) => name);
    for (const name of names) {
      const said = await this.#checked(verb, name);
      if (!said.includes(`${name}: ${result}`)) throw new Error(said);
    }
    return { changed: names.length > 0 };
  }
}

test("Ansible's module adds, starts, signals, restarts, stops and removes programs", async (lab) => {
  await lab.run(["ln", "-s", VISOR, "supervisorctl"]);
  lab.config();
  await lab.daemon();
  const ansible = new Ansible(lab);
  const changed = { changed: true };
  const unchanged = { changed: false };
  const trap = `sh -c 'trap "echo usr1" USR1; echo ready; while :; do sleep 0.05; done'`;
  const web = program("web", trap, { stdout_logfile: "{dir}/web.log" });
  lab.config(
    web + program("job", "sleep 1000", { numprocs: 2, process_name: "job_%(process_num)s" }),
  );

  assert.deepEqual(await ansible.task("web", "present"), changed);
  assert.deepEqual(await ansible.task("web", "present"), unchanged);
  assert.deepEqual(await ansible.task("job", "present"), changed);
  assert.deepEqual(await ansible.task("web", "started"), unchanged);
  await lab.until(() => lab.read("web.log") === "ready\n", "its trap is set");
  assert.deepEqual(await ansible.task("web", "signalled", { signal: "USR1" }), changed);
  await lab.until(() => lab.read("web.log") === "ready\nusr1\n", "the signal");
  assert.deepEqual(await ansible.task("job:", "stopped"), changed);
  assert.deepEqual(await ansible.task("job:", "stopped"), unchanged);
  assert.deepEqual(await ansible.task("job:", "started"), changed);
  assert.deepEqual(await ansible.task("all", "restarted"), changed);
  assert.deepEqual(await ansible.task("job:job_0", "restarted"), changed);
  assert.deepEqual(await ansible.task("web", "absent"), {
    failed: "ERROR: process/group still running: web\n",
  });
  lab.config(web);
  assert.deepEqual(await ansible.task("job:", "absent", { stop: true }), changed);
  assert.deepEqual(await ansible.task("job:", "absent"), unchanged);
  const { status, stdout } = await lab.ctl("status");
  assert.equal(status, 0);
  assert.match(stdout, /^web +RUNNING .*\n$/);
});

test("a mistake in one include keeps everything running, whatever asks for it to be read", async (lab) => {
  lab.config(program("web") + section("include", { files: "{dir}/conf.d/*.conf" }));
  const daemon = await lab.daemon();
  const { pid } = await lab.state("web", "RUNNING");
  const mistakes = [
    "[program:new\ncommand=cat\n",
    program("new", "cat", { stdout_logfile: "{dir}/nowhere/new.log" }),
    program("new", "cat", { user: "nobody-has-this-name" }),
    program("new", "cat", { environment: `A="%(ENV_NOBODY_SET_THIS)s"` }),
  ];
  // ctl reads its own part of the same file: it is asked with a server instead.
  const ctl = (verb: string) => lab.visor("ctl", "-s", `unix://${lab.socket}`, verb);
  for (const mistake of mistakes) {
    const path = lab.write("conf.d/new.conf", mistake);
    for (const verb of ["reread", "update", "reload"]) {
      const { status, stdout } = await ctl(verb);
      assert.equal(status, 1, `${verb}: ${mistake}`);
      assert.ok(stdout.includes(path), `${verb} names the file: ${stdout}`);
    }
    const refusals = () => lab.log().split("not restarting: ").slice(1);
    const before = refusals().length;
    daemon.kill("SIGHUP");
    await lab.until(() => refusals()[before]?.includes(path), `SIGHUP is refused: ${mistake}`);
    assert.equal((await lab.info("web")).pid, pid, mistake);
  }
  lab.write("conf.d/new.conf", program("new", "cat"));
  assert.equal((await ctl("update")).stdout, "new: added process group\n");
  assert.equal((await lab.state("web", "RUNNING")).pid, pid);
});

test("a log that is removed is there again with what is written next", async (lab) => {
  lab.config(program("web", "sh -c 'while :; do echo tick; sleep 0.05; done'", {
    stdout_logfile: "{dir}/web.log",
  }));
  const daemon = await lab.daemon();
  await lab.until(() => lab.read("web.log") !== "", "a first line");
  fs.rmSync(lab.path("web.log"));
  await lab.until(() => /^(tick\n)+$/.test(lab.read("web.log")), "it is made again");
  const deleted = () =>
    [...descriptorsOf(daemon.pid).values()].filter((each) => /web\.log \(deleted\)/.test(each));
  assert.deepEqual(deleted(), []);
});

test("no program inherits a descriptor beyond minfds", async (lab) => {
  lab.config(program("web"), "minfds=64");
  const open = 'exec 63</dev/null 64</dev/null 900</dev/null; exec "$@"';
  const daemon = [VISOR, "daemon", "-n", "-c", lab.conf];
  await lab.daemon([], { command: ["bash", "-c", open, "bash", ...daemon] });
  const { pid } = await lab.state("web", "RUNNING");
  assert.deepEqual([...descriptorsOf(pid).keys()], [0, 1, 2]);
});
