/** A person at a terminal: what is typed, and what the screen shows. */
import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { have, type Lab } from "./lab.ts";

const SCRIPT = fileURLToPath(new URL("lab_pty.py", import.meta.url));

/** Is there what it takes to make a terminal? */
export const canType: boolean = have("python3");

/** Wait for the first on the screen, then type the second. */
export type Step = readonly [wait: string, type: string];

export interface Screen {
  readonly status: number | null;
  readonly text: string;
}

/** Types at a command, and waits for its end. Fails if what is waited for does not come. */
export async function typeAt(
  lab: Lab,
  command: readonly string[],
  steps: readonly Step[],
): Promise<Screen> {
  const { stdout, stderr } = await lab.run(["python3", SCRIPT, JSON.stringify(steps), ...command], {
    env: { TERM: "xterm" },
  });
  assert.notEqual(stdout, "", stderr);
  const { status, screen, seen } = JSON.parse(stdout);
  const missed = seen.indexOf(false);
  if (missed >= 0) assert.fail(`never saw ${JSON.stringify(steps[missed]![0])} in\n${screen}`);
  return { status, text: screen };
}
