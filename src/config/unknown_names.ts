/** Sections and options that load in silence and do nothing. @see spec/config.md §2, rule 13 */
import type { IniDocument, IniSection } from "./ini.ts";
import { SECTION_KINDS, type SectionKind, sectionKind } from "./known_options.ts";
import type { Report } from "./problems.ts";
import { nearest } from "./suggest.ts";
import { trim } from "./text.ts";

/** Warns of every section of no known kind, and of every option that its section does not have. */
export function warnOfUnknownNames(document: IniDocument, report: Report): void {
  for (const section of document.sections.values()) {
    const kind = sectionKind(section.name);
    if (kind) warnOfOptions(section, kind, report);
    else warnOfSection(section, report);
  }
}

function warnOfOptions(section: IniSection, kind: SectionKind, report: Report): void {
  const { options } = kind;
  if (options === null) return;
  for (const [option, { file, lines }] of section.options) {
    if (options.includes(option)) continue;
    const place = { file, line: lines[0] ?? null, section: section.name, option };
    report.warn(place, `no such option in this section${didYouMean(nearest(option, options))}`);
  }
}

function warnOfSection({ name, file, line }: IniSection, report: Report): void {
  const place = { file, line, section: name, option: null };
  report.warn(place, `no section of this kind is read${didYouMean(similarSection(name))}`);
}

function similarSection(name: string): string | undefined {
  const colon = name.indexOf(":");
  const written = colon < 0 ? name : name.slice(0, colon);
  const near = nearest(trim(written).toLowerCase(), SECTION_KINDS.map((kind) => kind.name));
  const kind = SECTION_KINDS.find((candidate) => candidate.name === near);
  if (!kind) return undefined;
  if (kind.colon === "never") return `[${kind.name}]`;
  const rest = colon < 0 ? "NAME" : trim(name.slice(colon + 1)) || "NAME";
  return kind.colon === "optional" && colon < 0 ? `[${kind.name}]` : `[${kind.name}:${rest}]`;
}

function didYouMean(guess: string | undefined): string {
  return guess === undefined ? "" : `; did you mean ${guess}?`;
}
