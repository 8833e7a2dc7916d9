import assert from "node:assert/strict";
import fs from "node:fs";
import { type Daemon, descriptorsOf, isRoot, type Lab, procStatus, program } from "./lab.ts";
import { worksIn } from "./works_in.ts";

const NOBODY = 65_534;

type Variables = Readonly<Record<string, string>>;

/** How an executable is run that this machine cannot run by itself. */
export interface Way {
  readonly visor: readonly string[];
  readonly env?: Variables;
  /** Programs can have another user than the daemon. */
  readonly users: boolean;
}

/**
 * Makes sure that an executable supervises: programs run, as another user too, are started again
 * after a crash and heard, and are asked for and stopped with its own ctl.
 *
 * @returns Its daemon, which goes on.
 */
export async function supervises(lab: Lab, { visor, env = {}, users }: Way): Promise<Daemon> {
  const user = users && isRoot;
  lab.config(
    program("web", "sleep 1000", user ? { user: "nobody" } : {}) +
      program("crash", "sh -c 'echo out; exit 3'", { stdout_logfile: "{dir}/out" }),
  );
  const [daemon, pid] = await worksIn(lab, [...visor, "daemon", "-n", "-c", lab.conf], env);
  // Under an emulator it is there before it is executed.
  const descriptors = () => [...descriptorsOf(pid).keys()].join();
  await lab.until(() => descriptors() === "0,1,2", "the program has no others");
  if (user) assert.equal(procStatus(pid, "Uid"), Array(4).fill(NOBODY).join("\t"));
  await lab.until(
    () => lab.logged(/exited: crash \(exit status 3/).length >= 3,
    "crashes are seen",
  );
  assert.match(lab.read("out"), /^(out\n){3,}/);
  const ctl = (...words: string[]) => lab.run([...visor, "ctl", "-c", lab.conf, ...words], { env });
  assert.match((await ctl("status", "web")).stdout, new RegExp(`^web +RUNNING +pid ${pid}, `));
  assert.equal((await ctl("stop", "web")).stdout, "web: stopped\n");
  assert.equal((await ctl("start", "web")).stdout, "web: started\n");
  return daemon;
}

/** Makes sure that a daemon goes into the background, works there, and ends when it is told to. */
export async function worksInBackground(
  lab: Lab,
  visor: readonly string[],
  env: Variables = {},
): Promise<void> {
  const { status, stderr } = await lab.run([...visor, "daemon", "-c", lab.conf], { env });
  assert.deepEqual({ status, stderr }, { status: 0, stderr: "" });
  await lab.state("web", "RUNNING");
  assert.equal((await lab.ctl("shutdown")).stdout, "Shut down\n");
  await lab.until(() => !fs.existsSync(lab.path("daemon.pid")), "it has ended");
}
