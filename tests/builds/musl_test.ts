/** The executable for musl and x64, with Debian's musl. */
import assert from "node:assert/strict";
import { labTests, program, readProc, skipAloud } from "../support/lab.ts";
import { canRunMusl, MUSL_VISOR, muslLibraries } from "../support/musl.ts";
import { canMount, withMounts } from "../support/namespace.ts";
import { supervises, worksInBackground } from "../support/supervises.ts";
import { worksIn } from "../support/works_in.ts";

const test = labTests();

const NO_MUSL = "running a musl executable needs Debian's musl, cc and x64";

test("the executable for musl tells what it is, and checks a config", async (lab) => {
  if (!canRunMusl) return skipAloud(NO_MUSL);
  const env = { LD_LIBRARY_PATH: await muslLibraries(lab) };
  const { stdout } = await lab.run([MUSL_VISOR, "--version"], { env });
  assert.match(stdout, /^visor \S+ \(Bun \S+, linux-x64-musl\)\n$/);
  lab.config(program("web"));
  const check = await lab.run([MUSL_VISOR, "daemon", "--check", "-c", lab.conf], { env });
  assert.equal(check.stdout, `${lab.conf}: no mistakes found\n`);
});

test("the executable for musl supervises, in the background too, and without /proc", async (lab) => {
  if (!canRunMusl) return skipAloud(NO_MUSL);
  const env = { LD_LIBRARY_PATH: await muslLibraries(lab) };
  const daemon = await supervises(lab, { visor: [MUSL_VISOR], env, users: true });
  assert.match(readProc(daemon.pid, "maps"), /musl\/libc\.so/);
  daemon.kill();
  assert.equal(await daemon.end(), 0);
  await worksInBackground(lab, [MUSL_VISOR], env);
  if (!canMount) return skipAloud("a mount namespace, for a machine without /proc");
  const command = [MUSL_VISOR, "daemon", "-n", "-c", lab.conf];
  await worksIn(lab, withMounts("mount -t tmpfs none /proc", command), env);
});

test("the executable for musl tells in words of too little address space", async (lab) => {
  if (!canRunMusl) return skipAloud(NO_MUSL);
  const env = { LD_LIBRARY_PATH: await muslLibraries(lab) };
  lab.config(program("web"));
  const daemon = [MUSL_VISOR, "daemon", "-n", "-c", lab.conf];
  const { status, stderr } = await lab.run(["prlimit", `--as=${1.5 * 2 ** 30}`, ...daemon], {
    env,
  });
  assert.equal(status, 2);
  assert.match(stderr, /^Error: Cannot call the C library: .*ulimit -v/);
});
