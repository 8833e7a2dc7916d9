/** `visor ctl`. */
import { loadCtlConfig } from "../config/ctl.ts";
import { locateConfig } from "../config/locate.ts";
import { runCtl } from "../ctl/run_ctl.ts";
import { systemClock } from "../platform/clock.ts";
import { httpRequest } from "../platform/http_request.ts";
import { print, printError } from "../platform/standard_output.ts";
import { openTerminal } from "../platform/terminal.ts";
import { systemConfigHost } from "./config_host.ts";
import { searchedPaths } from "./config_search.ts";
import { ctlHelp, parseCtlCommandLine } from "./ctl_options.ts";

/**
 * @param program The name it was called by.
 * @returns The exit status.
 * @throws {UsageError | ConfigError} Exit status 2.
 */
export async function ctlCommand(words: readonly string[], program: string): Promise<number> {
  const commandLine = parseCtlCommandLine(words);
  if (commandLine.help) {
    print(ctlHelp(program));
    return 0;
  }
  const host = systemConfigHost();
  const path = commandLine.configuration ??
    locateConfig(searchedPaths(host), host.exists);
  const config = loadCtlConfig({ path, host, overrides: commandLine.overrides });
  const terminal = openTerminal(config.history_file);
  try {
    return await runCtl({
      config,
      interactive: commandLine.interactive,
      words: commandLine.words,
      json: commandLine.json,
      request: httpRequest,
      io: { ...terminal, clock: systemClock, stdout: print, stderr: printError },
    });
  } finally {
    terminal.close();
  }
}
