/** `[program-defaults]`: what programs have that do not say otherwise. A section of ours. */
import type { IniDocument, IniSection } from "./ini.ts";
import { DEFAULTABLE_OPTIONS, isProgramOption, PROGRAM_DEFAULTS } from "./known_options.ts";
import { ConfigError, type Report } from "./problems.ts";

const PREFIXES = ["program:", "fcgi-program:", "eventlistener:"] as const;

/**
 * What a listener does not take over: it is there for as long as there are events, it starts before
 * the programs that it hears of, its stdout is for the daemon alone, and an event for each line that
 * it prints about an event has no end.
 */
const NOT_FOR_LISTENERS: ReadonlySet<string> = new Set([
  "type",
  "priority",
  "redirect_stderr",
  "stdout_capture_maxbytes",
  "stdout_events_enabled",
  "stderr_capture_maxbytes",
  "stderr_events_enabled",
]);

/** Puts the options into every section that is meant, where they are not set, as if written there. */
export function applyProgramDefaults({ sections }: IniDocument, report: Report): void {
  const defaults = sections.get(PROGRAM_DEFAULTS);
  if (!defaults) return;
  refuseOthers(defaults, report);
  for (const section of sections.values()) {
    const prefix = PREFIXES.find((each) => section.name.startsWith(each));
    if (prefix) inherit(section, defaults, prefix === "eventlistener:");
  }
}

function inherit(section: IniSection, defaults: IniSection, isListener: boolean): void {
  for (const [option, value] of defaults.options) {
    if (!DEFAULTABLE_OPTIONS.includes(option) || section.options.has(option)) continue;
    if (isListener && NOT_FOR_LISTENERS.has(option)) continue;
    section.options.set(option, { ...value, section: PROGRAM_DEFAULTS });
  }
}

/** Misspelt options are told later, as in any section; these exist, but are each program's own. */
function refuseOthers({ name, options }: IniSection, report: Report): void {
  for (const [option, { file, lines }] of options) {
    if (!isProgramOption(option) || DEFAULTABLE_OPTIONS.includes(option)) continue;
    const place = { file, line: lines[0] ?? null, section: name, option };
    const detail = "is not for all programs; expected it in the section of each";
    const message = `[${name}] cannot set ${option}: it ${detail}`;
    report.error(new ConfigError("CONFLICT", message, place, detail));
    options.delete(option);
  }
}
