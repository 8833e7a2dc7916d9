import assert from "node:assert/strict";
import { test } from "node:test";
import { conf, load, refusal } from "./testing.ts";

test("inet servers come before unix servers, each in the order of the file", () => {
  const { servers } = load(
    conf(
      "[unix_http_server]",
      "file=~/s.sock",
      "chown=web:root",
      "chmod=0770",
      "[inet_http_server:b]",
      "port=*:9001",
      "[inet_http_server]",
      "port=HOST:1",
      "username=u",
      "password=%(ENV_P)s",
    ),
    { env: { P: "secret" } },
  );
  assert.deepEqual(servers, [
    {
      kind: "inet",
      section: "inet_http_server:b",
      name: "b",
      username: null,
      password: null,
      host: "",
      port: 9001,
    },
    {
      kind: "inet",
      section: "inet_http_server",
      name: null,
      username: "u",
      password: "secret",
      host: "host",
      port: 1,
    },
    {
      kind: "unix",
      section: "unix_http_server",
      name: null,
      username: null,
      password: null,
      file: "/root/s.sock",
      chmod: 0o770,
      chown: { user: { written: "web", id: 33 }, group: { written: "root", id: 0 } },
    },
  ]);
});

const urls: [name: string, lines: string[], want: string | null][] = [
  ["is null without a server", [], null],
  ["prefers the first unix server", [
    "[inet_http_server]",
    "port=1",
    "[unix_http_server:a]",
    "file=/a",
    "[unix_http_server:b]",
    "file=/b",
  ], "unix:///a"],
  ["takes the last inet server otherwise", [
    "[inet_http_server:a]",
    "port=h:1",
    "[inet_http_server:b]",
    "port=2",
  ], "http://localhost:2"],
];

for (const [name, lines, want] of urls) {
  test(`serverurl ${name}`, () => assert.equal(load(conf(...lines)).serverurl, want));
}

const incomplete = (section: string) =>
  `Section [${section}] contains incomplete authentication: If a username or a password is ` +
  "specified, both the username and password must be specified";

const refusals: [lines: string[], message: string, option: string][] = [
  [["[unix_http_server]"], "section [unix_http_server] has no file value", "file"],
  [["[inet_http_server:x]"], "section [inet_http_server:x] has no port value", "port"],
  [["[inet_http_server]", "port=abc"], "not a valid port number: 'abc' ", "port"],
  [["[unix_http_server]", "file=/s", "chmod=x"], "Invalid chmod value x", "chmod"],
  [["[unix_http_server]", "file=/s", "chown=x"], "Invalid sockchown value x", "chown"],
  [["[unix_http_server]", "file=/s", "username=x"], incomplete("unix_http_server"), "password"],
  [["[inet_http_server]", "port=1", "password=x"], incomplete("inet_http_server"), "username"],
];

for (const [lines, message, option] of refusals) {
  test(`${lines.join(" ")} is refused for its ${option}`, () => {
    const error = refusal(conf(...lines));
    assert.deepEqual([error.message, error.place.option], [message, option]);
  });
}
