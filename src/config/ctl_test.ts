import assert from "node:assert/strict";
import { test } from "node:test";
import { loadCtlConfig } from "./ctl.ts";
import { fakeHost } from "./testing.ts";

function ctl(text: string, overrides = {}) {
  return loadCtlConfig({
    path: "/c/x.conf",
    host: fakeHost({ files: { "/c/x.conf": text } }),
    overrides,
  });
}

test("the client has defaults without a file", () => {
  assert.deepEqual(loadCtlConfig({ path: null, host: fakeHost() }), {
    serverurl: "http://localhost:9001",
    username: null,
    password: null,
    prompt: "supervisor",
    history_file: null,
  });
});

test("the client makes its paths absolute", () => {
  const { serverurl, history_file } = ctl(
    "[supervisorctl]\nserverurl=unix://%(here)s/../s.sock\nhistory_file=~/h",
  );
  assert.deepEqual([serverurl, history_file], ["unix:///s.sock", "/root/h"]);
});

test("the client's command line stands over its file", () => {
  const { serverurl, prompt } = ctl("[supervisorctl]\nserverurl=http://a\nprompt=p", {
    serverurl: "unix://~/s",
  });
  assert.deepEqual([serverurl, prompt], ["unix:///root/s", "p"]);
});

test("the client wants its section where there is a file, and does not look into others", () => {
  const error = { message: ".ini file does not include supervisorctl section" };
  assert.throws(() => ctl("[supervisord]"), error);
  assert.throws(() => ctl("[include]\nfiles=*"), error);
  assert.equal(ctl("[supervisorctl]\n[supervisord]\nminfds=x").prompt, "supervisor");
});

test("the client refuses a plug-in in Python", () => {
  const text = "[supervisorctl]\n[ctlplugin:x]\nsupervisor.ctl_factory=a:b";
  assert.throws(() => ctl(text), { code: "UNKNOWN_PLUGIN" });
});

test("the client names a file that is not there", () => {
  const find = { message: "could not find config file /none" };
  assert.throws(() => loadCtlConfig({ path: "/none", host: fakeHost() }), find);
});
