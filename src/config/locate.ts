/** Where a configuration is looked for when nobody says. */
import { ConfigError, NOWHERE } from "./problems.ts";
import { directoryOf, join } from "./paths.ts";

/**
 * Where to look, first place first.
 *
 * @param programFolder The folder of the executable as it was called, e.g. `/usr/bin`.
 * @see spec/config.md §1
 */
export function defaultPaths(programFolder: string): string[] {
  const prefix = directoryOf(programFolder);
  return [
    join(prefix, "etc/supervisord.conf"),
    join(prefix, "supervisord.conf"),
    "supervisord.conf",
    "etc/supervisord.conf",
    "/etc/supervisord.conf",
    "/etc/supervisor/supervisord.conf",
  ];
}

/** The first of some paths that exists, or null. */
export function locateConfig(
  paths: readonly string[],
  exists: (path: string) => boolean,
): string | null {
  return paths.find(exists) ?? null;
}

/** What the daemon says when there is no file in any of these places. */
export function noConfigFound(paths: readonly string[]): ConfigError {
  const places = paths.join(", ");
  const message = `No config file found at default paths (${places}); ` +
    "use the -c option to specify a config file at a different path";
  return new ConfigError("NO_FILE", message, NOWHERE, `no config file in any of: ${places}`);
}
