/** The executables that `./compile.sh all` makes. */
import { fileURLToPath } from "node:url";

export const ROOT: string = fileURLToPath(new URL("../..", import.meta.url));

export const TARGETS = [
  "linux-x64",
  "linux-arm64",
  "linux-x64-musl",
  "linux-arm64-musl",
] as const;

export type Target = (typeof TARGETS)[number];

export function executableFor(target: Target): string {
  return `${ROOT}dist/visor-${target}`;
}
