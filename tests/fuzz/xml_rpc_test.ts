import assert from "node:assert/strict";
import { RpcFault } from "../../src/rpc/faults.ts";
import { readCall, readResponse, RpcReadError } from "../../src/rpc/read_xml.ts";
import { writeCall } from "../../src/rpc/write_xml.ts";
import { FakeServer } from "../support/fake_server.ts";
import { group, lone, program } from "../support/fake_world.ts";
import { fuzzTest } from "./fuzz.ts";

const XML = [
  "<value>",
  "</value>",
  "<string>",
  "<int>99999999999999999999</int>",
  "<double>.</double>",
  "<double>1e999</double>",
  "<boolean/>",
  "<base64>=</base64>",
  "<array><data>",
  "</data></array>",
  "<struct>",
  "<member><name>__proto__</name>",
  "<param>",
  "<params/>",
  "<nil/>",
  "<fault>",
  "<![CDATA[",
  "]]>",
  "<!--",
  "-->",
  "<?xml version='1.1'?>",
  "<?x ?>",
  "<!DOCTYPE a [<!ENTITY b 'c'>]>",
  "&b;",
  "&#0;",
  "&#x10ffff;",
  "&amp;",
  " a='b'",
  "xmlns:a='b'",
  "\0",
  "\ud800",
  "\ufeff",
];

const METHODS = [
  "supervisor.getState",
  "supervisor.getAllProcessInfo",
  "supervisor.getAllConfigInfo",
  "supervisor.startProcess",
  "supervisor.signalProcess",
  "supervisor.sendProcessStdin",
  "supervisor.readProcessStdoutLog",
  "supervisor.tailProcessStderrLog",
  "supervisor.clearAllProcessLogs",
  "supervisor.addProcessGroup",
  "supervisor.reloadConfig",
  "supervisor.__proto__",
  "system.multicall",
  "system.methodSignature",
  "site:*",
  "site:a",
];

fuzzTest("any body is answered with a result, a fault or 400", {
  name: "xml_rpc",
  tokens: [...XML, ...METHODS],
  async run(input, random) {
    const text = new TextDecoder().decode(input);
    readOrRefuse(readResponse, text);
    const call = readOrRefuse(readCall, text);
    if (!call && random.below(16) > 0) return; // most are none
    const server = new FakeServer([lone("web"), group("site", [program("a")])]);
    const answer = server.post(text).then((reply) => reply.status);
    // A start that waits is answered when time goes on, and a stop when the program has ended.
    const status = await Promise.race([answer, turns(50).then(() => "waits")]);
    assert.equal(status === 400, call === undefined);
    assert.ok(status === 400 || status === 200 || status === "waits", `answered ${status}`);
    assert.deepEqual(server.world.lines.filter((line) => /Server Error|^CRIT/.test(line)), []);
    if (!call) return;
    const written = writeCall(call.method, call.params);
    const { method, params } = readCall(written);
    // Carriage returns are lost in XML, with Python's as with ours.
    const again = written.replace(/\r\n?/g, "\n");
    assert.equal(writeCall(method, params), again, "what is written is read again");
  },
});

function readOrRefuse<T>(read: (text: string) => T, text: string): T | undefined {
  try {
    return read(text);
  } catch (error) {
    if (error instanceof RpcReadError || error instanceof RpcFault) return undefined;
    throw error;
  }
}

async function turns(count: number): Promise<void> {
  for (let i = 0; i < count; i++) await null;
  await new Promise((resolve) => setImmediate(resolve));
}
