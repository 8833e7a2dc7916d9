import assert from "node:assert/strict";
import { test } from "node:test";
import { ctlHelp, parseCtlCommandLine } from "./ctl_options.ts";

const parse = (...words: readonly string[]) => parseCtlCommandLine(words);

test("without options everything is left to the file, and there is no action", () => {
  assert.deepEqual(parse(), {
    help: false,
    configuration: null,
    interactive: false,
    json: false,
    overrides: {},
    words: [],
  });
});

test("options end at the action, whose own options are left to it", () => {
  const { words, interactive } = parse("-i", "tail", "-f", "web");
  assert.deepEqual([words, interactive], [["tail", "-f", "web"], true]);
});

const overrides: readonly (readonly [readonly string[], object])[] = [
  [["-s", "http://localhost:9001"], { serverurl: "http://localhost:9001" }],
  [["--serverurl=unix:///tmp/s"], { serverurl: "unix:///tmp/s" }],
  [["-u", "me", "-p", "a b"], { username: "me", password: "a b" }],
  [["--username=me", "--password="], { username: "me", password: "" }],
  [["-r", "/h"], { history_file: "/h" }],
  [["--history_file=/h"], { history_file: "/h" }],
  [["--history-file=/h"], { history_file: "/h" }],
  [["--history-file", "/h"], { history_file: "/h" }],
];

for (const [words, given] of overrides) {
  test(`"${words.join(" ")}" stands over the file`, () => {
    assert.deepEqual(parse(...words).overrides, given);
  });
}

test("the configuration and the help are asked for", () => {
  assert.equal(parse("-c", "x").configuration, "x");
  for (const word of ["-h", "-?", "--help"]) assert.equal(parse(word).help, true);
});

const misuses: readonly (readonly [readonly string[], string])[] = [
  [["-x"], "option -x not recognized"],
  [["-s", "localhost"], "invalid value for -s 'localhost': value 'localhost' is not a URL"],
  [["--serverurl=x"], "invalid value for --serverurl 'x': value 'x' is not a URL"],
  [["-s", "http://"], "invalid value for -s 'http://': value 'http://' is not a URL"],
  [["--json"], "option --json needs an action"],
  [["--js", "status"], "option --js not recognized"],
  [["-i", "-i"], "conflicting command line option '-i'"],
];

for (const [words, message] of misuses) {
  test(`"${words.join(" ")}" is refused: ${message}`, () => {
    assert.throws(() => parse(...words), { name: "UsageError", message });
  });
}

test("an action may look like an option of ours", () => {
  assert.deepEqual(parse("status", "--history-file").words.length, 2);
});

test("the help says how it was called", () => {
  assert.match(ctlHelp("supervisorctl"), /^Usage: supervisorctl \[options\]/);
});

test("--json stands before an action, which it needs", () => {
  const { json, words } = parse("--json", "status", "web");
  assert.deepEqual([json, words], [true, ["status", "web"]]);
  assert.equal(parse("status", "--json").json, false);
});
