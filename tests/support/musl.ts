/**
 * The executable for musl, on a machine whose C library is glibc: with Debian's musl, and glibc's
 * libstdc++ over a few functions that musl lacks.
 */
import fs from "node:fs";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { executableFor } from "./builds.ts";
import { have, type Lab } from "./lab.ts";

const STAND_IN = fileURLToPath(new URL("musl_stand_in.c", import.meta.url));
const GLIBC = "/usr/lib/x86_64-linux-gnu";
const LOADER = "/lib/ld-musl-x86_64.so.1";
const BORROWED = ["libstdc++.so.6", "libgcc_s.so.1"] as const;

export const MUSL_VISOR: string = executableFor("linux-x64-musl");

export const canRunMusl: boolean = process.arch === "x64" && have("cc") &&
  [LOADER, ...BORROWED.map((name) => `${GLIBC}/${name}`)].every((path) => fs.existsSync(path));

/** @returns A folder for LD_LIBRARY_PATH. */
export async function muslLibraries(lab: Lab): Promise<string> {
  const folder = lab.path("musl");
  fs.mkdirSync(folder);
  for (const name of BORROWED) fs.copyFileSync(`${GLIBC}/${name}`, `${folder}/${name}`);
  fs.symlinkSync(LOADER, `${folder}/libc.musl-x86_64.so.1`);
  // By this name libstdc++ asks for glibc's loader.
  const standIn = `${folder}/ld-linux-x86-64.so.2`;
  const cc = ["cc", "-shared", "-nostdlib", "-fPIC", "-w", "-o", standIn, STAND_IN];
  const { status, stderr } = await lab.run(cc);
  if (status !== 0) throw new Error(stderr);
  return folder;
}
