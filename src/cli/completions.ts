/** Completion scripts for shells, generated from what the commands say about themselves. */
import type { CliDescription } from "./completion_data.ts";
import { fishCompletion } from "./completions_fish.ts";
import { bashCompletion, zshCompletion } from "./completions_posix.ts";

export type Shell = "bash" | "zsh" | "fish";

/**
 * A script to be sourced by a shell, or put where it looks for completions.
 *
 * Names of processes and groups are not in it: at each completion the script asks the daemon,
 * through `ctl status` with the options typed so far.
 */
export function completionScript(shell: Shell, description: CliDescription): string {
  switch (shell) {
    case "bash":
      return bashCompletion(description);
    case "zsh":
      return zshCompletion(description);
    case "fish":
      return fishCompletion(description);
  }
}
