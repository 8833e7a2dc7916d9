/** What can go wrong around a daemon, made for one test and gone with it. */
import { spawnSync } from "node:child_process";
import fs from "node:fs";
import { basename } from "node:path";
import {
  type Daemon,
  type DaemonOptions,
  isRoot,
  type Lab,
  procStatus,
  signal,
  VISOR,
} from "./lab.ts";

/** The uid and gid of Debian's nobody. */
const NOBODY = 65534;

/** A small disk that only one daemon sees: it goes with that daemon, however the test ends. */
export interface Disk {
  /** The daemon's. */
  readonly path: string;
  /** A path on it, as this process can reach it. */
  file(name: string): string;
  /** Leaves no byte free. */
  fill(): void;
  /** Takes away what `fill` wrote. */
  free(): void;
}

/**
 * Starts a daemon in a mount namespace of its own with a disk at `{dir}/disk`. Needs root.
 *
 * @param kilobytes The size of the disk.
 * @param redirect Words for the shell that starts it.
 */
export async function daemonWithDisk(
  lab: Lab,
  kilobytes: number,
  redirect = "",
): Promise<Disk & { readonly daemon: Daemon }> {
  const path = lab.path("disk");
  fs.mkdirSync(path);
  const script = `mount -t tmpfs -o size=${kilobytes}k disk ${path} &&
    exec '${VISOR}' daemon -n -c '${lab.conf}' ${redirect}`;
  const daemon = await lab.daemon([], { command: ["unshare", "-m", "sh", "-c", script] });
  const file = (name: string) => `/proc/${daemon.pid}/root${path}/${name}`;
  return {
    daemon,
    path,
    file,
    fill() {
      try {
        for (;;) fs.appendFileSync(file("filler"), new Uint8Array(4096));
      } catch {
        // full
      }
    },
    free: () => fs.rmSync(file("filler")),
  };
}

/** Reads /dev/log in the place of a log daemon, and appends what comes to a file. */
export interface LogDaemon {
  readonly pid: number;
  /** Lines so far, without their date. */
  lines(): string[];
  end(): Promise<void>;
}

const RECEIVE = `import os, socket, sys
receiver = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
receiver.bind(sys.argv[1])
with open(sys.argv[2], "ab", 0) as log:
    while True:
        log.write(receiver.recv(65536) + b"\\n")
`;

/** @param path Of its socket. It writes to `syslog` in the lab's folder. */
export async function startLogDaemon(lab: Lab, path: string): Promise<LogDaemon> {
  fs.rmSync(path, { force: true });
  const child = lab.start(["python3", "-c", RECEIVE, path, lab.path("syslog")]);
  await lab.until(() => fs.existsSync(path), "the log daemon listens");
  const ended = new Promise<void>((resolve) => child.once("exit", () => resolve()));
  return {
    pid: child.pid!,
    lines: () => lab.read("syslog").split("\n").filter(Boolean).map((line) => line.slice(20)),
    end() {
      signal(child.pid!, "SIGKILL");
      fs.rmSync(path, { force: true });
      return ended;
    },
  };
}

/** Starts a daemon whose /dev/log is the lab's `log.sock`, if that is there. Needs root. */
export async function daemonWithDevLog(lab: Lab): Promise<Daemon> {
  const dev = lab.path("dev");
  fs.mkdirSync(dev);
  const script = `mount -t tmpfs dev ${dev} &&
    cp -a /dev/null /dev/zero /dev/full /dev/urandom /dev/random /dev/fd /dev/std* ${dev} &&
    ln -s ${lab.path("log.sock")} ${dev}/log && mount --bind ${dev} /dev &&
    exec '${VISOR}' daemon -n -c '${lab.conf}'`;
  return await lab.daemon([], { command: ["unshare", "-m", "sh", "-c", script] });
}

/** Changes a limit of a running process. @param limit In prlimit's words, e.g. `--nofile=3:`. */
export function limitProcess(pid: number, limit: string): void {
  // Root of a container may have no right to do this to somebody else.
  const [uid, gid] = ["Uid", "Gid"].map((key) => parseInt(procStatus(pid, key)));
  const as = { uid: uid!, gid: gid! };
  const { status, stderr } = spawnSync("prlimit", ["--pid", String(pid), limit], as);
  if (status !== 0) throw new Error(`prlimit ${limit}: ${stderr}`);
}

/** Runs the daemon of a lab as nobody if we are root: then what the lab has is nobody's. */
export function ordinaryUser(lab: Lab): DaemonOptions {
  if (!isRoot) return {};
  lab.write("s.conf", lab.read("s.conf").replace(/^user=.*\n/m, ""));
  for (const name of [".", "s.conf"]) fs.chownSync(lab.path(name), NOBODY, NOBODY);
  return { uid: NOBODY, gid: NOBODY };
}

/** A control group that one process is put in, and what it may have of processes and threads. */
export interface PidsGroup {
  /** @param most As the kernel has it: a number, or `max`. */
  limit(most: string): void;
}

/** Where version 1 and 2 of control groups are usually mounted. */
const CONTROL_GROUPS = ["/sys/fs/cgroup/pids", "/sys/fs/cgroup"];

/** @returns undefined where no such group can be made: it needs root, and a kernel that counts. */
export function pidsGroup(lab: Lab, pid: number): PidsGroup | undefined {
  for (const parent of CONTROL_GROUPS) {
    const folder = `${parent}/${basename(lab.dir)}`;
    try {
      fs.mkdirSync(folder);
    } catch {
      continue;
    }
    lab.atEnd(() => removeGroup(folder));
    if (!fs.existsSync(`${folder}/pids.max`)) continue;
    fs.writeFileSync(`${folder}/cgroup.procs`, String(pid));
    return { limit: (most) => fs.writeFileSync(`${folder}/pids.max`, most) };
  }
  return undefined;
}

/** Its last process may still be on its way out. */
function removeGroup(folder: string): void {
  const asleep = new Int32Array(new SharedArrayBuffer(4));
  for (let tries = 0; tries < 100; tries++) {
    try {
      return fs.rmdirSync(folder);
    } catch {
      Atomics.wait(asleep, 0, 0, 20);
    }
  }
}

/**
 * Lets system calls of a process fail. Needs strace.
 *
 * @param failures As strace has them, e.g. `clone,vfork:error=ENOMEM`, or `openat:error=ENFILE:when=1..3`.
 * @returns Lets them work again.
 */
export async function failCalls(
  lab: Lab,
  pid: number,
  ...failures: readonly string[]
): Promise<() => Promise<void>> {
  const injected = failures.flatMap((failure) => ["-e", `inject=${failure}`]);
  const child = lab.start([
    "strace",
    "-f",
    "-p",
    String(pid),
    ...injected,
    "-o",
    lab.path("strace"),
  ]);
  const traced = () => Number(procStatus(pid, "TracerPid")) === child.pid;
  await lab.until(traced, "the calls are watched");
  return async () => {
    signal(child.pid!, "SIGINT");
    await lab.until(() => procStatus(pid, "TracerPid") === "0", "they are let go");
  };
}

/** A wall clock that can be set, for one daemon: its environment, and how to set it. */
export interface FakeTime {
  readonly env: Readonly<Record<string, string>>;
  /** @param shift In faketime's words, e.g. `-1d`. */
  set(shift: string): void;
}

/** @returns undefined where Debian's package faketime is not installed. */
export function fakeTime(lab: Lab): FakeTime | undefined {
  const folders = ["x86_64-linux-gnu", "aarch64-linux-gnu"];
  const libraries = folders.map((name) => `/usr/lib/${name}/faketime/libfaketimeMT.so.1`);
  const library = libraries.find((path) => fs.existsSync(path));
  if (library === undefined) return undefined;
  const file = lab.write("clock", "+0\n");
  return {
    env: {
      LD_PRELOAD: library,
      FAKETIME_TIMESTAMP_FILE: file,
      FAKETIME_NO_CACHE: "1",
      FAKETIME_DONT_FAKE_MONOTONIC: "1",
    },
    set: (shift) => fs.writeFileSync(file, `${shift}\n`),
  };
}
