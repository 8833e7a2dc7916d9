import assert from "node:assert/strict";
import fs from "node:fs";
import {
  cpuSeconds,
  hasChildutils,
  isAlive,
  type Lab,
  labTests,
  program,
  section,
  skipAloud,
  sleep,
} from "./support/lab.ts";

const test = labTests();

const HOPELESS = program("hopeless", "sh -c 'exit 1'", { startsecs: 1, startretries: 0 });

/** A listener in sh: says READY, writes what it hears to NAME.heard, and answers. */
function listener(
  lab: Lab,
  name: string,
  options: Readonly<Record<string, string | number>>,
): string {
  lab.script(
    "listen",
    `#!/bin/sh
while printf 'READY\\n' && read -r head; do
  body=$(head -c "\${head##*len:}")
  printf '%s|%s\\n' "$head" "$body" >>"$1"
  printf 'RESULT %d\\n%s' "\${#2}" "$2"
done
`,
  );
  return section(`eventlistener:${name}`, {
    command: `{dir}/listen {dir}/${name}.heard ${options.answer ?? "OK"}`,
    buffer_size: 100,
    startsecs: 0,
    ...Object.fromEntries(Object.entries(options).filter(([option]) => option !== "answer")),
  });
}

for (
  const [how, command] of [
    ["kill -3 $PPID", `sh -c "echo READY && read line && kill -3 $PPID"`],
    [
      "kill -SIGQUIT $PPID in bash",
      `bash -c "printf 'READY\\n' && while read line; do kill -SIGQUIT $PPID; done < /dev/stdin"`,
    ],
    ["the pid in the pidfile", `sh -c "echo READY; read line; kill -TERM $(cat {dir}/daemon.pid)"`],
  ] as const
) {
  test(`a listener that ends the daemon at the first FATAL does so: ${how}`, async (lab) => {
    lab.config(
      HOPELESS + program("web") + section("eventlistener:die", {
        command,
        events: "PROCESS_STATE_FATAL",
        startsecs: 0,
      }),
    );
    const daemon = await lab.daemon([], { impatient: true });
    await lab.until(() => lab.logged(/spawned: 'web'/).length > 0, "it runs");
    const web = Number(/\d+$/.exec(lab.logged(/spawned: 'web'/)[0]!)![0]);
    assert.equal(await daemon.end(), 0);
    assert.ok(!isAlive(web));
    assert.ok(!fs.existsSync(lab.socket));
  });
}

test("a listener hears of every state in order, with the header that Supervisor sends", async (lab) => {
  lab.config(
    listener(lab, "ear", { events: "PROCESS_STATE" }) +
      program("job", "sleep 1000", { autostart: "false" }),
  );
  await lab.daemon();
  await lab.state("ear", "RUNNING");
  await lab.ctl("start", "job");
  await lab.ctl("stop", "job");
  await lab.until(() => /PROCESS_STATE_STOPPED/.test(lab.read("ear.heard")), "the last event");
  const heard = lab.read("ear.heard").split("\n").filter((line) =>
    line.includes("processname:job")
  );
  assert.deepEqual(heard.map((line) => /eventname:PROCESS_STATE_(\w+)/.exec(line)![1]), [
    "STARTING",
    "RUNNING",
    "STOPPING",
    "STOPPED",
  ]);
  assert.match(
    heard[1]!,
    /^ver:3\.0 server:supervisor serial:\d+ pool:ear poolserial:\d+ eventname:PROCESS_STATE_RUNNING len:\d+\|processname:job groupname:job from_state:STARTING pid:\d+$/,
  );
});

test("what a remote client sends comes to the listeners as it is, whatever its bytes", async (lab) => {
  lab.config(listener(lab, "ear", { events: "REMOTE_COMMUNICATION" }));
  await lab.daemon();
  await lab.state("ear", "RUNNING");
  await lab.rpc("supervisor.sendRemoteCommEvent", "deploy", "a <b> & c");
  await lab.until(() => lab.read("ear.heard").includes("type:deploy"), "the event");
  assert.match(lab.read("ear.heard"), /len:21\|type:deploy\na <b> & c\n$/);
});

test("a listener that breaks the protocol is deaf from then on, told once, and costs nothing", async (lab) => {
  lab.config(
    section("eventlistener:noise", {
      command: `sh -c 'echo HELLO WORLD; sleep 0.3; echo more; exec sleep 1000'`,
      events: "EVENT",
      startsecs: 0,
    }) + program("job"),
  );
  const daemon = await lab.daemon();
  await lab.until(() => lab.logged(/entered the UNKNOWN state/).length > 0, "it is told");
  for (let i = 0; i < 15; i++) await lab.rpc("supervisor.sendRemoteCommEvent", "t", `${i}`);
  await sleep(500);
  const before = cpuSeconds(daemon.pid);
  await sleep(1000);
  assert.ok(cpuSeconds(daemon.pid) - before <= 0.05);
  assert.equal(lab.logged(/entered the UNKNOWN state/).length, 1);
  assert.equal((await lab.info("noise")).statename, "RUNNING");
  assert.ok(lab.logged(/ERRO pool noise event buffer overflowed, discarding event/).length > 0);
});

test("a listener that never reads its stdin keeps neither the daemon nor other listeners up", async (lab) => {
  lab.config(
    section("eventlistener:deaf", {
      command: `sh -c 'while :; do printf "READY\\nRESULT 2\\nOK"; sleep 0.01; done'`,
      events: "REMOTE_COMMUNICATION",
      startsecs: 0,
    }) + listener(lab, "ear", { events: "REMOTE_COMMUNICATION" }),
  );
  await lab.daemon();
  await lab.state("ear", "RUNNING");
  for (let i = 0; i < 100; i++) {
    await lab.rpc("supervisor.sendRemoteCommEvent", "t", `${i}:${"x".repeat(5000)}`);
  }
  await lab.until(() => lab.read("ear.heard").includes("\n99:"), "the other hears everything");
});

test("a program's message between the capture tokens comes as an event and not into its log", async (lab) => {
  lab.config(
    listener(lab, "ear", { events: "PROCESS_COMMUNICATION" }) +
      program(
        "talk",
        `sh -c 'read x; echo "before<!--XSUPERVISOR:BEGIN-->the message<!--XSUPERVISOR:END-->after"; exec sleep 1000'`,
        {
          stdout_logfile: "{dir}/talk.log",
          stdout_capture_maxbytes: "1MB",
        },
      ),
  );
  await lab.daemon();
  await lab.state("ear", "RUNNING");
  await lab.rpc("supervisor.sendProcessStdin", "talk", "go\n");
  await lab.until(
    () => /PROCESS_COMMUNICATION_STDOUT[^]*the message/.test(lab.read("ear.heard")),
    "the event",
  );
  await lab.ctl("stop", "talk");
  assert.equal(lab.read("talk.log"), "beforeafter\n");
});

test("a listener on Python's supervisor.childutils is spoken to, and speaks to the daemon", async (lab) => {
  if (!hasChildutils()) return skipAloud("supervisor.childutils is not installed");
  lab.script(
    "ear.py",
    `#!/usr/bin/python3
import os, sys
from supervisor import childutils
rpc = childutils.getRPCInterface(os.environ)
while True:
    headers, payload = childutils.listener.wait(sys.stdin, sys.stdout)
    pheaders = childutils.get_headers(payload)
    with open(sys.argv[1], "a") as out:
        state = rpc.supervisor.getProcessInfo(pheaders["processname"])["statename"]
        out.write(f"{headers['eventname']} {pheaders['processname']} {state}\\n")
    childutils.listener.ok(sys.stdout)
`,
  );
  lab.config(
    program("web", "sleep 1000", { autostart: "false", startsecs: 0 }) +
      section("eventlistener:ear", {
        command: "{dir}/ear.py {dir}/heard",
        events: "PROCESS_STATE_RUNNING,PROCESS_STATE_STOPPED",
        startsecs: 0,
      }),
  );
  await lab.daemon();
  await lab.ctl("start", "web");
  await lab.ctl("stop", "web");
  await lab.until(() => lab.read("heard").includes("STOPPED web"), "both are heard");
  assert.match(lab.read("heard"), /^PROCESS_STATE_RUNNING web (?:RUNNING|STOPPING|STOPPED)$/m);
  assert.match(lab.read("heard"), /^PROCESS_STATE_STOPPED web STOPPED$/m);
});
