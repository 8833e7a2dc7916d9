/** What is shared while the sections of one configuration are read. */
import type { ProcessConfig } from "../model/config.ts";
import type { ConfigHost } from "./host.ts";
import type { IniDocument, IniSection } from "./ini.ts";
import type { Names } from "./names.ts";
import type { Report } from "./problems.ts";
import type { Scope } from "./section.ts";
import type { Messages } from "./source.ts";

export interface Load {
  readonly document: IniDocument;
  readonly host: ConfigHost;
  /** Absolute folder of the main file. */
  readonly here: string;
  /** `ENV_…` of the daemon, and of `[supervisord] environment` once that is read. */
  readonly names: Names;
  readonly report: Report;
  readonly messages: Messages;
  /** Where each process was read: what it names can be looked up once all are known. */
  readonly scopes: Map<ProcessConfig, Scope>;
}

/** A section that may mention `ENV_…` only. @see spec/config.md §3 */
export function plainScope({ document, names, report }: Load, section: IniSection): Scope {
  return { section, defaults: document.defaults, names, report, suffix: "" };
}

/** A section that may mention `here`, too. @see spec/config.md §3 */
export function scopeWithHere(load: Load, section: IniSection): Scope {
  const scope = plainScope(load, section);
  return { ...scope, names: scope.names.with(new Map([["here", load.here]])) };
}

/** The sections whose names start like this, in the order of the file. */
export function sectionsStarting({ document }: Load, prefix: string): IniSection[] {
  return [...document.sections.values()].filter(({ name }) => name.startsWith(prefix));
}
