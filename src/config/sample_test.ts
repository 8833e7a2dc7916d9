import assert from "node:assert/strict";
import { test } from "node:test";
import { demoConfig } from "./demo.ts";
import { sampleConfig } from "./sample.ts";
import { UNSET_HEALTH } from "../model/health.ts";
import { check, conf } from "./testing.ts";

test("the sample is a valid configuration that starts nothing", () => {
  const { config, errors, warnings } = check(sampleConfig());
  assert.deepEqual([errors, warnings, config?.groups], [[], [], []]);
  assert.equal(config?.serverurl, "unix:///tmp/supervisor.sock");
});

test("the sample's commented options are valid as well", () => {
  const machine = { files: { "/a/path": "" } };
  const text = sampleConfig().replace(/^;(?=[[a-z])/gm, "")
    .replace(/^(user|chown)=\S+/gm, "$1=web").replace(/^(programs)=\S+/m, "$1=theprogramname")
    .replace(/^(stopasgroup)=false/gm, "$1=true ").replace(/^(killasgroup)=false/gm, "$1=true ");
  const { errors, warnings } = check(text, machine);
  assert.deepEqual(errors, []);
  assert.deepEqual(warnings.map(({ place }) => place.option), ["files", "stderr_logfile"]);
});

test("the sample names every option of health checks, each valid by itself", () => {
  const program = sampleConfig().split(";[program:").at(-1)!.split(";[eventlistener:")[0]!;
  for (const name of Object.keys(UNSET_HEALTH)) {
    const [, line] = new RegExp(`^;\\+ (${name}=.*)`, "m").exec(program)!;
    assert.deepEqual(check(conf("[program:p]", "command=cat", line!)).errors, [], name);
  }
});

test("the demo is a valid configuration with three programs, all in its folder", () => {
  const { config, errors, warnings } = check(demoConfig("/tmp/a%b"), {
    files: { "/tmp/a%b/x": "" },
  });
  assert.deepEqual([errors, warnings], [[], []]);
  assert.deepEqual(config!.groups.map(({ name }) => name), ["crasher", "hopeless", "ticker"]);
  assert.equal(config!.supervisord.pidfile, "/tmp/a%b/supervisord.pid");
});
