/** Orphans of our children become ours, so that they are reaped and known. */
import { libc } from "./libc.ts";

const PR_SET_CHILD_SUBREAPER = 36;

/** As PID 1 this is so anyway. Does nothing where the kernel has it not. */
export function adoptOrphans(): void {
  libc().prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0);
}
