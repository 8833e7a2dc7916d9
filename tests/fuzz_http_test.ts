import assert from "node:assert/strict";
import net from "node:net";
import { after, before } from "node:test";
import { type Daemon, descriptorsOf, Lab, procStatus, program } from "./support/lab.ts";
import { fuzzTest } from "./fuzz/fuzz.ts";

/** A reply comes within a millisecond, and a stream does not end by itself. */
const PATIENCE_MS = 20;

/** Inputs that are under way at the same time. */
const AT_ONCE = 32;

/** Inputs between one look at the daemon and the next. */
const LOOK_EVERY = 500;

const MOST_GROWTH_KIB = 300 * 1024;

let lab: Lab;
let daemon: Daemon;
let inputs = 0;
const underWay = new Set<Promise<void>>();
/** Replies that should not be. */
const strange: string[] = [];

before(async () => {
  lab = new Lab();
  lab.config(program("cat", "cat", { stdout_logfile: "{dir}/cat.log" }));
  daemon = await lab.daemon();
});

after(() => lab.close());

fuzzTest("whatever is sent to a socket, the daemon answers the next", {
  name: "http",
  tokens: [
    "GET ",
    "POST ",
    "HEAD ",
    " HTTP/1.1\r\n",
    " HTTP/1.0\r\n",
    "\r\n\r\n",
    "\r\n",
    "\n",
    "\r",
    "Host: evil\r\n",
    "Content-Length: 5\r\n",
    "Content-Length: -1\r\n",
    "Content-Length: 99999999999999999999\r\n",
    "Transfer-Encoding: chunked\r\n",
    "Transfer-Encoding : chunked\r\n",
    "Transfer-Encoding: xchunked\r\n",
    "Connection: close\r\n",
    "Connection: Upgrade\r\nUpgrade: websocket\r\n",
    "Expect: 100-continue\r\n",
    "Authorization: Basic dTpw\r\n",
    "Origin: http://evil\r\n",
    "Sec-Fetch-Site: cross-site\r\n",
    "0\r\n\r\n",
    "ffffffffffffffff\r\n",
    "/RPC2",
    "/logtail/",
    "/mainlogtail",
    "/events",
    "/../",
    "%2e%2e%2f",
    "%00",
    "%",
    "?a=",
    "http://",
    ":",
    " ",
    "\t",
    "\0",
    "\x1b",
    "\xff",
  ],
  together: LOOK_EVERY,
  async run(input) {
    inputs++;
    const sending = send(input)
      .then((reply) => void (isReply(reply) || strange.push(reply)))
      .finally(() => underWay.delete(sending));
    underWay.add(sending);
    if (underWay.size >= AT_ONCE) await Promise.race(underWay);
    if (inputs % LOOK_EVERY === 0) await assertWell();
  },
});

/** None at all, or one with a status below 500. */
function isReply(text: string): boolean {
  return /^(?:HTTP\/1\.1 [1-4]\d\d |$)/.test(text);
}

/** Resolves when the reply is over, or seems to be. */
function send(input: Uint8Array): Promise<string> {
  return new Promise<string>((resolve) => {
    let got = "";
    const socket = net.connect(lab.socket, () => socket.write(input));
    const end = () => {
      clearTimeout(limit);
      socket.destroy();
      resolve(got);
    };
    let limit = setTimeout(end, PATIENCE_MS);
    socket.setEncoding("latin1");
    socket.on("data", (text: string) => {
      if (got.length < 100_000) got += text;
      clearTimeout(limit);
      limit = setTimeout(end, PATIENCE_MS);
    });
    socket.once("error", end);
    socket.once("close", end);
  });
}

async function assertWell(): Promise<void> {
  assert.deepEqual(strange, []);
  assert.equal(await lab.rpc("supervisor.getPID"), daemon.pid);
  assert.deepEqual(lab.logged(/Server Error|unexpected:/), []);
  assert.ok(descriptorsOf(daemon.pid).size < 100 + AT_ONCE);
  assert.ok(parseInt(procStatus(daemon.pid, "VmRSS")) < MOST_GROWTH_KIB);
}
