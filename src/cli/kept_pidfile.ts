/** The pidfile from the start of a life to its end: logrotate and init scripts count on it. */
import type { ActivityLog } from "../logs/activity_log.ts";
import type { Clock } from "../platform/clock.ts";
import { errorCode } from "../platform/errno.ts";
import { FileKeeper, type KeptNews } from "../platform/kept_file.ts";
import {
  type Pidfile,
  pidfilePresence,
  removePidfile,
  restorePidfile,
  writePidfile,
} from "../platform/pidfile.ts";
import { pathRemedy } from "./path_remedy.ts";

export interface KeptPidfile {
  /** Only what is still ours is removed. */
  remove(): Promise<void>;
}

/** Without one the daemon goes on, as Supervisor does. @see spec/processes.md §2, step 11 */
export function keepPidfile(path: string, clock: Clock, log: ActivityLog): KeptPidfile {
  const pidfile = write(path, log);
  if (!pidfile) return { remove: async () => {} };
  const keeper = new FileKeeper({
    path: pidfile.path,
    look: () => pidfilePresence(pidfile),
    restore: () => restorePidfile(pidfile),
    told: (news) => log.log("warn", describe(news, path)),
  }, clock);
  return {
    async remove() {
      await keeper.close();
      removePidfile(pidfile);
    },
  };
}

function write(path: string, log: ActivityLog): Pidfile | null {
  try {
    return writePidfile(path);
  } catch (error) {
    const code = errorCode(error);
    log.log(
      "critical",
      `could not write pidfile ${path}: ${code} (${path}${pathRemedy(code, path)})`,
    );
    return null;
  }
}

function describe(news: KeptNews, path: string): string {
  switch (news.type) {
    case "restored":
      return `pidfile ${path} was removed; it is written again`;
    case "taken":
      return `pidfile ${path} was replaced by somebody else's, which is left alone`;
    case "lost":
      return `pidfile ${path} was removed and cannot be written again (${news.reason}), trying on`;
  }
}
