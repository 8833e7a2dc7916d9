import assert from "node:assert/strict";
import { test } from "node:test";
import { check, conf, load, onlyProcess, refusal } from "./testing.ts";

test("without them everything is as with Supervisor", () => {
  const { environment_file, environment_clear, environment_keep, environment_from } = onlyProcess();
  assert.deepEqual(
    [environment_file, environment_clear, environment_keep, environment_from],
    [null, null, null, null],
  );
});

const file = (path: string, optional = false) => ({ path, optional });

test("environment_file lists files, beside the one that names them, in their order", () => {
  const { environment_file } = onlyProcess(
    "environment_file=a.env, -/b c.env,- ../~d.env,~/e.env,",
    "environment=A=1,B=2",
  );
  assert.deepEqual(environment_file, {
    files: [
      file("/etc/v/a.env"),
      file("/b c.env", true),
      file("/etc/~d.env", true),
      file("/root/e.env"),
    ],
    under: ["A", "B"],
  });
});

test("environment_file= alone, and environment_keep=, are none", () => {
  const { environment_file, environment_keep } = onlyProcess(
    "environment_file=",
    "environment_keep=",
  );
  assert.deepEqual(environment_file, { files: [], under: [] });
  assert.deepEqual(environment_keep, []);
});

test("environment_from names variables and files; paths are per process, in any file", () => {
  const included = "[program:p]\ncommand=cat\nnumprocs=2\nprocess_name=p%(process_num)d\n" +
    "environment_from=A:%(process_num)d.key, B.c : /run/x:y\n";
  const text = conf("[include]", "files=d/*.conf");
  const { groups } = load(text, { files: { "/etc/v/d/a.conf": included } });
  assert.deepEqual(groups[0]!.processes.map(({ environment_from }) => [...environment_from!]), [
    [["A", "/etc/v/d/0.key"], ["B.c", "/run/x:y"]],
    [["A", "/etc/v/d/1.key"], ["B.c", "/run/x:y"]],
  ]);
});

test("environment_clear and what to keep", () => {
  const process = onlyProcess("environment_clear=true", "environment_keep=PATH, LANG");
  assert.deepEqual([process.environment_clear, process.environment_keep], [true, ["PATH", "LANG"]]);
});

const mistakes: readonly [lines: readonly string[], option: string, detail: RegExp][] = [
  [["environment_file=a,,b"], "environment_file", /expected paths with commas .*got ""$/],
  [["environment_file=a,-"], "environment_file", /got "-"$/],
  [["environment_from=/run/x"], "environment_from", /expected NAME:\/path pairs .*got "\/run\/x"$/],
  [["environment_from=A=s3cret"], "environment_from", /got "A=…"$/],
  [["environment_from=A:"], "environment_from", /got "A:"$/],
  [["environment_from=A B:/x"], "environment_from", /got "A B:\/x"$/],
  [["environment_from=A:/x,A:/y"], "environment_from", /expected each name once, got "A:\/y"$/],
  [["environment_clear=maybe"], "environment_clear", /expected true or false/],
  [["environment_clear=on", "environment_keep=A,B*"], "environment_keep", /names .*got "B\*"$/],
  [["environment_keep=A"], "environment_keep", /expected environment_clear to be true as well/],
];

for (const [lines, option, detail] of mistakes) {
  test(`${lines.join(" and ")} is refused`, () => {
    const error = refusal(conf("[program:p]", "command=cat", ...lines));
    assert.deepEqual(error.place, {
      file: "/etc/v/main.conf",
      line: 3 + lines.length,
      section: "program:p",
      option,
    });
    assert.match(error.detail, detail);
  });
}

const MANY = ["numprocs=5", "process_name=%(process_num)d"];

/** What a check says of two files, for five processes. */
function warningsOf(files: Record<string, string>, machine: object = {}): string[] {
  const text = conf(
    "[program:p]",
    "command=cat",
    ...MANY,
    "environment_file=a.env,-b.env",
    "environment_from=A:a.key",
  );
  const { errors, warnings, config } = check(text, { files, ...machine });
  assert.deepEqual(errors, []);
  const { warn } = config!.messages;
  const told = warnings.map(({ place, detail }) =>
    `${place.file}:${place.line}: ${place.option}: ${detail}`
  );
  return [...told, ...warn];
}

test("a check tells once what is wrong with the files, and not what is in them", () => {
  assert.deepEqual(warningsOf({ "/etc/v/a.env": "A=1", "/etc/v/a.key": "secret" }), []);
  assert.deepEqual(warningsOf({}), [
    "/etc/v/a.env:null: environment_file: there is no such file",
    "/etc/v/a.key:null: environment_from: there is no such file",
  ]);
  const files = { "/etc/v/a.env": "A=1\nsecret", "/etc/v/b.env/x": "", "/etc/v/a.key": "s\0cret" };
  assert.deepEqual(warningsOf(files), [
    "/etc/v/a.env:2: environment_file: expected NAME=value, a comment or an empty line",
    "/etc/v/b.env:null: environment_file: is no regular file",
    "/etc/v/a.key:null: environment_from: has a NUL byte in it",
  ]);
});

test("root is warned of files that others can change, and nobody else is", () => {
  const files = { "/etc/v/a.env": "A=1", "/etc/v/a.key": "x" };
  const ownership = { "/etc/v/a.env": { uid: 33 } };
  const doubt = "is read by root, and can be changed by user 33: chown root /etc/v/a.env";
  assert.deepEqual(warningsOf(files, { ownership }), [
    `/etc/v/a.env:null: environment_file: ${doubt}`,
    `/etc/v/a.env ${doubt}`,
  ]);
  assert.deepEqual(warningsOf(files, { ownership, uid: 33 }), []);
});
