import assert from "node:assert/strict";
import { test } from "node:test";
import { fakeHost } from "../config/testing.ts";
import { daemonHelp, parseDaemonCommandLine } from "./daemon_options.ts";
import { UsageError } from "./getopt.ts";

const host = fakeHost();
const parse = (...words: readonly string[]) => parseDaemonCommandLine(words, host);

test("without options everything is left to the file", () => {
  assert.deepEqual(parse(), {
    mode: "run",
    configuration: null,
    overrides: {},
    dump: false,
    elsewhere: false,
    hostname: null,
  });
});

/** Columns: short and long form, what stands over the file. @see spec/processes.md §1 */
const options: readonly (readonly [readonly string[], readonly string[], object])[] = [
  [["-n"], ["--nodaemon"], { nodaemon: true }],
  [["-s"], ["--silent"], { silent: true }],
  [["-k"], ["--nocleanup"], { nocleanup: true }],
  [["-t"], ["--strip_ansi"], { strip_ansi: true }],
  [["-u", "web"], ["--user=web"], { user: { written: "web", id: 33 } }],
  [["-m", "027"], ["--umask=027"], { umask: 0o27 }],
  [["-d", "/tmp"], ["--directory", "/tmp"], { directory: "/tmp" }],
  [["-l", "/tmp/x.log"], ["--logfile=/tmp/x.log"], { logfile: "/tmp/x.log" }],
  [["-y", "1MB"], ["--logfile_maxbytes=1MB"], { logfile_maxbytes: 1_048_576 }],
  [["-z", "3"], ["--logfile_backups", "3"], { logfile_backups: 3 }],
  [["-e", "debug"], ["--loglevel=debug"], { loglevel: "debug" }],
  [["-j", "/tmp/x.pid"], ["--pidfile=/tmp/x.pid"], { pidfile: "/tmp/x.pid" }],
  [["-i", "box"], ["--identifier=box"], { identifier: "box" }],
  [["-q", "/tmp"], ["--childlogdir=/tmp"], { childlogdir: "/tmp" }],
  [["-a", "2048"], ["--minfds=2048"], { minfds: 2048 }],
  [["--minprocs", "300"], ["--minprocs=300"], { minprocs: 300 }],
  [["--profile_options", "x"], ["--profile_options=x"], {}],
];

for (const [short, long, overrides] of options) {
  test(`${short.join(" ")} and ${long.join(" ")} mean the same`, () => {
    assert.deepEqual(parse(...short).overrides, overrides);
    assert.deepEqual(parse(...long).overrides, overrides);
  });
}

test("the configuration is named as it was given", () => {
  assert.equal(parse("-c", "../x.conf").configuration, "../x.conf");
  assert.equal(parse("--configuration=x").configuration, "x");
});

const modes: readonly (readonly [string, string])[] = [
  ["-h", "help"],
  ["-?", "help"],
  ["--help", "help"],
  ["-v", "version"],
  ["--version", "version"],
  ["--check", "check"],
];

for (const [word, mode] of modes) {
  test(`${word} asks for ${mode}`, () => assert.equal(parse(word).mode, mode));
}

const misuses: readonly (readonly [readonly string[], string])[] = [
  [["-x"], "option -x not recognized"],
  [["foo"], "positional arguments are not supported: ['foo']"],
  [["-n", "foo", "-s"], "positional arguments are not supported: ['foo', '-s']"],
  [["-e", "foo"], "invalid value for -e 'foo': bad logging level name 'foo'"],
  [["--loglevel=foo"], "invalid value for --loglevel 'foo': bad logging level name 'foo'"],
  [["-n", "-n"], "conflicting command line option '-n'"],
];

for (const [words, message] of misuses) {
  test(`"${words.join(" ")}" is refused: ${message}`, () => {
    assert.throws(() => parse(...words), (error) => {
      assert.ok(error instanceof UsageError);
      assert.equal(error.message, message);
      return true;
    });
  });
}

for (const words of [["-m", "9"], ["-z", "x"], ["-y", "1XB"], ["-u", "nobody else"], ["-a", "x"]]) {
  test(`a bad value is refused: ${words.join(" ")}`, () => {
    assert.throws(() => parse(...words), {
      name: "UsageError",
      message: new RegExp(`^invalid value for ${words[0]} '${words[1]}': `),
    });
  });
}

/** Supervisor's own long options: scripts shorten them. */
const SUPERVISORS = (
  "configuration nodaemon silent help version user umask directory logfile logfile_maxbytes " +
  "logfile_backups loglevel pidfile identifier childlogdir nocleanup minfds strip_ansi minprocs " +
  "profile_options"
).split(" ");

const VALUES: Readonly<Record<string, string>> = {
  configuration: "f",
  user: "root",
  umask: "022",
  directory: "/tmp",
  logfile: "/tmp/l",
  logfile_maxbytes: "1",
  logfile_backups: "1",
  loglevel: "info",
  pidfile: "/tmp/p",
  identifier: "i",
  childlogdir: "/tmp",
  minfds: "1",
  minprocs: "1",
  profile_options: "x",
};

test("what is a unique abbreviation for Supervisor is one here, whatever we have added", () => {
  const refused: string[] = [];
  for (const name of SUPERVISORS) {
    for (let length = 1; length <= name.length; length++) {
      const short = name.slice(0, length);
      const matches = SUPERVISORS.filter((each) => each.startsWith(short));
      if (matches.length > 1 && short !== name) continue;
      const value = VALUES[name];
      try {
        parse(value === undefined ? `--${short}` : `--${short}=${value}`);
      } catch {
        refused.push(`--${short}`);
      }
    }
  }
  assert.deepEqual(refused, []);
});

test("the help names every option of Supervisor, and the program", () => {
  const help = daemonHelp("supervisord");
  assert.match(help, /^Usage: supervisord /);
  for (const name of SUPERVISORS) assert.ok(help.includes(`--${name}`), name);
});
