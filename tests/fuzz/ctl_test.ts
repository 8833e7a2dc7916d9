import assert from "node:assert/strict";
import { parseServerUrl, ServerUrlError } from "../../src/client/server_url.ts";
import { getopt, UsageError } from "../../src/cli/getopt.ts";
import { commandWords } from "../../src/config/lexer.ts";
import { BadValue } from "../../src/config/problems.ts";
import { complete } from "../../src/ctl/completion.ts";
import { byName, ctl, type FakeMethods, process, result } from "../../src/ctl/fake_daemon.ts";
import { VERBS } from "../../src/ctl/verbs.ts";
import { parseNamespec } from "../../src/model/namespec.ts";
import { readProcessInfo } from "../../src/rpc/structs.ts";
import { fuzzTest } from "./fuzz.ts";

const PROCESSES = [process("web", "RUNNING", 7), process("g:a", "FATAL"), process("g:b", "EXITED")];
const INFOS = PROCESSES.map(readProcessInfo);

const METHODS: FakeMethods = {
  getAllProcessInfo: PROCESSES,
  getProcessInfo: byName({ web: PROCESSES[0]! }),
  startProcess: byName({ web: true, "g:a": true }),
  stopProcess: byName({ web: true }),
  stopAllProcesses: [result("web", "OK"), result("g:a", "NOT_RUNNING")],
  tailProcessStdoutLog: ["text", 4, false],
  readProcessStdoutLog: "text",
  readProcessStderrLog: "text",
  readLog: "text",
  reloadConfig: [[["new"], ["web"], ["old"]]],
  getPID: 1,
};

fuzzTest("any line is a command, a mistake in one, or nothing", {
  name: "ctl",
  tokens: [
    ...[...VERBS.keys()].map((verb) => `${verb} `),
    "web",
    "g:*",
    "all",
    "-f",
    "-5",
    "stdout",
    "?",
    "!",
    "__proto__",
    "\n",
    "\t",
    "\0",
    "\x1b[2J",
    "\ud83d",
    "http://[::1",
    "unix://",
    "'",
    '"',
    "\\",
    "--x=",
    ":",
  ],
  async run(input) {
    const text = new TextDecoder().decode(input);
    for (const line of text.split("\n").slice(0, 3)) {
      const { exitStatus, stderr } = await ctl(line === "" ? " " : line, { methods: METHODS });
      assert.ok(exitStatus >= 0 && exitStatus <= 7, String(exitStatus));
      assert.match(stderr, /^$|^unix:.* Cannot read, status code 404\n$/s);
    }
    const { candidates } = await complete(text, VERBS, () => Promise.resolve(INFOS));
    for (const candidate of candidates) assert.ok(candidate.endsWith(" "));
    allow(ServerUrlError, () => parseServerUrl(text));
    allow(UsageError, () => getopt(text.split(/\s/), []));
    allow(BadValue, () => commandWords(text));
    assert.equal(typeof parseNamespec(text).group, "string");
  },
});

function allow(kind: new (...args: never[]) => Error, read: () => unknown): void {
  try {
    read();
  } catch (error) {
    if (!(error instanceof kind)) throw error;
  }
}
