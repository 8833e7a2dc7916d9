/** `[supervisorctl]`: how the client finds its daemon. */
import type { CtlConfig } from "../model/config.ts";
import type { ConfigHost } from "./host.ts";
import type { IniDocument } from "./ini.ts";
import { environmentNames, Names } from "./names.ts";
import { absolute, directoryOf, expandHome } from "./paths.ts";
import { ConfigError, NOWHERE, Report } from "./problems.ts";
import { readPlugin } from "./rpc_interfaces.ts";
import { readText, type Scope } from "./section.ts";
import { readMainFile } from "./source.ts";

const DEFAULTS: CtlConfig = {
  serverurl: "http://localhost:9001",
  username: null,
  password: null,
  prompt: "supervisor",
  history_file: null,
};

/** What the client reads, and what for. */
export interface CtlRequest {
  /** null: there is no file, the defaults apply. */
  readonly path: string | null;
  readonly host: ConfigHost;
  /** What the command line says. */
  readonly overrides?: Partial<CtlConfig>;
}

/**
 * The client's configuration. What the file includes is not read.
 *
 * @throws {ConfigError} the first mistake in the file; also where it has no `[supervisorctl]`.
 * @see spec/config.md §7, spec/ctl.md §1
 */
export function loadCtlConfig({ path, host, overrides = {} }: CtlRequest): CtlConfig {
  if (path === null) return withAbsolutePaths({ ...DEFAULTS, ...overrides }, host);
  const report = new Report();
  const document = readMainFile(path, host, report);
  const here = directoryOf(absolute(path, host.cwd));
  const config = document && readCtlOptions({ document, here, host, report });
  const [error = config ? undefined : missingSection(path)] = report.errors;
  if (error) throw error;
  return withAbsolutePaths({ ...DEFAULTS, ...config, ...overrides }, host);
}

interface CtlSource {
  readonly document: IniDocument;
  /** Absolute folder of the file. */
  readonly here: string;
  readonly host: ConfigHost;
  readonly report: Report;
}

function missingSection(path: string): ConfigError {
  const message = ".ini file does not include supervisorctl section";
  const place = { ...NOWHERE, file: path };
  return new ConfigError("MISSING_SECTION", message, place, "expected a [supervisorctl] section");
}

/** The options of `[supervisorctl]`, if it is there, and a look at the client's plug-ins. */
export function readCtlOptions(source: CtlSource): CtlConfig | undefined {
  const { document, here, host, report } = source;
  const section = document.sections.get("supervisorctl");
  if (!section) return undefined;
  const names = new Names(environmentNames(host.env));
  const scope: Scope = { section, defaults: document.defaults, names, report, suffix: "" };
  const withHere = { ...scope, names: names.with(new Map([["here", here]])) };
  const config = {
    serverurl: readText(withHere, "serverurl") ?? DEFAULTS.serverurl,
    username: readText(scope, "username"),
    password: readText(scope, "password"),
    prompt: readText(scope, "prompt") ?? DEFAULTS.prompt,
    history_file: readText(withHere, "history_file"),
  };
  for (const plugin of document.sections.values()) {
    if (!plugin.name.startsWith("ctlplugin:")) continue;
    readPlugin({ host }, { ...scope, section: plugin }, "supervisor.ctl_factory");
  }
  return config;
}

function withAbsolutePaths(config: CtlConfig, host: ConfigHost): CtlConfig {
  const resolve = (path: string) => absolute(expandHome(path, host), host.cwd);
  const { serverurl, history_file } = config;
  const unix = "unix://";
  return {
    ...config,
    serverurl: serverurl.startsWith(unix)
      ? unix + resolve(serverurl.slice(unix.length))
      : serverurl,
    history_file: history_file === null ? null : resolve(history_file),
  };
}
