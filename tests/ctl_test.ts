import assert from "node:assert/strict";
import fs from "node:fs";
import http from "node:http";
import type net from "node:net";
import {
  isAlive,
  type Lab,
  labTests,
  program,
  signal,
  skipAloud,
  sleep,
  VISOR,
} from "./support/lab.ts";
import { canType, type Step, typeAt } from "./support/lab_pty.ts";

const test = labTests();

const PROMPT = "supervisor> ";
const CTRL_C = "\x03";
const CTRL_D = "\x04";

function atPrompt(lab: Lab, steps: readonly Step[], ...words: string[]) {
  return typeAt(lab, [VISOR, "ctl", "-c", lab.conf, ...words], steps);
}

test("exit codes are those of Supervisor's table", async (lab) => {
  lab.config(
    program("up", "sleep 1000") + program("off", "sleep 1000", { autostart: "false" }) +
      program("bad", "/no/such", { autostart: "false", startretries: 0, startsecs: 1 }),
  );
  await lab.daemon();
  await lab.state("up", "RUNNING");
  const table: [string, number][] = [
    ["status up", 0],
    ["status", 3],
    ["status off", 3],
    ["status nobody", 4],
    ["status nobody off", 3],
    ["start up", 0],
    ["start nobody", 1],
    ["start", 2],
    ["start nobody:*", 2],
    ["start bad", 1],
    ["stop off", 0],
    ["stop nobody", 1],
    ["stop", 1],
    ["restart off", 0],
    ["stop off", 0],
    ["signal HUP off", 7],
    ["signal NOPE up", 1],
    ["signal HUP", 1],
    ["signal WINCH up", 0],
    ["pid", 0],
    ["pid up", 0],
    ["pid off", 7],
    ["pid nobody", 1],
    ["version", 0],
    ["avail", 0],
    ["tail up", 0],
    ["tail nobody", 1],
    ["tail", 1],
    ["tail up stdin", 1],
    ["clear up", 0],
    ["clear nobody", 1],
    ["reread", 0],
    ["update", 0],
    ["update nobody", 1],
    ["add up", 0],
    ["remove up", 1],
    ["add", 0],
    ["nonsense", 1],
    ["help", 0],
    ["help nonsense", 0],
    ["fg off", 1],
    ["version extra", 1],
    ["open ftp://x", 1],
  ];
  for (const [line, status] of table) {
    const ran = await lab.ctl(...line.split(" "));
    assert.equal(ran.status, status, `${line}: ${ran.stdout}${ran.stderr}`);
  }
});

test("a daemon that is not there is told with the words and codes of Supervisor", async (lab) => {
  lab.config();
  for (
    const [line, status] of [["status", 4], ["start x", 7], ["stop x", 7], ["version", 7]] as const
  ) {
    const ran = await lab.ctl(...line.split(" "));
    assert.deepEqual(ran, { status, stdout: `unix://${lab.socket} no such file\n`, stderr: "" });
  }
  const daemon = await lab.daemon();
  daemon.kill("SIGKILL");
  await daemon.end();
  assert.equal((await lab.ctl("status")).stdout, `unix://${lab.socket} refused connection\n`);
  assert.equal((await lab.ctl("status")).status, 4);
  assert.equal((await lab.ctl("reread")).status, 1);
});

test("misuse of options is two lines on stderr and status 2", async (lab) => {
  lab.config();
  lab.write("none.conf", "[supervisord]\n");
  for (
    const words of [["--nope"], ["-c", "missing.conf", "status"], ["-s", "foo", "status"], [
      "-c",
      lab.path("none.conf"),
      "status",
    ], ["-c"]]
  ) {
    const { status, stdout, stderr } = await lab.visor("ctl", ...words);
    assert.equal(status, 2, words.join(" "));
    assert.equal(stdout, "");
    assert.match(stderr, /^Error: .+\nFor help, use .*visor ctl -h\n$/);
  }
});

test("without a config file ctl asks localhost:9001, and -s names another daemon", async (lab) => {
  lab.config(program("web"));
  await lab.daemon();
  const found = await lab.visor("ctl", "-s", `unix://${lab.socket}`, "status", "web");
  assert.match(found.stdout, /^web +RUNNING/);
});

test("the prompt through a pipe answers line by line and ends with the input, status 0", async (lab) => {
  lab.config(program("web", "sleep 1000", { autostart: "false" }));
  await lab.daemon();
  const input = "start web\nstart nobody\n\nnonsense\n?start\nquit\nstop web\n";
  const { status, stdout } = await lab.run([VISOR, "ctl", "-c", lab.conf], { input });
  assert.equal(status, 0);
  assert.match(stdout, /^web +STOPPED +Not started\n/);
  assert.match(
    stdout,
    /web: started\n[^]*nobody: ERROR \(no such process\)\n[^]*\*\*\* Unknown syntax: nonsense\n/,
  );
  assert.equal((await lab.info("web")).statename, "RUNNING");
  const empty = await lab.run([VISOR, "ctl", "-c", lab.conf], { input: "version" });
  assert.equal(empty.status, 0);
  assert.match(empty.stdout, /4\.3\.0\n/);
  const closed = await lab.run(["sh", "-c", `'${VISOR}' ctl -c '${lab.conf}' <&-`]);
  assert.equal(closed.status, 0);
});

test("a reader that has enough ends ctl without a word", async (lab) => {
  const many = Array.from(
    { length: 3000 },
    (_, i) => program(`p${i}`, "cat", { autostart: "false" }),
  );
  lab.config(many.join(""));
  await lab.daemon();
  for (const words of ["status", "avail", "maintail", "help"]) {
    const command = `{ '${VISOR}' ctl -c '${lab.conf}' ${words}; echo status $? >&2; } | head -n 1`;
    const { stdout, stderr } = await lab.run(["bash", "-c", command]);
    assert.equal(stdout.split("\n").length, 2, words);
    assert.match(stderr, /^status \d+\n$/);
  }
});

test("ctl against a server that is no daemon says so and ends", async (lab) => {
  const serve = (handler: http.RequestListener) =>
    new Promise<string>((resolve) => {
      const server = http.createServer(handler).listen(0, "127.0.0.1", () =>
        resolve(`http://127.0.0.1:${(server.address() as net.AddressInfo).port}`));
      lab.atEnd(() => {
        server.closeAllConnections();
        server.close();
      });
    });
  const servers = await Promise.all([
    serve((_, reply) => reply.end("<html><body>It works!</body></html>")),
    serve((_, reply) => reply.writeHead(404).end("nope")),
    serve((_, reply) => reply.writeHead(302, { Location: "/" }).end()),
    serve((request) => request.socket.destroy()),
    serve((_, reply) =>
      reply.end(
        "<methodResponse><params><param><value><int>5</int></value></param></params></methodResponse>",
      )
    ),
  ]);
  for (const url of servers) {
    for (const verb of ["status", "reread"]) {
      const { status, stdout, stderr } = await lab.visor("ctl", "-s", url, verb);
      assert.ok(Number(status) > 0, `${url} ${verb}: ${status}`);
      assert.equal(stdout.trim().split("\n").length, 1, `${stdout}${stderr}`);
      assert.doesNotMatch(stderr, /^\s+at /m);
    }
  }
});

test("Ctrl-C ends tail -f with an empty line and status 0", async (lab) => {
  if (!canType) return skipAloud("a terminal needs python3");
  lab.config(program("cat", "sh -c 'echo hello; exec cat'", { stdout_logfile: "{dir}/cat.log" }));
  await lab.daemon();
  await lab.until(() => lab.read("cat.log") === "hello\n", "output");
  const { status, text } = await atPrompt(lab, [["hello\r\n", CTRL_C]], "tail", "-f", "cat");
  assert.equal(status, 0);
  assert.match(text, /^==> Press Ctrl-C to exit <==\r\nhello\r\n(\^C)?\r\n$/);
});

test("at the prompt Ctrl-C leaves tail -f but not the prompt, and a second one leaves that", async (lab) => {
  if (!canType) return skipAloud("a terminal needs python3");
  lab.config(program("cat", "sh -c 'echo hello; exec cat'", { stdout_logfile: "{dir}/cat.log" }));
  await lab.daemon();
  await lab.until(() => lab.read("cat.log") === "hello\n", "output");
  const { status } = await atPrompt(lab, [
    [PROMPT, "tail -f cat\r"],
    ["hello\r\n", CTRL_C],
    [PROMPT, "version\r"],
    ["4.3.0", ""],
    [PROMPT, CTRL_C],
  ]);
  assert.equal(status, 0);
});

for (
  const [key, name] of [[CTRL_C, "Ctrl-C"], [CTRL_D, "Ctrl-D"], ["quit\r", "quit"], [
    "exit\r",
    "exit",
  ]] as const
) {
  test(`${name} ends the prompt with status 0 and leaves the terminal as it was`, async (lab) => {
    if (!canType) return skipAloud("a terminal needs python3");
    lab.config(program("web"));
    await lab.daemon();
    const shell =
      `'${VISOR}' ctl -c '${lab.conf}'; echo "status $?"; stty -a | grep -o -E -- '-?(icanon|echo|isig)\\b' | tr '\\n' ' '`;
    const { text } = await typeAt(lab, ["sh", "-c", shell], [[PROMPT, key]]);
    assert.match(text, /status 0\r\n/);
    assert.match(text, /isig icanon echo|icanon.*echo/);
    assert.doesNotMatch(text, /-(icanon|echo|isig)/);
  });
}

test("the Tab key completes actions, programs and groups", async (lab) => {
  if (!canType) return skipAloud("a terminal needs python3");
  lab.config(
    program("webserver") + program("worker") + program("a") + program("b") +
      "[group:pair]\nprograms=a,b\n",
  );
  await lab.daemon();
  await lab.state("pair:b", "RUNNING");
  const { text } = await atPrompt(lab, [
    [PROMPT, "vers\t"],
    ["version ", "\r"],
    ["4.3.0", ""],
    [PROMPT, "stop webs\t"],
    ["webserver ", "\r"],
    ["webserver: stopped", ""],
    [PROMPT, "stop pair:\t"],
    ["pair:", "\t"],
    ["pair:b", "a\r"],
    ["a: stopped", ""],
    [PROMPT, CTRL_D],
  ]);
  assert.match(text, /pair:\*/);
  assert.equal((await lab.info("worker")).statename, "RUNNING");
});

test("what was typed is in the history file, and the arrow key brings it back in the next session", async (lab) => {
  if (!canType) return skipAloud("a terminal needs python3");
  lab.config(program("web"));
  fs.writeFileSync(
    lab.conf,
    lab.read("s.conf").replace(
      "[supervisorctl]",
      `[supervisorctl]\nhistory_file=${lab.path("history")}`,
    ),
  );
  await lab.daemon();
  await atPrompt(lab, [[PROMPT, "version\r"], ["4.3.0", ""], [PROMPT, "pid\r"], [
    PROMPT,
    "quit\r",
  ]]);
  assert.equal(lab.read("history"), "version\npid\nquit\n");
  assert.equal(fs.statSync(lab.path("history")).mode & 0o077, 0);
  await atPrompt(lab, [[PROMPT, "\x1b[A\x1b[A\x1b[A\r"], ["4.3.0", ""], [PROMPT, CTRL_D]]);
});

test("shutdown and reload at the prompt ask first, and only a yes counts", async (lab) => {
  if (!canType) return skipAloud("a terminal needs python3");
  lab.config(program("web"));
  const daemon = await lab.daemon();
  const { status } = await atPrompt(lab, [
    [PROMPT, "shutdown\r"],
    ["Really shut the remote supervisord process down y/N? ", "\r"],
    [PROMPT, "reload\r"],
    ["Really restart the remote supervisord process y/N? ", "no\r"],
    [PROMPT, "shutdown\r"],
    ["y/N? ", "yes\r"],
    ["Shut down", ""],
    [PROMPT, CTRL_D],
  ]);
  assert.equal(status, 0);
  assert.equal(await daemon.end(), 0);
  assert.equal(lab.logged(/supervisord started/).length, 1);
});

test("shutdown as an argument does not ask", async (lab) => {
  lab.config(program("web"));
  const daemon = await lab.daemon();
  assert.deepEqual(await lab.ctl("shutdown"), { status: 0, stdout: "Shut down\n", stderr: "" });
  assert.equal(await daemon.end(), 0);
});

test("a server with a password asks at the prompt, without showing what is typed", async (lab) => {
  if (!canType) return skipAloud("a terminal needs python3");
  lab.config(program("web"), "", "username=me\npassword=secret\n");
  await lab.daemon([], { impatient: true });
  await lab.until(() => fs.existsSync(lab.socket), "the socket");
  const { text } = await atPrompt(lab, [
    ["Username:", "me\r"],
    ["Password:", "secret\r"],
    ["RUNNING", ""],
    [PROMPT, "version\r"],
    ["4.3.0", ""],
    [PROMPT, CTRL_D],
  ]);
  assert.match(text, /Server requires authentication/);
  assert.doesNotMatch(text, /secret/);
});

test("fg shows what a program says and hands it what is typed, until Ctrl-C", async (lab) => {
  if (!canType) return skipAloud("a terminal needs python3");
  lab.config(
    program("cat", `sh -c 'while read line; do echo "got <$line>"; done'`, {
      stdout_logfile: "{dir}/cat.log",
    }),
  );
  await lab.daemon();
  await lab.state("cat", "RUNNING");
  const { status } = await atPrompt(
    lab,
    [
      ["Press Ctrl-C", "hello\r"],
      ["got <hello>", "again\r"],
      ["got <again>", CTRL_C],
    ],
    "fg",
    "cat",
  );
  assert.equal(status, 0);
  assert.equal((await lab.info("cat")).statename, "RUNNING");
});

test("update names what it stops, removes, changes and adds, in that order", async (lab) => {
  lab.config(program("stays") + program("goes") + program("changes"));
  await lab.daemon();
  const { pid } = await lab.state("stays", "RUNNING");
  lab.config(program("stays") + program("changes", "sleep 999") + program("comes"));
  assert.equal(
    (await lab.ctl("reread")).stdout,
    "changes: changed\ncomes: available\ngoes: disappeared\n",
  );
  assert.equal(
    (await lab.ctl("update")).stdout,
    [
      "goes: stopped",
      "goes: removed process group",
      "changes: stopped",
      "changes: updated process group",
      "comes: added process group",
      "",
    ].join("\n"),
  );
  assert.equal((await lab.ctl("update")).stdout, "");
  assert.equal((await lab.info("stays")).pid, pid);
});

test("a program that is stopped while a client waits for its start tells that client", async (lab) => {
  lab.config(program("slow", "sleep 1000", { startsecs: 30, autostart: "false" }));
  await lab.daemon();
  const start = lab.ctl("start", "slow");
  const { pid } = await lab.state("slow", "STARTING");
  assert.equal((await lab.ctl("stop", "slow")).stdout, "slow: stopped\n");
  assert.deepEqual(await start, {
    status: 7,
    stdout: "slow: ERROR (abnormal termination)\n",
    stderr: "",
  });
  assert.ok(!isAlive(pid));
});

test("a daemon that is killed while ctl waits ends that ctl", async (lab) => {
  lab.config(program("slow", "sleep 1000", { startsecs: 30, autostart: "false" }));
  const daemon = await lab.daemon();
  const start = lab.ctl("start", "slow");
  await lab.state("slow", "STARTING");
  signal(daemon.pid, "SIGKILL");
  const ended = await Promise.race([start, sleep(5000)]);
  assert.ok(ended, "it still waits");
  assert.equal(ended.status, 1);
  assert.doesNotMatch(ended.stderr, /^\s+at /m);
});
