/** What to do where a file of the daemon's own cannot be made. */
import { directoryOf } from "../config/paths.ts";

/** @returns The end of a message that names the file; empty where the code says it all. */
export function pathRemedy(code: string | undefined, path: string): string {
  const folder = directoryOf(path);
  switch (code) {
    case "ENOENT":
      return `: there is no folder ${folder}`;
    case "EACCES":
    case "EPERM":
      return `: user ${
        process.getuid!()
      } may not make it in ${folder}; chown that, or name a file ` +
        "elsewhere";
    case "EROFS":
      return `: ${folder} is read-only; name a file elsewhere, such as in /run`;
    case "ELOOP":
      return " is a link that somebody else made: remove it";
    case "EISDIR":
      return " is a folder: name a file in it";
    case "EEXIST":
      return " is something else: move it away";
    case "ENAMETOOLONG":
      return " is too long; the path of a socket has at most 107 bytes";
    default:
      return "";
  }
}
