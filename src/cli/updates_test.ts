import assert from "node:assert/strict";
import fs from "node:fs";
import { test } from "node:test";
import { FakeWorld, killed } from "../../tests/support/fake_world.ts";
import { tempFolder } from "../../tests/support/temp_folder.ts";
import { loadConfig } from "../config/config.ts";
import { systemConfigHost } from "./config_host.ts";
import { LiveConfig } from "./live_config.ts";
import { Updates } from "./updates.ts";

const settled = () => new Promise<void>((resolve) => setImmediate(resolve));

const folder = tempFolder();
let files = 0;

/** A daemon in which `web` runs, and its file, of which tests change the `directory`. */
function daemon() {
  const path = `${folder}/${files++}.conf`;
  const write = (directory: string) =>
    fs.writeFileSync(
      path,
      `[supervisord]\n[program:web]\ncommand=cat\nstartsecs=0\ndirectory=${directory}\n`,
    );
  write("/");
  const config = loadConfig({ path, overrides: {}, host: systemConfigHost() });
  const world = new FakeWorld(...config.groups);
  world.run("web");
  world.forget();
  const updates = new Updates(
    world.supervisor,
    new LiveConfig(config, { path, overrides: {} }, () => {}),
  );
  return { write, world, updates };
}

async function exit(world: FakeWorld): Promise<void> {
  world.exit("web", killed(15));
  await settled();
}

test("an update that is asked for meanwhile begins when the one before is over", async () => {
  const { write, world, updates } = daemon();
  write("/tmp");
  const first = updates.run(undefined);
  await settled();
  write("/usr");
  const second = updates.run(undefined);
  await settled();
  assert.deepEqual(world.signals, ["web SIGTERM"]);
  await exit(world);
  assert.equal((await first).steps.length, 1);
  assert.equal(world.process("web").config.directory, "/tmp");
  await exit(world);
  assert.equal((await second).steps.length, 1);
  assert.equal(world.process("web").config.directory, "/usr");
  assert.deepEqual((await updates.run(undefined)).steps, []);
});

test("one that waits does nothing once the daemon stops", async () => {
  const { write, world, updates } = daemon();
  write("/tmp");
  const first = updates.run(undefined);
  await settled();
  const second = updates.run(undefined);
  world.supervisor.beginStopping();
  await exit(world);
  assert.equal((await first).steps.length, 1);
  assert.deepEqual((await second).steps, []);
  assert.deepEqual(world.memberships.slice(1), ["removed web"]);
});

test("a mistake in the file changes nothing, and the next update is as good as any", async () => {
  const { write, world, updates } = daemon();
  write("/nowhere\nnumprocs=no");
  await assert.rejects(updates.run(undefined), /numprocs|integer|no/);
  assert.throws(() => updates.plan(undefined), /integer|no/);
  assert.deepEqual(world.signals, []);
  write("/");
  assert.deepEqual((await updates.run(undefined)).steps, []);
});

test("a plan is of the file as it is now, and changes nothing", async () => {
  const { write, world, updates } = daemon();
  write("/tmp");
  const planned = updates.plan(new Set(["web", "zz"]));
  assert.deepEqual([planned.dry_run, planned.steps.length, planned.unknown], [true, 1, ["zz"]]);
  assert.deepEqual(updates.plan(new Set(["zz"])).steps, []);
  await settled();
  assert.deepEqual(world.signals, []);
  assert.equal(world.process("web").config.directory, "/");
});
