import assert from "node:assert/strict";
import fs from "node:fs";
import net from "node:net";
import {
  descriptorsOf,
  exchange,
  freePort,
  have,
  isRoot,
  type Lab,
  labTests,
  program,
  section,
  skipAloud,
  sleep,
} from "./support/lab.ts";
import { writeCall } from "../src/rpc/write_xml.ts";
import { struct } from "../src/rpc/xml_value.ts";

const test = labTests();

const PYTHON = "/usr/bin/python3";
const CALL = writeCall("supervisor.getAPIVersion", []);

function post(body: string, ...headers: string[]): string {
  const lines = ["POST /RPC2 HTTP/1.1", "Host: x", `Content-Length: ${body.length}`, ...headers];
  return `${lines.join("\r\n")}\r\n\r\n${body}`;
}

/** The daemon is well, whatever was done to it. */
async function assertWell(lab: Lab): Promise<void> {
  assert.equal(await lab.rpc("supervisor.getAPIVersion"), "3.0");
  assert.doesNotMatch(lab.read("daemon.out"), /TypeError|panic/);
}

function open(lab: Lab, text: string): Promise<net.Socket> {
  return new Promise((resolve, reject) => {
    const socket = net.connect(lab.socket, () => {
      socket.write(text);
      resolve(socket);
    });
    socket.once("error", reject);
    lab.atEnd(() => socket.destroy());
  });
}

test("the socket has its mode and owner from the first moment it can be found", async (lab) => {
  const owner = isRoot ? "chown=nobody:nogroup\n" : "";
  lab.config("", "", `chmod=0640\n${owner}`);
  const seen = new Set<string>();
  let ended = false;
  const watching = (async () => {
    while (!ended) {
      for (let i = 0; i < 200; i++) {
        const stat = fs.lstatSync(lab.socket, { throwIfNoEntry: false });
        if (stat) seen.add(`${(stat.mode & 0o777).toString(8)} ${stat.uid}`);
      }
      await sleep(0);
    }
  })();
  const daemon = await lab.daemon();
  daemon.kill();
  await daemon.end();
  ended = true;
  await watching;
  assert.deepEqual([...seen], [isRoot ? "640 65534" : `640 ${process.getuid!()}`]);
});

test("without chmod= only the owner of the socket may connect", async (lab) => {
  lab.config();
  await lab.daemon();
  assert.equal(fs.statSync(lab.socket).mode & 0o777, 0o700);
  if (!isRoot) return skipAloud("another user needs root");
  fs.chmodSync(lab.dir, 0o755);
  const connect = `import socket; socket.socket(socket.AF_UNIX).connect("${lab.socket}")`;
  const { stderr } = await lab.run([PYTHON, "-c", connect], { uid: 65534, gid: 65534 });
  assert.match(stderr, /PermissionError/);
});

test("a password guards every path, whatever the method, and {SHA} hides it", async (lab) => {
  const sha = "e5e9fa1ba31ecd1ae84f75caaa474f3a663f05f4"; // of "secret"
  for (const password of ["secret", `{SHA}${sha}`]) {
    lab.config("", "", `username=me\npassword=${password}\n`);
    const daemon = await lab.daemon([], { impatient: true });
    await lab.until(() => fs.existsSync(lab.socket), "the socket");
    const basic = (text: string) => ({ Authorization: `Basic ${btoa(text)}` });
    for (
      const path of [
        "/RPC2",
        "/",
        "/index.html",
        "/logtail/x",
        "/mainlogtail",
        "/nope",
        "/tail.html",
        "/events",
        "/stylesheets/supervisor.css",
      ]
    ) {
      for (const method of ["GET", "POST", "HEAD", "PUT"]) {
        const body = method === "POST" || method === "PUT" ? CALL : undefined;
        for (
          const headers of [{}, basic("me:wrong"), basic("you:secret"), basic("me:secre"), {
            Authorization: "Bearer x",
          }]
        ) {
          const { status } = await lab.http(method, path, body, headers);
          assert.equal(status, 401, `${method} ${path} ${JSON.stringify(headers)}`);
        }
      }
    }
    assert.equal((await lab.http("POST", "/RPC2", CALL, basic("me:secret"))).status, 200);
    assert.equal(
      (await lab.http("POST", "/RPC2", CALL, { Authorization: "Basic %%%" })).status,
      400,
    );
    assert.equal((await lab.http("POST", "/RPC2", CALL, basic("no colon"))).status, 401);
    assert.equal((await lab.ctl("-u", "me", "-p", "secret", "pid")).stdout, `${daemon.pid}\n`);
    const refused = await lab.ctl("status");
    assert.match(refused.stdout, /^Server requires authentication\n/);
    daemon.kill();
    await daemon.end();
  }
});

test("garbage on the socket is answered or hung up on, and the daemon stays well", async (lab) => {
  lab.config(program("web"));
  await lab.daemon();
  const noise = new Uint8Array(100_000).map((_, i) => (i * 7919) >> 3);
  const cases: (string | Uint8Array)[] = [
    noise,
    "\r\n\r\n\r\n",
    "GET\r\n\r\n",
    "GET /nope HTTP/9.9\r\n\r\n",
    "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", // TLS
    `GET /${"a".repeat(100_000)} HTTP/1.1\r\n\r\n`,
    `GET /nope HTTP/1.1\r\n${"X: y\r\n".repeat(20_000)}\r\n`,
    "POST /RPC2 HTTP/1.1\r\nContent-Length: -5\r\n\r\n",
    "POST /RPC2 HTTP/1.1\r\nContent-Length: 1e3\r\n\r\n",
    "POST /RPC2 HTTP/1.1\r\nContent-Length: 99999999999999999999\r\n\r\n",
    "POST /RPC2 HTTP/1.1\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nhello",
    "POST /RPC2 HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
    "GET http://evil/nope HTTP/1.1\r\nHost: a b\r\n\r\n",
    "GET //\\..\\..%2f%2e%2e/etc/passwd HTTP/1.1\r\nHost: x\r\n\r\n",
    "GET /logtail/%ff%fe/%00 HTTP/1.1\r\nHost: x\r\n\r\n",
    "OPTIONS * HTTP/1.1\r\nHost: x\r\n\r\n",
    "CONNECT a:80 HTTP/1.1\r\nHost: x\r\n\r\n",
    "GET /nope HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n",
  ];
  const replies = await Promise.all(
    cases.map((bytes) => exchange({ path: lab.socket }, bytes, 700)),
  );
  for (const reply of replies) {
    assert.doesNotMatch(reply, /HTTP\/1.1 (200|500)|bun|deno|root:x/i);
  }
  await assertWell(lab);
});

test("bodies that are no call are 400, and XML bombs, DOCTYPE and deep nesting are refused", async (lab) => {
  lab.config();
  await lab.daemon();
  const bodies = [
    "hello",
    CALL.slice(0, 60),
    "<methodCall><params/></methodCall>",
    `<!DOCTYPE a [<!ENTITY b "b">]>${CALL}`,
    `<?xml version="1.0"?><!DOCTYPE lolz [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><methodCall><methodName>&b;</methodName></methodCall>`,
    "<a>".repeat(200_000),
    `<methodCall><methodName>system.listMethods</methodName><params>${
      "<param><value><array><data>".repeat(5000)
    }`,
    "<methodCall><methodName>\x01</methodName></methodCall>",
  ];
  for (const body of bodies) {
    assert.equal((await lab.http("POST", "/RPC2", body)).status, 400, body.slice(0, 60));
  }
  assert.equal((await lab.http("GET", "/RPC2")).status, 400);
  const invalid = post("\xff\xfe");
  assert.match(
    await exchange({ path: lab.socket }, new TextEncoder().encode(invalid), 300),
    / 400 /,
  );
  await assertWell(lab);
});

test("a body larger than 16 MiB is refused without being read", async (lab) => {
  lab.config();
  await lab.daemon();
  const head = "POST /RPC2 HTTP/1.1\r\nHost: x\r\nContent-Length: 1000000000\r\n\r\n";
  assert.match(await exchange({ path: lab.socket }, head, 1000), /^HTTP\/1.1 413 /);
  assert.match(
    await exchange({ path: lab.socket }, "POST /RPC2 HTTP/1.1\r\nHost: x\r\n\r\n", 500),
    / 411 /,
  );
  await assertWell(lab);
});

test("half-open, slow and idle connections keep nobody else from being answered", async (lab) => {
  lab.config(program("web"));
  const daemon = await lab.daemon();
  const count = () => fs.readdirSync(`/proc/${daemon.pid}/fd`).length;
  const before = count();
  const sockets = await Promise.all(
    Array.from({ length: 500 }, (_, i) =>
      open(
        lab,
        ["", "GET ", "POST /RPC2 HTTP/1.1\r\nContent-Length: 500\r\n\r\n<methodC"][i % 3]!,
      )),
  );
  const slow = await open(lab, post(CALL).slice(0, 40));
  const started = performance.now();
  await assertWell(lab);
  assert.match((await lab.ctl("status")).stdout, /web +RUNNING/);
  assert.ok(performance.now() - started < 2000);
  let reply = "";
  slow.on("data", (piece: Uint8Array) => reply += new TextDecoder().decode(piece));
  for (const char of post(CALL).slice(40)) {
    slow.write(char);
    await sleep(1);
  }
  await lab.until(() => reply.includes("3.0"), "the slow one is answered");
  for (const socket of [...sockets, slow]) socket.destroy();
  await lab.until(() => count() <= before + 1, "their descriptors are closed");
  await assertWell(lab);
});

test("a shutdown does not wait for idle or half-open connections", async (lab) => {
  lab.config(program("cat", "cat", { stdout_logfile: "{dir}/cat.log" }));
  const daemon = await lab.daemon();
  await lab.state("cat", "RUNNING");
  await open(lab, "POST /RPC2 HTTP/1.1\r\nContent-Length: 500\r\n\r\n<");
  await open(lab, "GET /logtail/cat HTTP/1.1\r\nHost: x\r\n\r\n");
  await open(lab, "");
  daemon.kill();
  assert.equal(await Promise.race([daemon.end(), sleep(3000)]), 0);
});

test("requests on one connection are answered in their order, and HTTP/1.0 works", async (lab) => {
  lab.config();
  await lab.daemon();
  const identify = writeCall("supervisor.getIdentification", []);
  const two = await exchange({ path: lab.socket }, post(CALL) + post(identify), 500);
  assert.ok(two.indexOf("3.0</string>") < two.indexOf("<string>supervisor</string>"), two);
  assert.ok(two.indexOf("3.0</string>") > 0);
  const old = await exchange(
    { path: lab.socket },
    `POST /RPC2 HTTP/1.0\r\nContent-Length: ${CALL.length}\r\n\r\n${CALL}`,
    2000,
  );
  assert.match(old, /200 OK[^]*3\.0/);
});

test("names that objects have by nature are unknown methods, and unknown programs", async (lab) => {
  lab.config(program("web"));
  await lab.daemon();
  const methods = [
    "__proto__",
    "constructor",
    "supervisor.__proto__",
    "supervisor.constructor",
    "supervisor.toString",
    "supervisor._private",
    "__proto__.getState",
    "supervisor.getState.call",
    "supervisor",
    "",
    ".",
    "supervisor.supervisord.options.warnings.linecache.os.system",
    "system.__class__",
    "supervisor.hasOwnProperty",
  ];
  for (const method of methods) {
    if (method !== "") await assert.rejects(lab.rpc(method), /UNKNOWN_METHOD/, method);
    const wrapped = [struct({ methodName: method, params: ["touch /tmp/x"] })];
    const [fault] = await lab.rpc("system.multicall", wrapped) as ReadonlyMap<string, number>[];
    assert.ok([1, 2].includes(fault!.get("faultCode")!), method);
  }
  for (
    const name of [
      "__proto__",
      "constructor",
      "toString",
      "web:__proto__",
      "__proto__:*",
      "",
      ":",
      "*",
      "web:web:web",
      "\u0000",
    ]
  ) {
    await assert.rejects(lab.rpc("supervisor.getProcessInfo", name), /BAD_NAME|HTTP 400/, name);
    await assert.rejects(lab.rpc("supervisor.startProcess", name), /BAD_NAME|HTTP 400/, name);
  }
  await assertWell(lab);
});

test("programs may be called __proto__ and constructor", async (lab) => {
  lab.config(program("__proto__") + program("constructor") + program("hasOwnProperty"));
  await lab.daemon();
  for (const name of ["__proto__", "constructor", "hasOwnProperty"]) {
    await lab.state(name, "RUNNING");
    assert.equal((await lab.ctl("restart", name)).stdout, `${name}: stopped\n${name}: started\n`);
  }
});

test("a multicall goes on after a fault, and refuses another inside it", async (lab) => {
  lab.config(program("web", "sleep 1000", { autostart: "false" }));
  await lab.daemon();
  const call = (methodName: string, ...params: string[]) => struct({ methodName, params });
  const results = await lab.rpc("system.multicall", [
    call("supervisor.getAPIVersion"),
    call("supervisor.startProcess", "nobody"),
    call("supervisor.startProcess", "web"),
    call("system.multicall"),
    struct({ params: [] }),
    call("supervisor.getIdentification"),
  ]) as unknown[];
  assert.equal(results.length, 6);
  assert.deepEqual([results[0], results[2], results[5]], ["3.0", true, "supervisor"]);
  const codes = [1, 3, 4].map((i) => (results[i] as ReadonlyMap<string, unknown>).get("faultCode"));
  assert.deepEqual(codes, [10, 2, 2]);
});

test("arguments that are wrong in number or type are a fault, not a crash", async (lab) => {
  lab.config(program("web"));
  await lab.daemon();
  const wrong: [string, ...(string | number | boolean)[]][] = [
    ["supervisor.getState", 1],
    ["supervisor.startProcess"],
    ["supervisor.startProcess", 1],
    ["supervisor.startProcess", "web", true, true],
    ["supervisor.readProcessStdoutLog", "web", "a", "b"],
    ["supervisor.signalProcess", "web"],
    ["supervisor.sendProcessStdin", "web", 5],
    ["system.multicall", 5],
    ["system.methodHelp", 5],
  ];
  for (const [method, ...params] of wrong) {
    await assert.rejects(
      lab.rpc(method, ...params),
      /INCORRECT_PARAMETERS|SIGNATURE_UNSUPPORTED/,
      `${method} ${params}`,
    );
  }
  await assertWell(lab);
});

test("a start that waits holds only its own reply, also when its client goes away", async (lab) => {
  lab.config(program("slow", "sleep 1000", { startsecs: 2, autostart: "false" }));
  await lab.daemon();
  const impatient = await open(lab, post(writeCall("supervisor.startProcess", ["slow"])));
  await lab.state("slow", "STARTING");
  impatient.destroy();
  const started = performance.now();
  await assertWell(lab);
  assert.ok(performance.now() - started < 500);
  await lab.state("slow", "RUNNING");
});

test("many clients at once are all answered", async (lab) => {
  lab.config(
    section("program:w", {
      command: "sleep 1000",
      numprocs: 5,
      process_name: "%(process_num)d",
      startsecs: 0,
    }),
  );
  await lab.daemon();
  const replies = await Promise.all(
    Array.from({ length: 200 }, () => lab.rpc("supervisor.getAllProcessInfo")),
  );
  assert.ok(replies.every((reply) => (reply as unknown[]).length === 5));
});

test("an inet server in the config answers on its port, and a port in use is refused by name", async (lab) => {
  const port = await freePort();
  lab.config(
    program("web") + `[inet_http_server]\nport=127.0.0.1:${port}\nusername=u\npassword=p\n`,
  );
  await lab.daemon();
  const url = `http://127.0.0.1:${port}`;
  assert.match(
    (await lab.visor("ctl", "-s", url, "-u", "u", "-p", "p", "status")).stdout,
    /^web +RUNNING/,
  );
  assert.match((await lab.visor("ctl", "-s", url, "status")).stdout, /requires authentication/);
  lab.write(
    "two.conf",
    `[supervisord]\nlogfile={dir}/two.log\npidfile={dir}/two.pid\nuser=0\n[inet_http_server]\nport=${port}\n`,
  );
  const { status, stderr } = await lab.visor("daemon", "-n", "-c", lab.path("two.conf"));
  assert.equal(status, 2);
  assert.match(stderr, new RegExp(`already listening .*${port}`));
});

test("a log is closed when a client is done with it, however it goes", async (lab) => {
  const options = { stdout_logfile: "{dir}/web.log" };
  lab.config(program("web", "sh -c 'echo hello; exec sleep 1000'", options));
  const daemon = await lab.daemon();
  await lab.until(() => lab.read("web.log"), "there is a log");
  const targets = () => [...descriptorsOf(daemon.pid).values()].toSorted().join("\n");
  await lab.until(() => targets().match(/socket:/g)?.length === 1, "nobody is connected");
  const before = targets();
  for (const path of ["/logtail/web", "/mainlogtail"]) {
    await lab.http("HEAD", path);
    const socket = await open(lab, `GET ${path} HTTP/1.1\r\nHost: x\r\n\r\n`);
    socket.end();
    await sleep(50);
    socket.destroy();
  }
  await lab.until(() => targets() === before, "only what was open before");
});

test("a log is closed, too, when its client goes while its password is looked at", async (lab) => {
  const options = { stdout_logfile: "{dir}/web.log" };
  lab.config(
    program("web", "sh -c 'echo hello; exec sleep 1000'", options),
    "",
    "username=me\npassword=secret\n",
  );
  const daemon = await lab.daemon([], { impatient: true });
  await lab.until(() => lab.read("web.log"), "there is a log");
  const logs = () => [...descriptorsOf(daemon.pid).values()].filter((to) => to.endsWith(".log"));
  const before = logs().length;
  for (const path of ["/logtail/web", "/mainlogtail", "/api/v1/logs?follow=1"]) {
    const headers = { Authorization: `Basic ${btoa("me:secret")}`, Connection: "close" };
    assert.equal((await lab.http("GET", "/ok.html", undefined, headers)).status, 200);
    for (let i = 0; i < 20; i++) {
      const socket = net.connect({ path: lab.socket });
      const request = `GET ${path} HTTP/1.1\r\nAuthorization: ${headers.Authorization}\r\n\r\n`;
      await new Promise<void>((resolve) => socket.write(request, () => resolve()));
      socket.destroy();
    }
    await lab.http("GET", "/ok.html", undefined, headers);
    await lab.until(() => logs().length === before, `the log of ${path} is closed`);
  }
});

test("Debian's supervisorctl and Python's xmlrpc client work with the daemon", async (lab) => {
  if (!have("/usr/bin/supervisorctl")) return skipAloud("supervisorctl is not installed");
  lab.config(
    program("web", "cat", { stdout_logfile: "{dir}/web.log" }) +
      program("bad", "/no/such", { startretries: 0, startsecs: 1 }),
  );
  await lab.daemon();
  await lab.state("bad", "FATAL");
  const ctl = (...words: string[]) => lab.run(["/usr/bin/supervisorctl", "-c", lab.conf, ...words]);
  const status = await ctl("status");
  assert.equal(status.status, 3);
  assert.match(
    status.stdout,
    /^bad +FATAL +can't find command '\/no\/such'\nweb +RUNNING +pid \d+, uptime 0:00:0\d\n$/,
  );
  assert.equal((await ctl("restart", "web")).stdout, "web: stopped\nweb: started\n");
  assert.equal((await ctl("start", "bad")).stdout, "bad: ERROR (no such file)\n");
  assert.match((await ctl("avail")).stdout, /bad +in use +auto/);
  lab.script(
    "client.py",
    `
import xmlrpc.client, supervisor.xmlrpc
server = xmlrpc.client.ServerProxy("http://127.0.0.1", transport=supervisor.xmlrpc.SupervisorTransport(None, None, "unix://{dir}/s.sock"))
server.supervisor.sendProcessStdin("web", "h\\u00e9llo <&>\\n")
print(server.supervisor.getSupervisorVersion(), len(server.system.listMethods()))
print(sorted(p["name"] for p in server.supervisor.getAllProcessInfo()))
multi = xmlrpc.client.MultiCall(server)
multi.supervisor.getPID()
print(type(server.supervisor.getAllConfigInfo()[0]["exitcodes"]).__name__)
try: server.supervisor.startProcess("nobody")
except xmlrpc.client.Fault as fault: print(fault.faultCode, fault.faultString)
`,
  );
  const python = await lab.run([PYTHON, lab.path("client.py")]);
  assert.equal(python.stderr, "");
  assert.deepEqual(python.stdout.split("\n"), [
    "4.3.0 41",
    "['bad', 'web']",
    "list",
    "10 BAD_NAME: nobody",
    "",
  ]);
  await lab.until(() => lab.read("web.log") === "héllo <&>\n", "what was sent");
  assert.match((await ctl("tail", "web")).stdout, /héllo <&>/);
  assert.equal((await ctl("shutdown")).stdout, "Shut down\n");
});
