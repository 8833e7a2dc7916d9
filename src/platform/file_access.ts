/** Whose a file is, and who else may read it. */
import fs from "node:fs";

/** Who may do what with a file. */
export interface FileAccess {
  readonly uid: number;
  readonly gid: number;
  /** The permission bits. */
  readonly mode: number;
}

/** Makes a file that never lets in more than it will. @throws {Error} Also if there is one. */
export function createAs(path: string, flags: number, access: Partial<FileAccess>): number {
  const mode = access.mode === undefined ? 0o666 : access.mode | 0o600;
  const fd = fs.openSync(path, flags | fs.constants.O_CREAT | fs.constants.O_EXCL, mode);
  giveAway(fd, access);
  return fd;
}

export function giveAway(fd: number, { uid, gid, mode }: Partial<FileAccess>): void {
  try {
    const { uid: ownUid, gid: ownGid } = fs.fstatSync(fd);
    if (uid !== undefined || gid !== undefined) fs.fchownSync(fd, uid ?? ownUid, gid ?? ownGid);
  } catch {
    // an ordinary user's, and not ours to give: it stays as it was made
  }
  try {
    if (mode !== undefined) fs.fchmodSync(fd, mode); // the umask is not for what is asked for
  } catch {
    // given away already
  }
}

export function accessOf(fd: number): FileAccess | undefined {
  try {
    const { uid, gid, mode } = fs.fstatSync(fd);
    return { uid, gid, mode: mode & 0o777 };
  } catch {
    return undefined;
  }
}
