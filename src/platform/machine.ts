/** What this machine is called, and where its temporary files go. */
import os from "node:os";

/** As `uname -n` says it. */
export function hostName(): string {
  return os.hostname();
}

export function tempDirectory(): string {
  return os.tmpdir();
}
