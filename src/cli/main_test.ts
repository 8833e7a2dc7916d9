import assert from "node:assert/strict";
import { test } from "node:test";
import { captured } from "../../tests/support/captured_output.ts";
import { main } from "./main.ts";

async function visor(argv0: string, ...words: readonly string[]) {
  const { result, stdout, stderr } = await captured(() => main(argv0, words));
  return { status: result, stdout, stderr };
}

/** Columns: as it is called, what its help begins with. */
const helps: readonly (readonly [readonly [string, ...string[]], RegExp])[] = [
  [["visor", "--help"], /^Usage: visor COMMAND/],
  [["visor", "-h"], /^Usage: visor COMMAND/],
  [["visor", "help"], /^Usage: visor COMMAND/],
  [["visor", "daemon", "--help"], /^Usage: visor daemon \[options\]/],
  [["visor", "ctl", "-h"], /^Usage: visor ctl \[options\]/],
  [["supervisord", "-h"], /^Usage: supervisord \[options\]/],
  [["/usr/bin/supervisord", "-?"], /^Usage: \/usr\/bin\/supervisord \[options\]/],
  [["supervisorctl", "--help"], /^Usage: supervisorctl \[options\]/],
  [["./supervisorctl", "--help"], /^Usage: .\/supervisorctl \[options\]/],
];

for (const [[argv0, ...words], beginning] of helps) {
  test(`"${[argv0, ...words].join(" ")}" shows its help on stdout`, async () => {
    const { status, stdout, stderr } = await visor(argv0, ...words);
    assert.match(stdout, beginning);
    assert.deepEqual([status, stderr], [0, ""]);
  });
}

test("the name of a link decides, not what follows it", async () => {
  const { status, stderr } = await visor("supervisord", "ctl");
  assert.equal(status, 2);
  assert.match(stderr, /^Error: positional arguments are not supported: \['ctl'\]\n/);
});

test("a name that only looks like one of the links is visor", async () => {
  const { stdout } = await visor("/opt/supervisord/visor-supervisord", "--help");
  assert.match(stdout, /^Usage: visor COMMAND/);
});

test("without a command the help goes to stderr, and the status is 2", async () => {
  const { status, stdout, stderr } = await visor("visor");
  assert.match(stderr, /^Usage: visor COMMAND/);
  assert.deepEqual([status, stdout], [2, ""]);
});

for (const word of ["-v", "-V", "--version"]) {
  test(`visor ${word} shows version, runtime and target`, async () => {
    const { status, stdout } = await visor("visor", word);
    assert.match(stdout, /^visor \S.* \((Deno|Bun) [\d.]+, \w+-\w+\)\n$/);
    assert.equal(status, 0);
  });
}

for (const called of [["supervisord"], ["visor", "daemon"]] as const) {
  for (const word of ["-v", "--version"]) {
    test(`${called.join(" ")} ${word} shows Supervisor's version and nothing else`, async () => {
      const [argv0, ...words] = called;
      assert.deepEqual(await visor(argv0, ...words, word), {
        status: 0,
        stdout: "4.3.0\n",
        stderr: "",
      });
    });
  }
}

for (const called of [["echo_supervisord_conf"], ["visor", "echo-conf"]] as const) {
  test(`${called.join(" ")} prints a sample`, async () => {
    const [argv0, ...words] = called;
    const { status, stdout } = await visor(argv0, ...words);
    assert.match(stdout, /^\[supervisord\]$/m);
    assert.equal(status, 0);
  });
}

/** Columns: as it is called, and the two lines that say what is wrong. */
const misuses: readonly (readonly [readonly [string, ...string[]], string, string])[] = [
  [["supervisord", "-x"], "option -x not recognized", "supervisord"],
  [["/bin/supervisord", "-n", "-n"], "conflicting command line option '-n'", "/bin/supervisord"],
  [["visor", "daemon", "-x"], "option -x not recognized", "visor daemon"],
  [["visor", "ctl", "-x"], "option -x not recognized", "visor ctl"],
  [
    ["supervisorctl", "-s", "x"],
    "invalid value for -s 'x': value 'x' is not a URL",
    "supervisorctl",
  ],
];

for (const [[argv0, ...words], message, program] of misuses) {
  test(`"${[argv0, ...words].join(" ")}" is refused: ${message}`, async () => {
    const { status, stdout, stderr } = await visor(argv0, ...words);
    assert.equal(stderr, `Error: ${message}\nFor help, use ${program} -h\n`);
    assert.deepEqual([status, stdout], [2, ""]);
  });
}

for (const word of ["nothing", "__proto__", "constructor", "Daemon"]) {
  test(`visor ${word} names the commands that there are`, async () => {
    const { status, stderr } = await visor("visor", word);
    assert.equal(status, 2);
    assert.match(stderr, new RegExp(`no command '${word}'.*daemon, ctl`));
  });
}
