import assert from "node:assert/strict";
import type { Daemon, Lab } from "./lab.ts";

/**
 * Starts a daemon, and makes sure that it supervises the program `web` and is heard.
 *
 * @returns The daemon, and the pid of the program.
 */
export async function worksIn(
  lab: Lab,
  command: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<[Daemon, number]> {
  const daemon = await lab.daemon([], { command, env });
  const web = await lab.state("web", "RUNNING");
  const { stdout } = await lab.ctl("restart", "web");
  assert.equal(stdout, "web: stopped\nweb: started\n");
  const again = await lab.state("web", "RUNNING");
  assert.notEqual(again.pid, web.pid);
  return [daemon, again.pid];
}
