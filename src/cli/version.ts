/** What this build of visor is. */

declare const VISOR_BUILD_VERSION: string | undefined;
declare const VISOR_BUILD_TARGET: string | undefined;

/** Version, runtime and target, e.g. `visor 0.1.0 (Bun 1.4.5, linux-x64)`. */
export function describeVersion(): string {
  return `visor ${visorVersion()} (${runtime()}, ${target()})`;
}

/** Of a compiled executable; elsewhere it is a working copy. */
function visorVersion(): string {
  return typeof VISOR_BUILD_VERSION === "string" ? VISOR_BUILD_VERSION : "from source";
}

function target(): string {
  if (typeof VISOR_BUILD_TARGET === "string") return VISOR_BUILD_TARGET;
  return `${process.platform}-${process.arch}`;
}

function runtime(): string {
  const { bun, deno } = process.versions as Record<string, string | undefined>;
  return bun ? `Bun ${bun}` : `Deno ${deno}`;
}
