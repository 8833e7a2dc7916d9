import assert from "node:assert/strict";
import { test } from "node:test";
import { childLog, existingFolder, pathInFolder } from "./files.ts";
import { fakeHost } from "./testing.ts";

const host = fakeHost({ files: { "/var/log/x.log": "" } });

const logs = [
  { text: "", want: { type: "none" } },
  { text: "NONE", want: { type: "none" } },
  { text: "off", want: { type: "none" } },
  { text: "Auto", want: { type: "auto" } },
  { text: "SYSLOG", want: { type: "syslog" } },
  { text: "/var/log/web.log", want: { type: "file", path: "/var/log/web.log" } },
  { text: "~/web.log", want: { type: "file", path: "/root/web.log" } },
  { text: "web.log", want: { type: "file", path: "web.log" } },
  { text: "automatic", want: { type: "file", path: "automatic" } },
];

for (const { text, want } of logs) {
  test(`childLog() reads "${text}" as ${want.type}`, () => {
    assert.deepEqual(childLog(text, host), want);
  });
}

test("childLog() and pathInFolder() refuse a path without its folder, and name that", () => {
  for (const read of [childLog, pathInFolder]) {
    assert.throws(() => read("/nowhere/web.log", host), {
      message: "The directory named as part of the path /nowhere/web.log does not exist",
      detail: 'expected a path in an existing directory, got "/nowhere/web.log": ' +
        'there is no directory "/nowhere"',
    });
  }
});

test("existingFolder() takes a folder and nothing else", () => {
  assert.equal(existingFolder("/var/log", host), "/var/log");
  assert.equal(existingFolder("~", host), "/root");
  for (const text of ["/var/log/x.log", "/nowhere"]) {
    assert.throws(() => existingFolder(text, host), {
      message: `${text} is not an existing directory`,
    });
  }
});
