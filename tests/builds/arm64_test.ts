/** The executable for arm64, emulated. Its processor is not, so a test of its speed says nothing. */
import assert from "node:assert/strict";
import { SETTINGS_MARK } from "../../src/platform/environment.ts";
import {
  ARM64_VISOR,
  asIfArm64,
  canEmulate,
  canRegister,
  EMULATED_VISOR,
  kernelEmulates,
} from "../support/emulator.ts";
import { labTests, program, readProc, skipAloud } from "../support/lab.ts";
import { supervises, worksInBackground } from "../support/supervises.ts";

const test = labTests();

const NO_EMULATOR = "running arm64 needs x64, qemu-user-static and libc6-arm64-cross";
const NO_REGISTER = "executing arm64 like any file needs root, user namespaces and Linux 6.7";

const hasSettings = (pid: number) => readProc(pid, "environ").includes(`\0${SETTINGS_MARK}=`);

test("the executable for arm64 tells what it is, and checks a config", async (lab) => {
  if (!canEmulate) return skipAloud(NO_EMULATOR);
  const { stdout } = await lab.run([...EMULATED_VISOR, "--version"]);
  assert.match(stdout, /^visor \S+ \(Bun \S+, linux-arm64\)\n$/);
  lab.config(program("web"));
  const check = [...EMULATED_VISOR, "daemon", "--check", "-c", lab.conf];
  assert.equal((await lab.run(check)).stdout, `${lab.conf}: no mistakes found\n`);
  lab.config(program("web", "sleep 1000", { startsecs: "soon" }));
  const { status, stderr } = await lab.run(check);
  assert.equal(status, 2);
  assert.match(stderr, /startsecs/);
});

test("the executable for arm64 supervises, also where it cannot execute its own file", async (lab) => {
  if (!canEmulate) return skipAloud(NO_EMULATOR);
  if (kernelEmulates()) return skipAloud("a kernel that does not execute arm64: this one does");
  const daemon = await supervises(lab, { visor: EMULATED_VISOR, users: true });
  assert.ok(!hasSettings(daemon.pid));
  daemon.kill("SIGHUP");
  await lab.until(() => lab.logged(/spawned: 'web'/).length === 4, "it starts everything again");
  daemon.kill();
  assert.equal(await daemon.end(), 0);
  const { status, stderr } = await lab.run([...EMULATED_VISOR, "daemon", "-c", lab.conf]);
  assert.equal(status, 2);
  assert.match(stderr, /^Error: Cannot go into the background: \S+ does not start\n/);
});

test("the executable for arm64 starts itself anew, for its settings and the background", async (lab) => {
  if (!canEmulate) return skipAloud(NO_EMULATOR);
  if (!canRegister(lab)) return skipAloud(NO_REGISTER);
  const visor = asIfArm64(lab, [ARM64_VISOR]);
  const daemon = await supervises(lab, { visor, users: false });
  assert.ok(hasSettings(daemon.pid));
  daemon.kill();
  assert.equal(await daemon.end(), 0);
  await worksInBackground(lab, visor);
});
