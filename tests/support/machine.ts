/**
 * A machine for one test: this one's files, where what is written goes to memory and is gone in the
 * end, with processes and a loopback of its own.
 */
import { spawnSync } from "node:child_process";
import fs from "node:fs";
import { dirname } from "node:path";
import { childrenOf, type Lab, type Ran, type RunOptions, VISOR } from "./lab.ts";

/** `ip link set lo up`, where there is no `ip`. */
const LOOPBACK_UP = `import fcntl, socket, struct
fcntl.ioctl(socket.socket(), 0x8914, struct.pack("16sH14x", b"lo", 1))`;

/**
 * $0 is an empty folder. Devices and settings of the kernel are this machine's too, so there is a
 * folder of its own with the harmless ones of the first, and the second can only be read. Whoever
 * is left without a parent is collected by the waiting shell.
 */
const BOOT = `set -e
mount -t tmpfs none "$0"
cd "$0"
mkdir upper work root
mount -t overlay -o lowerdir=/,upperdir=upper,workdir=work none root
mount -t proc none root/proc
mount --bind root/proc/sys root/proc/sys
mount -o remount,bind,ro root/proc/sys
mount -t tmpfs -o mode=755 none root/dev
for each in null zero full random urandom tty; do
  : >"root/dev/$each"
  mount --bind "/dev/$each" "root/dev/$each"
done
ln -s /proc/self/fd root/dev/fd
for each in 0:stdin 1:stdout 2:stderr; do ln -s "fd/\${each%:*}" "root/dev/\${each#*:}"; done
for each in run tmp; do mount -t tmpfs -o mode=1777 none "root/$each"; done
/usr/bin/python3 -c '${LOOPBACK_UP}'
exec chroot root sh -c 'while :; do sleep 1000 & wait; done'`;

const NAMESPACES = ["unshare", "--mount", "--pid", "--net", "--fork", "--kill-child"];

/** What a container gives to a command; a shell at boot has little more. */
const ENVIRONMENT = {
  PATH: "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
  HOME: "/root",
} as const;

/** Why there can be none here, if so. */
export function noMachine(): string | undefined {
  const folder = fs.mkdtempSync("/tmp/visor-mount-");
  const [file, ...words] = NAMESPACES;
  const tryIt = BOOT.replace(/exec .*$/, ":");
  const { status, stderr } = spawnSync(file!, [...words, "sh", "-c", tryIt, folder]);
  fs.rmdirSync(folder);
  return status === 0
    ? undefined
    : `a machine of one's own needs root and mounts (${String(stderr).trim()})`;
}

export class Machine {
  readonly #lab: Lab;
  /** As seen from outside. */
  readonly #init: number;

  private constructor(lab: Lab, init: number) {
    this.#lab = lab;
    this.#init = init;
  }

  static async boot(lab: Lab): Promise<Machine> {
    const folder = lab.path("machine");
    fs.mkdirSync(folder);
    const [first, ...words] = NAMESPACES;
    const { pid } = lab.start([first!, ...words, "sh", "-c", BOOT, folder], { stdio: "inherit" });
    const init = await lab.until(() => childrenOf(pid!)[0], "its first process");
    const root = `${folder}/root`;
    await lab.until(() => fs.readlinkSync(`/proc/${init}/root`) === root, "it has its files");
    return new Machine(lab, init);
  }

  /** A path in it, from outside. */
  path(inside: string): string {
    return `/proc/${this.#init}/root${inside}`;
  }

  /** @returns "" if there is no such file. */
  read(inside: string): string {
    const path = this.path(inside);
    return fs.existsSync(path) ? fs.readFileSync(path, "utf8") : "";
  }

  /** Copies a file or a folder into it. */
  copy(from: string, inside: string, mode?: number): void {
    const path = this.path(inside);
    fs.mkdirSync(dirname(path), { recursive: true });
    fs.cpSync(from, path, { recursive: true });
    if (mode !== undefined) fs.chmodSync(path, mode);
  }

  installVisor(inside = "/usr/local/bin/visor"): void {
    this.copy(VISOR, inside, 0o755);
  }

  /** The words that run a command in it, or where one of its processes is. */
  inside(command: readonly string[], pid = this.#init): string[] {
    const namespaces = ["--mount", "--pid", "--net", "--root", "--wd"];
    return ["nsenter", `--target=${pid}`, ...namespaces, ...command];
  }

  /** How a command runs in it: with nothing of our own environment. */
  how(options: RunOptions = {}): RunOptions {
    return { bare: true, ...options, env: { ...ENVIRONMENT, ...options.env } };
  }

  run(command: readonly string[], options: RunOptions = {}): Promise<Ran> {
    return this.#lab.run(this.inside(command), this.how(options));
  }

  /** Runs a command line. */
  sh(line: string, options: RunOptions = {}): Promise<Ran> {
    return this.run(["sh", "-c", line], options);
  }
}
