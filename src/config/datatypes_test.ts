import assert from "node:assert/strict";
import { test } from "node:test";
import * as types from "./datatypes.ts";

type Convert = (text: string) => unknown;

const good: [convert: Convert, text: string, want: unknown][] = [
  [types.integer, " +1_000 ", 1000],
  [types.integer, "007", 7],
  [types.integer, "-5", -5],
  [types.integer, "9".repeat(400), Number.MAX_SAFE_INTEGER],
  [types.boolean, "YES", true],
  [types.boolean, "On", true],
  [types.boolean, "0", false],
  [types.byteSize, "50 MB", 52_428_800],
  [types.byteSize, "1gb", 1_073_741_824],
  [types.byteSize, "10", 10],
  [types.octal, "022", 0o22],
  [types.octal, "0o700", 0o700],
  [types.exitCodes, "", []],
  [types.exitCodes, "0, 2,255", [0, 2, 255]],
  [types.signal, "TERM", 15],
  [types.signal, "sighup", 1],
  [types.signal, "9", 9],
  [types.signal, "0", 0],
  [types.autorestart, "Unexpected", "unexpected"],
  [types.autorestart, "true", true],
  [types.exitOn, "Fatal", "fatal"],
  [types.logLevel, "WARN", "warn"],
  [types.nameOf, " web-1 ", "web-1"],
  [types.list, "a, b,,c ", ["a", "b", "", "c"]],
  [types.list, "", []],
  [types.url, "unix:///x", "unix:///x"],
  [types.url, "http:/a", "http:/a"],
  [types.inetAddress, "9001", { host: "", port: 9001 }],
  [types.inetAddress, "*:80", { host: "", port: 80 }],
  [types.inetAddress, "HOST:80", { host: "host", port: 80 }],
];

for (const [convert, text, want] of good) {
  test(`${convert.name}() reads "${text.slice(0, 20)}"`, () => {
    assert.deepEqual(convert(text), want);
  });
}

const int = (text: string) => `invalid literal for int() with base 10: '${text}'`;
const bad: [convert: Convert, text: string, message: string][] = [
  [types.integer, "soon", int("soon")],
  [types.integer, "", int("")],
  [types.integer, "1__0", int("1__0")],
  [types.boolean, "Maybe", "not a valid boolean value: 'Maybe'"],
  [types.byteSize, "5B", int("5b")],
  [types.byteSize, "1.5MB", int("1.5")],
  [types.byteSize, "1K", int("1k")],
  [types.octal, "9", "9 can not be converted to an octal type"],
  [types.exitCodes, "0,300", "not a valid list of exit codes: '0,300'"],
  [types.exitCodes, "0,", "not a valid list of exit codes: '0,'"],
  [types.signal, "NOPE", "value 'NOPE' is not a valid signal name"],
  [types.signal, "35", "value '35' is not a valid signal number"],
  [types.autorestart, "Maybe", "invalid 'autorestart' value 'maybe'"],
  [types.exitOn, "true", "invalid 'exit_on' value 'true'"],
  [types.logLevel, "loud", "bad logging level name 'loud'"],
  [types.nameOf, "a b", "Invalid name: 'a b' because of character: ' '"],
  [types.nameOf, "a/b", "Invalid name: 'a/b' because of character: '/'"],
  [types.nameOf, " ", "Invalid name: '' because it is empty"],
  [types.url, "foo", "value 'foo' is not a URL"],
  [types.url, "a://", "value 'a://' is not a URL"],
  [types.url, "://x", "value '://x' is not a URL"],
  [types.inetAddress, "abc", "not a valid port number: 'abc' "],
  [types.inetAddress, "h:abc", int("abc")],
  [types.inetAddress, "h:70000", "70000 is above upper bound (65535)"],
  [types.inetAddress, "h:0", "0 is below lower bound (1)"],
  [types.inetAddress, "h:", "no port number specified in ''"],
];

for (const [convert, text, message] of bad) {
  test(`${convert.name}() refuses "${text}"`, () => {
    assert.throws(() => convert(text), { name: "BadValue", message });
  });
}
