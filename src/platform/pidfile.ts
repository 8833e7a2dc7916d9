/** The file that holds the daemon's pid. */
import fs from "node:fs";
import { dirname, resolve } from "node:path";
import { inodeOf, type Presence } from "./kept_file.ts";

/** No more links than the kernel follows. */
const MOST_LINKS = 40;
const CONTENT = `${process.pid}\n`;

/** A pidfile that was written: ours to keep and to remove. */
export interface Pidfile {
  /** What the path leads to. */
  readonly path: string;
}

/**
 * Writes our pid and a line feed. A file is replaced by a new one, so that nothing is written
 * through a link that somebody planted. Links that are ours or root's are followed.
 *
 * @returns null where it is no file but a device such as /dev/null.
 * @throws {Error} With node's `code`.
 */
export function writePidfile(path: string): Pidfile | null {
  const file = followed(path);
  const found = fs.lstatSync(file, { throwIfNoEntry: false });
  if (found?.isCharacterDevice()) {
    fs.writeFileSync(file, CONTENT);
    return null;
  }
  if (found && !found.isFile()) throw Object.assign(new Error(file), { code: codeOf(found) });
  try {
    underTemporaryName(file, (name) => fs.renameSync(name, file));
  } catch (error) {
    // In a folder that is not ours to write in, the file itself may be.
    if (!found || !isTrusted(found.uid)) throw error;
    overwrite(file);
  }
  return { path: file };
}

/** Puts it back where nothing is. @throws {Error} With node's `code`; `EEXIST`. */
export function restorePidfile({ path }: Pidfile): void {
  underTemporaryName(path, (name) => fs.linkSync(name, path));
}

export function pidfilePresence({ path }: Pidfile): Presence {
  if (inodeOf(path) === undefined) return "missing";
  try {
    return fs.readFileSync(path, "utf8") === CONTENT ? "ours" : "foreign";
  } catch {
    return "foreign";
  }
}

/** Removes it if it still names us. */
export function removePidfile(pidfile: Pidfile): void {
  if (pidfilePresence(pidfile) !== "ours") return;
  try {
    fs.rmSync(pidfile.path);
  } catch {
    // gone meanwhile, or in a folder that is not ours to write in
  }
}

function codeOf(found: fs.Stats): string {
  return found.isDirectory() ? "EISDIR" : "EEXIST";
}

function underTemporaryName(path: string, place: (name: string) => void): void {
  const name = `${path}.${crypto.randomUUID().slice(0, 8)}`;
  fs.writeFileSync(name, CONTENT, { flag: "wx" });
  try {
    place(name);
  } finally {
    fs.rmSync(name, { force: true });
  }
}

function overwrite(path: string): void {
  const { O_WRONLY, O_NOFOLLOW, O_TRUNC } = fs.constants;
  const fd = fs.openSync(path, O_WRONLY | O_NOFOLLOW | O_TRUNC);
  try {
    fs.writeSync(fd, CONTENT);
  } finally {
    fs.closeSync(fd);
  }
}

/** @throws {Error} `ELOOP` at a link that somebody else made. */
function followed(path: string): string {
  let file = path;
  for (let links = 0; links < MOST_LINKS; links++) {
    const found = fs.lstatSync(file, { throwIfNoEntry: false });
    if (!found?.isSymbolicLink()) return file;
    if (!isTrusted(found.uid)) break;
    file = resolve(dirname(file), fs.readlinkSync(file));
  }
  throw Object.assign(new Error(`${file} is a link of somebody else's`), { code: "ELOOP" });
}

function isTrusted(uid: number): boolean {
  return uid === 0 || uid === process.geteuid!();
}
