import assert from "node:assert/strict";
import { labTests, program, skipAloud, VISOR } from "./support/lab.ts";
import { have } from "./support/lab.ts";

const test = labTests();

test("every verb answers with one document, and exits as without it", async (lab) => {
  lab.config(
    program("up") + program("off", "sleep 1000", { autostart: "false" }) +
      program("bad", "/no/such", { autostart: "false" }),
  );
  await lab.daemon();
  await lab.state("up", "RUNNING");
  const table: [line: string, status: number, ...members: string[]][] = [
    ["status up", 0, "processes"],
    ["status", 3, "processes"],
    ["status nobody off", 3, "results", "processes"],
    ["start up bad nobody:*", 2, "results"],
    ["start", 2, "error"],
    ["stop off", 0, "results"],
    ["restart up", 0, "results"],
    ["signal HUP off", 7, "results"],
    ["clear up", 0, "results"],
    ["pid", 0, "pid"],
    ["pid off", 7, "processes"],
    ["version", 0, "version"],
    ["avail", 0, "programs"],
    ["tail up", 0, "group", "name", "channel", "text"],
    ["tail nobody", 1, "error"],
    ["tail -f up", 2, "error"],
    ["fg up", 2, "error"],
    ["maintail", 0, "text"],
    ["reread", 0, "added", "changed", "removed"],
    ["update", 0, "results"],
    ["add up", 0, "results"],
    ["remove up", 1, "results"],
    ["open ftp://x", 1, "error"],
    ["help", 0, "actions"],
    ["nonsense", 1, "error"],
    ["shutdown", 0, "message"],
  ];
  for (const [line, status, ...members] of table) {
    const ran = await lab.ctl("--json", ...line.split(" "));
    assert.deepEqual([ran.status, ran.stderr], [status, ""], `${line}: ${ran.stdout}`);
    const { schema, ...document } = JSON.parse(ran.stdout);
    assert.deepEqual([schema, Object.keys(document)], [1, members], `${line}: ${ran.stdout}`);
  }
  await lab.until(() => lab.marked().length === 0, "the daemon's end");
  const { stdout, status } = await lab.ctl("status", "--json");
  assert.deepEqual([status, JSON.parse(stdout).error.code], [4, "ENOENT"]);
});

test("of a daemon that is no visor --json tells what XML-RPC tells", async (lab) => {
  if (!have("/usr/bin/supervisord")) return skipAloud("there is no Supervisor to ask");
  lab.config(program("up") + program("off", "sleep 1000", { autostart: "false" }));
  await lab.daemon([], { command: ["/usr/bin/supervisord", "-n", "-c", lab.conf] });
  await lab.state("up", "RUNNING");
  const { status, stdout } = await lab.run([VISOR, "ctl", "-c", lab.conf, "status", "--json"]);
  const { schema, processes: [off, up] } = JSON.parse(stdout);
  assert.deepEqual([status, schema, off.name, off.state, off.pid], [3, 1, "off", "STOPPED", null]);
  assert.deepEqual([up.name, up.ready, up.healthy], ["up", true, null]);
  assert.ok(up.pid > 0 && up.started_at > 1e12);
});
