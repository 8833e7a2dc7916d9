/**
 * The executable for arm64, on x64: qemu executes it, with the C library of Debian's cross compilers.
 * The programs that it starts are this machine's own.
 */
import { spawnSync } from "node:child_process";
import fs from "node:fs";
import process from "node:process";
import { executableFor } from "./builds.ts";
import { isRoot, type Lab } from "./lab.ts";
import { withMounts } from "./namespace.ts";

const EMULATOR = "/usr/bin/qemu-aarch64-static";
const LIBRARIES = "/usr/aarch64-linux-gnu";

/** What such a file begins with, and the bits of it that count. */
const MAGIC = String.raw`\x7fELF\x02\x01\x01\x00\x00\x00\x00\x00\x00\x00\x00\x00\x02\x00\xb7\x00`;
const MASK = String.raw`\xff\xff\xff\xff\xff\xff\xff\x00\xff\xff\xff\xff\xff\xff\xff\xff\xfe\xff` +
  String.raw`\xff\xff`;

export const ARM64_VISOR: string = executableFor("linux-arm64");

export const canEmulate: boolean = process.arch === "x64" && fs.existsSync(EMULATOR) &&
  fs.existsSync(`${LIBRARIES}/lib/libc.so.6`);

/** Whether the kernel executes files for arm64 by itself: then visor can execute its own. */
export function kernelEmulates(): boolean {
  const env = { QEMU_LD_PREFIX: LIBRARIES };
  return spawnSync(ARM64_VISOR, ["--version"], { env, stdio: "ignore" }).status === 0;
}

/** Runs visor for arm64. */
export const EMULATED_VISOR: readonly string[] = [EMULATOR, "-L", LIBRARIES, ARM64_VISOR];

/**
 * Runs a command where the kernel executes files for arm64 like all others: with a register of
 * emulators of its own, which a user namespace can have since Linux 6.7.
 */
export function asIfArm64(lab: Lab, command: readonly string[]): string[] {
  const folder = lab.path("emulators");
  fs.mkdirSync(folder, { recursive: true });
  const register = `mount -t binfmt_misc none '${folder}'
    printf %s ':arm64:M::${MAGIC}:${MASK}:${EMULATOR}:FP' >'${folder}/register'
    export QEMU_LD_PREFIX=${LIBRARIES}`;
  return ["unshare", "--user", "--map-root-user", ...withMounts(register, command)];
}

export function canRegister(lab: Lab): boolean {
  const [file, ...words] = asIfArm64(lab, ["true"]);
  return isRoot && spawnSync(file!, words, { stdio: "ignore" }).status === 0;
}
