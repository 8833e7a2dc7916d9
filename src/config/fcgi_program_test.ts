import assert from "node:assert/strict";
import { test } from "node:test";
import { conf, onlyGroup, refusal } from "./testing.ts";

function socket(...lines: string[]) {
  const group = onlyGroup("[fcgi-program:f]", "command=x", ...lines);
  assert.ok(group.kind === "fcgi");
  return group.socket;
}

const web = { written: "web", id: 33 };
const sockets: [lines: string[], want: unknown][] = [
  [["socket=tcp://HOST:9000"], { url: "tcp://host:9000", backlog: null, mode: null, owner: null }],
  [
    ["socket=unix:///run/../%(program_name)s.sock", "socket_backlog=5"],
    { url: "unix:///f.sock", backlog: 5, mode: 0o700, owner: null },
  ],
  [
    ["socket=unix:///s", "user=web"],
    {
      url: "unix:///s",
      backlog: null,
      mode: 0o700,
      owner: { user: web, group: { written: "*", id: 33 } },
    },
  ],
  [["socket=unix:///s", "user=root"], {
    url: "unix:///s",
    backlog: null,
    mode: 0o700,
    owner: null,
  }],
  [
    ["socket=unix:///s", "socket_owner=web", "socket_mode=0666"],
    { url: "unix:///s", backlog: null, mode: 0o666, owner: { user: web, group: null } },
  ],
];

for (const [lines, want] of sockets) {
  test(`[fcgi-program:x] reads ${lines.join(" ")}`, () => assert.deepEqual(socket(...lines), want));
}

const onlyUnix =
  "socket_owner and socket_mode params should only be used with a Unix domain socket in [fcgi-program:f] socket";
const refusals: [lines: string[], message: string][] = [
  [[], '[fcgi-program:f] section requires a "socket" line'],
  [["socket="], '[fcgi-program:f] section requires a "socket" line'],
  [["socket=foo"], "('Bad socket format %s', 'foo') in [fcgi-program:f] socket"],
  [["socket=tcp://:1"], "('Bad socket format %s', 'tcp://:1') in [fcgi-program:f] socket"],
  [["socket=tcp://h:70000"], "70000 is above upper bound (65535) in [fcgi-program:f] socket"],
  [
    ["socket=unix://s"],
    "('Unix socket path %s is not an absolute path', 's') in [fcgi-program:f] socket",
  ],
  [["socket=unix:///s", "socket_backlog=0"], "Invalid socket_backlog value 0"],
  [["socket=unix:///s", "socket_owner=x"], "Invalid socket_owner value x"],
  [["socket=unix:///s", "socket_mode=x"], "Invalid socket_mode value x"],
  [["socket=tcp://h:1", "socket_mode=0700"], onlyUnix],
];

for (const [lines, message] of refusals) {
  test(`[fcgi-program:x] refuses ${lines.join(" ") || "no socket"}`, () => {
    assert.equal(refusal(conf("[fcgi-program:f]", "command=x", ...lines)).message, message);
  });
}
