import assert from "node:assert/strict";
import { test } from "node:test";
import { describeOptions, getopt, type OptionSpec, UsageError } from "./getopt.ts";

const specs: readonly OptionSpec[] = [
  { name: "configuration", short: "c", takes: "FILE", help: "the file" },
  { name: "nodaemon", short: "n", help: "stay" },
  { name: "silent", short: "s", help: "say nothing" },
  { name: "help", short: "h?", help: "this text" },
  { name: "logfile", short: "l", takes: "FILE", help: "the log" },
  { name: "logfile_maxbytes", short: "y", takes: "BYTES", help: "its size" },
  { name: "strip_ansi", short: "t", help: "strip" },
  { name: "minprocs", takes: "N", help: "processes" },
];

const parse = (line: string) => {
  const { values, rest } = getopt(line === "" ? [] : line.split(" "), specs);
  return { values: Object.fromEntries([...values].map(([k, { value }]) => [k, value])), rest };
};

/** Columns: command line, values, what is left. @see spec/processes.md §1 */
const good: readonly (readonly [string, Record<string, string>, readonly string[]])[] = [
  ["", {}, []],
  ["-n", { nodaemon: "" }, []],
  ["-c f", { configuration: "f" }, []],
  ["-cf", { configuration: "f" }, []],
  ["-ns", { nodaemon: "", silent: "" }, []],
  ["-nsc f", { nodaemon: "", silent: "", configuration: "f" }, []],
  ["-nscf", { nodaemon: "", silent: "", configuration: "f" }, []],
  ["-cn", { configuration: "n" }, []],
  ["-c -n", { configuration: "-n" }, []],
  ["-c --", { configuration: "--" }, []],
  ["-c=f", { configuration: "=f" }, []],
  ["-?", { help: "" }, []],
  ["--nodaemon", { nodaemon: "" }, []],
  ["--configuration f", { configuration: "f" }, []],
  ["--configuration=f", { configuration: "f" }, []],
  ["--configuration=", { configuration: "" }, []],
  ["--configuration=a=b", { configuration: "a=b" }, []],
  ["--conf f", { configuration: "f" }, []],
  ["--conf=f", { configuration: "f" }, []],
  ["--no", { nodaemon: "" }, []],
  ["--logfile f", { logfile: "f" }, []],
  ["--logfile_ 5", { logfile_maxbytes: "5" }, []],
  ["--minp=3", { minprocs: "3" }, []],
  ["-n foo -s", { nodaemon: "" }, ["foo", "-s"]],
  ["foo -n", {}, ["foo", "-n"]],
  ["-n -- -s", { nodaemon: "" }, ["-s"]],
  ["- -n", {}, ["-", "-n"]],
];

for (const [line, values, rest] of good) {
  test(`getopt() reads "${line}"`, () => assert.deepEqual(parse(line), { values, rest }));
}

const bad: readonly (readonly [string, string])[] = [
  ["-x", "option -x not recognized"],
  ["-nx", "option -x not recognized"],
  ["-n-", "option -- not recognized"],
  ["--nothing", "option --nothing not recognized"],
  ["--Nodaemon", "option --Nodaemon not recognized"],
  ["--nodaemonx", "option --nodaemonx not recognized"],
  ["--s", "option --s not a unique prefix"],
  ["--logf", "option --logf not a unique prefix"],
  ["-c", "option -c requires argument"],
  ["-nc", "option -c requires argument"],
  ["--configuration", "option --configuration requires argument"],
  ["--conf", "option --configuration requires argument"],
  ["--nodaemon=yes", "option --nodaemon must not have an argument"],
  ["--no=", "option --nodaemon must not have an argument"],
  ["-n -n", "conflicting command line option '-n'"],
  ["-nn", "conflicting command line option '-n'"],
  ["-n --nodaemon", "conflicting command line option '--nodaemon'"],
  ["--no -n", "conflicting command line option '-n'"],
  ["-c a -c b", "conflicting command line option '-c'"],
  ["-c a --conf=b", "conflicting command line option '--configuration'"],
];

for (const [line, message] of bad) {
  test(`getopt() refuses "${line}": ${message}`, () => {
    assert.throws(() => parse(line), (error) => {
      assert.ok(error instanceof UsageError);
      assert.equal(error.message, message);
      return true;
    });
  });
}

test("getopt() tells by which flag a value came", () => {
  const { values } = getopt(["-c", "f", "--conf", "g"].slice(0, 2), specs);
  assert.equal(values.get("configuration")?.flag, "-c");
  const long = getopt(["--conf", "g"], specs).values;
  assert.equal(long.get("configuration")?.flag, "--configuration");
});

test("getopt() leaves its argument as it is", () => {
  const words = ["-n", "rest"];
  getopt(words, specs);
  assert.deepEqual(words, ["-n", "rest"]);
});

test("describeOptions() lists every form, in columns", () => {
  assert.equal(
    describeOptions(specs.slice(0, 4).concat(specs.slice(-1))),
    [
      "  -c, --configuration FILE  the file",
      "  -n, --nodaemon            stay",
      "  -s, --silent              say nothing",
      "  -h, -?, --help            this text",
      "  --minprocs N              processes",
      "",
    ].join("\n"),
  );
});
