/** What reading a configuration asks of the machine. */

/** A user, and the group that is its own. */
export interface UserEntry {
  readonly id: number;
  readonly gid: number;
}

export interface GroupEntry {
  readonly id: number;
}

/** Whose a file or folder is, and who may write to it. */
export interface Ownership {
  readonly uid: number;
  readonly gid: number;
  /** Permission bits. */
  readonly mode: number;
}

/** The machine a configuration is read for; everything it knows is asked here. */
export interface ConfigHost {
  readonly env: ReadonlyMap<string, string>;
  /** As `uname -n` says it. */
  readonly hostname: string;
  /** Absolute. */
  readonly cwd: string;
  /** The user id that the daemon runs as. */
  readonly uid: number;
  readonly tempDirectory: string;
  /** The home folder of a user (null: of whoever runs us); undefined where there is none. */
  home(user: string | null): string | undefined;
  isDirectory(path: string): boolean;
  exists(path: string): boolean;
  /** @throws an Error with a `code` such as `ENOENT` or `EACCES`. */
  readFile(path: string): Uint8Array;
  /**
   * A regular file of so many bytes at most; undefined where nothing is known of it.
   *
   * @throws an Error with a `code`: `NOT_A_FILE`, `TOO_LARGE`, `ENOENT` and so on.
   */
  readSmallFile(path: string, most: number): Uint8Array | undefined;
  /** Of what a path leads to; undefined where there is nothing, or nothing is known. */
  ownership(path: string): Ownership | undefined;
  /** Paths of existing files and folders that match an absolute pattern, in any order. */
  glob(pattern: string): string[];
  userByName(name: string): UserEntry | undefined;
  userById(id: number): UserEntry | undefined;
  groupByName(name: string): GroupEntry | undefined;
  groupById(id: number): GroupEntry | undefined;
  /** Why text is no pattern that a user may have programs' output searched for; undefined if it is. */
  patternProblem(text: string): string | undefined;
  /** Why a plug-in such as `package.module:factory` cannot be used; undefined if it can. */
  pluginProblem(spec: string): string | undefined;
}
