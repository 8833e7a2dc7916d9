import assert from "node:assert/strict";
import { test } from "node:test";
import { readProcessInfo } from "../rpc/structs.ts";
import { complete } from "./completion.ts";
import { process } from "./fake_daemon.ts";
import { VERBS } from "./verbs.ts";

const infos = ["web", "g:m1", "g:m2", "w:w"].map((spec) =>
  readProcessInfo(process(spec, "RUNNING"))
);

const cases = [
  { line: "sta", word: "sta", candidates: ["start ", "status "] },
  {
    line: "  help re",
    word: "re",
    candidates: ["reload ", "reload-program ", "remove ", "reread ", "restart "],
  },
  { line: "start ", word: "", candidates: ["web ", "g:m1 ", "g:* ", "g:m2 ", "w "] },
  { line: "stop web g", word: "g", candidates: ["g:m1 ", "g:* ", "g:m2 "] },
  { line: "stop g:m", word: "g:m", candidates: ["g:m1 ", "g:m2 "] },
  { line: "stop w:", word: "w:", candidates: ["w:w ", "w:* "] },
  { line: "update ", word: "", candidates: ["web ", "g ", "w "] },
  { line: "status -", word: "-", candidates: ["--json ", "--watch ", "--interval "] },
  { line: "top --j", word: "--j", candidates: ["--json "] },
  { line: "bogus -", word: "-", candidates: [] },
  { line: "shutdown ", word: "", candidates: [] },
  { line: "bogus ", word: "", candidates: [] },
];

for (const { line, word, candidates } of cases) {
  test(`complete() offers for "${line}": ${candidates.join("")}`, async () => {
    const completion = await complete(line, VERBS, () => Promise.resolve(infos));
    assert.deepEqual(completion, { word, candidates });
  });
}

test("complete() does not ask the daemon for the names of actions", async () => {
  const listProcesses = () => Promise.reject(new Error("asked"));
  assert.deepEqual((await complete("ver", VERBS, listProcesses)).candidates, ["version "]);
});
