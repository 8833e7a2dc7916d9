/** Who, besides root, decides what a daemon of root's runs. */
import type { ConfigHost, Ownership } from "./host.ts";
import { absolute, directoryOf } from "./paths.ts";

const BY_GROUP = 0o020;
const BY_ALL = 0o002;
/** In such a folder everybody has files, but nobody can replace another's. */
const STICKY = 0o1000;

/**
 * Why root should not act on a file: somebody else can change it, or put another in its place.
 *
 * @param use What root does with it.
 * @returns The end of a sentence that starts with the file; undefined where all is well, or where
 * it is not root who reads it.
 */
export function distrust(
  path: string,
  host: ConfigHost,
  use = "says what root runs",
): string | undefined {
  if (host.uid !== 0) return undefined;
  const file = absolute(path, host.cwd);
  const changer = othersThanRoot(file, host.ownership(file));
  if (changer) {
    return `${use}, and can be changed by ${changer.who}: ${changer.remedy}`;
  }
  const folder = directoryOf(file);
  const found = host.ownership(folder);
  const replacer = found && (found.mode & STICKY) === 0 ? othersThanRoot(folder, found) : undefined;
  if (!replacer) return undefined;
  return `${use}, and can be replaced by ${replacer.who}, who may write in its ` +
    `folder: ${replacer.remedy}`;
}

interface Changer {
  readonly who: string;
  readonly remedy: string;
}

/** Being in root's own group is as good as being root. */
function othersThanRoot(path: string, found: Ownership | undefined): Changer | undefined {
  if (!found) return undefined;
  const { uid, gid, mode } = found;
  if (uid !== 0) return { who: `user ${uid}`, remedy: `chown root ${path}` };
  if ((mode & BY_ALL) !== 0) return { who: "everybody", remedy: `chmod go-w ${path}` };
  if ((mode & BY_GROUP) === 0 || gid === 0) return undefined;
  return { who: `group ${gid}`, remedy: `chmod g-w ${path}` };
}
