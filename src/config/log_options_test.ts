import assert from "node:assert/strict";
import { test } from "node:test";
import { check, conf, onlyProcess, refusal } from "./testing.ts";

const taken: readonly (readonly [line: string, option: string, value: unknown])[] = [
  ["log_format=JSON", "log_format", "json"],
  ["log_format=plain", "log_format", "plain"],
  ["logfile_compress=zstd", "logfile_compress", "zstd"],
  ["logfile_compress=none", "logfile_compress", "none"],
  ["logfile_rotate=Weekly", "logfile_rotate", "weekly"],
  ["logfile_rotate=90", "logfile_rotate", 90_000],
  ["logfile_rotate=30m", "logfile_rotate", 1_800_000],
  ["logfile_rotate=7d", "logfile_rotate", 604_800_000],
  ["logfile_mode=0640", "logfile_mode", 0o640],
  ["logfile_owner=web:root", "logfile_owner", {
    user: { written: "web", id: 33 },
    group: { written: "root", id: 0 },
  }],
  ["logfile_owner=33", "logfile_owner", { user: { written: 33, id: 33 }, group: null }],
  ["startsecs=1", "log_format", null],
];

for (const [line, option, value] of taken) {
  test(`${line} gives ${option} ${JSON.stringify(value)}`, () => {
    assert.deepEqual(onlyProcess(line)[option as "log_format"], value);
  });
}

test("a prefix is kept as it is written", () => {
  const { log_prefix, log_timestamps } = onlyProcess(
    "log_format=prefixed",
    "log_timestamps=none",
    "log_prefix=[{program} {pid}/{channel}]",
  );
  assert.deepEqual([log_prefix, log_timestamps], ["[{program} {pid}/{channel}]", "none"]);
});

const P = ["[program:p]", "command=cat"];

const refused: readonly (readonly [lines: readonly string[], option: string, detail: RegExp])[] = [
  [["log_format=xml"], "log_format", /expected one of plain, prefixed, json, got "xml"/],
  [["log_format=json", "log_timestamps=gmt"], "log_timestamps", /one of none, local, utc/],
  [["log_timestamps=utc"], "log_timestamps", /expected log_format=prefixed or json/],
  [["log_format=plain", "log_prefix=x"], "log_prefix", /expected log_format=prefixed/],
  [["log_format=json", "log_prefix=x"], "log_prefix", /with log_format=json it says nothing/],
  [["log_format=json", "log_timestamps=none"], "log_timestamps", /always has a time/],
  [["log_format=prefixed", "log_prefix={user}"], "log_prefix", /nothing in braces but \{group\}/],
  [["log_format=prefixed", "log_prefix=a}"], "log_prefix", /nothing in braces but/],
  [["log_format=prefixed", "log_prefix=a", " b"], "log_prefix", /expected one line/],
  [["logfile_compress=bzip2"], "logfile_compress", /expected one of gzip, zstd, none/],
  [["logfile_rotate=monthly"], "logfile_rotate", /expected hourly, daily, weekly, or a duration/],
  [["logfile_rotate=0"], "logfile_rotate", /got "0"/],
  [["logfile_rotate=-5m"], "logfile_rotate", /got "-5m"/],
  [["logfile_mode=640x"], "logfile_mode", /expected an octal number/],
  [["logfile_mode=0440"], "logfile_mode", /let the owner read and write/],
  [["logfile_mode=01640"], "logfile_mode", /from 0600 to 0777/],
  [["logfile_owner=nobody9"], "logfile_owner", /there is no such user/],
  [["logfile_owner=web:none"], "logfile_owner", /there is no such group/],
];

for (const [lines, option, detail] of refused) {
  test(`${lines.join(", ")} is refused where it is written`, () => {
    const { place, detail: told } = refusal(conf(...P, ...lines));
    const row = lines.findIndex((line) => line.startsWith(`${option}=`));
    assert.match(told, detail);
    // "[supervisord]" is line 1; a value of several lines is at fault as a whole.
    assert.deepEqual([place.option, place.line], [option, 4 + row]);
  });
}

const owners: readonly (readonly [name: string, uid: number, user: string, warned: boolean])[] = [
  ["root gives files away", 0, "", false],
  ["an ordinary user does not", 1000, "", true],
  ["root that becomes another does not", 0, "user=1001", true],
  ["its own files are its own", 33, "", false],
];

for (const [name, uid, user, warned] of owners) {
  test(`logfile_owner: ${name}`, () => {
    const { warnings } = check(conf(user, ...P, "logfile_owner=web"), { uid });
    const about = warnings.filter(({ place }) => place.option === "logfile_owner");
    assert.deepEqual(about.map(({ place }) => place.line), warned ? [5] : []);
  });
}
