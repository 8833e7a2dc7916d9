/** What the system means by the name of an error. */

const WORDS: ReadonlyMap<string, string> = new Map([
  ["EACCES", "permission denied"],
  ["EAGAIN", "no process or thread can be made: a limit is reached"],
  ["EBUSY", "it is in use"],
  ["EDQUOT", "the disk quota is used up"],
  ["EINVAL", "the system does not take it"],
  ["EIO", "the disk or file system fails"],
  ["EISDIR", "it is a folder"],
  ["ELOOP", "its symbolic links lead nowhere"],
  ["EMFILE", "the daemon has too many files open"],
  ["ENAMETOOLONG", "the name is too long"],
  ["ENFILE", "the system has too many files open"],
  ["ENODEV", "there is no such device"],
  ["ENOENT", "no such file or folder"],
  ["ENOEXEC", "not a program that this machine can execute"],
  ["ENOMEM", "out of memory"],
  ["ENOSPC", "the disk is full"],
  ["ENOTDIR", "a part of the path is no folder"],
  ["EPERM", "not permitted"],
  ["EROFS", "the file system is read-only"],
  ["ETXTBSY", "the file is being written"],
  ["E2BIG", "arguments and environment are too large"],
]);

/** `EACCES (permission denied)`; the name alone where there is no more to say. */
export function explainErrno(name: string): string {
  const words = WORDS.get(name);
  return words === undefined ? name : `${name} (${words})`;
}
