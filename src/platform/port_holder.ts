/** Who listens on a TCP port of this machine. */
import fs from "node:fs";
import { listDirectory } from "./file_system.ts";

/** In /proc/net/tcp: what `LISTEN` is there, and which columns hold it, the address and the inode. */
const LISTEN = "0A";
const COLUMN = { local: 1, state: 3, inode: 9 } as const;

/** @returns A pid; null where the system does not tell. */
export function portHolder(port: number): number | null {
  const sockets = new Set(["tcp", "tcp6"].flatMap((table) => listeners(table, port)));
  if (sockets.size === 0) return null;
  const pid = listDirectory("/proc").find((name) =>
    /^\d+$/.test(name) && holdsOneOf(sockets, name)
  );
  return pid === undefined ? null : Number(pid);
}

/** Links as a descriptor shows them, e.g. `socket:[1234]`. */
function listeners(table: string, port: number): string[] {
  const suffix = `:${port.toString(16).toUpperCase().padStart(4, "0")}`;
  return read(`/proc/net/${table}`).split("\n").map((line) => line.trim().split(/\s+/))
    .filter((row) => row[COLUMN.state] === LISTEN && row[COLUMN.local]!.endsWith(suffix))
    .map((row) => `socket:[${row[COLUMN.inode]}]`);
}

/** Never so for a process of somebody else's, to an ordinary user. */
function holdsOneOf(sockets: ReadonlySet<string>, pid: string): boolean {
  const folder = `/proc/${pid}/fd`;
  return listDirectory(folder).some((fd) => {
    try {
      return sockets.has(fs.readlinkSync(`${folder}/${fd}`));
    } catch {
      return false; // closed meanwhile
    }
  });
}

function read(path: string): string {
  try {
    return fs.readFileSync(path, "utf8");
  } catch {
    return "";
  }
}
