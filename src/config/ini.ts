/**
 * The INI dialect of a configuration file, with the place of everything in it.
 *
 * The same dialect as Python's RawConfigParser with `strict=False` and inline comments.
 * @see spec/config.md §2
 */
import { indentOf, isSpace, quote, trim, trimEnd, trimStart } from "./text.ts";

/** The value of an option. Its lines are joined with a newline. */
export interface IniValue {
  readonly text: string;
  readonly file: string;
  /** The line in the file of each line of `text`; the first is that of the option itself. */
  readonly lines: readonly number[];
  /** The section that it was written in, where that is another one. */
  readonly section?: string;
}

export interface IniSection {
  readonly name: string;
  /** Where the section is first named. */
  readonly file: string;
  readonly line: number;
  readonly options: Map<string, IniValue>;
}

/** Sections in the order in which they are first named, and what `[DEFAULT]` says for all. */
export interface IniDocument {
  readonly sections: Map<string, IniSection>;
  readonly defaults: IniSection;
}

/** A line that is neither header nor option nor comment. */
export interface IniFault {
  readonly line: number;
  readonly text: string;
  /** In Supervisor's words. The faults of one file after its first header share theirs. */
  readonly message: string;
  readonly detail: string;
}

const DEFAULTS = "DEFAULT";

export function emptyDocument(file: string): IniDocument {
  return { sections: new Map(), defaults: { name: DEFAULTS, file, line: 1, options: new Map() } };
}

/**
 * Reads a file into a document. What was there stays, but for options given again.
 *
 * @returns What could not be read, in order of lines; everything else is in the document.
 */
export function readIni(text: string, file: string, document: IniDocument): IniFault[] {
  const reading: Reading = { document, file, indent: 0, strays: [] };
  const lines = text.split(/\r\n|\r|\n/);
  lines.forEach((line, index) => {
    const ending = index < lines.length - 1 ? "\n" : "";
    readLine(reading, line, index + 1, ending);
  });
  closeOption(reading);
  return faultsOf(reading);
}

interface OpenOption {
  readonly name: string;
  readonly pieces: string[];
  readonly lines: number[];
}

interface Stray {
  readonly line: number;
  readonly text: string;
  readonly beforeHeader: boolean;
}

interface Reading {
  readonly document: IniDocument;
  readonly file: string;
  section?: IniSection;
  /** The option that an indented line goes on with. */
  open?: OpenOption | undefined;
  /** How far the line that opened the option is indented. */
  indent: number;
  readonly strays: Stray[];
}

function readLine(reading: Reading, line: string, number: number, ending: string): void {
  const comment = commentStart(line);
  const value = trim(comment < 0 ? line : line.slice(0, comment));
  const { open } = reading;
  if (value === "") {
    if (comment < 0 && open) addPiece(open, "", number);
    return;
  }
  const indent = indentOf(line);
  if (open && indent > reading.indent) return addPiece(open, value, number);
  reading.indent = indent;
  if (!readHeader(reading, value, number) && !readOption(reading, value, number)) {
    const beforeHeader = reading.section === undefined;
    reading.strays.push({ line: number, text: line + ending, beforeHeader });
  }
}

function readHeader(reading: Reading, value: string, line: number): boolean {
  const name = sectionName(value);
  if (name === undefined) return false;
  closeOption(reading);
  reading.section = sectionNamed(reading, name, line);
  return true;
}

/** An option without a name is at fault itself; a line without `=` or `:` leaves the one before open. */
function readOption(reading: Reading, value: string, line: number): boolean {
  const option = reading.section && splitOption(value);
  if (!option) return false;
  closeOption(reading);
  if (option.name === "") return false;
  reading.open = { name: option.name, pieces: [option.value], lines: [line] };
  return true;
}

function addPiece(option: OpenOption, piece: string, line: number): void {
  option.pieces.push(piece);
  option.lines.push(line);
}

function closeOption(reading: Reading): void {
  const { open, section, file } = reading;
  if (open === undefined || section === undefined) return;
  section.options.set(open.name, {
    text: trimEnd(open.pieces.join("\n")),
    file,
    lines: open.lines,
  });
  reading.open = undefined;
}

function sectionNamed({ document, file }: Reading, name: string, line: number): IniSection {
  if (name === DEFAULTS) return document.defaults;
  const known = document.sections.get(name);
  if (known) return known;
  const section = { name, file, line, options: new Map<string, IniValue>() };
  document.sections.set(name, section);
  return section;
}

/** The name in a header line, up to the last bracket; a header without a name is none. */
function sectionName(value: string): string | undefined {
  const close = value.lastIndexOf("]");
  return value.startsWith("[") && close > 1 ? value.slice(1, close) : undefined;
}

function splitOption(value: string): { name: string; value: string } | undefined {
  const delimiter = value.search(/[=:]/);
  if (delimiter < 0) return undefined;
  const name = trimEnd(value.slice(0, delimiter)).toLowerCase();
  return { name, value: trimStart(value.slice(delimiter + 1)) };
}

/**
 * Where the comment of a line begins, or -1.
 *
 * The line is searched in rounds that take the next `;` and the next `#` each; the first round
 * that finds one at the start of the line or after white space decides. So `a;b ;c #d` is cut at
 * the `#`: the second `;` is found only in the round after. Quotes do not matter.
 *
 * @see spec/config.md §2, rules 2 to 4
 */
function commentStart(line: string): number {
  const first = line[indentOf(line)];
  if (first === "#" || first === ";") return 0;
  let prefixes = [{ char: ";", at: -1 }, { char: "#", at: -1 }];
  while (prefixes.length > 0) {
    prefixes = prefixes
      .map(({ char, at }) => ({ char, at: line.indexOf(char, at + 1) }))
      .filter(({ at }) => at >= 0);
    const starts = prefixes.map(({ at }) => at).filter((at) => at === 0 || isSpace(line[at - 1]));
    if (starts.length > 0) return Math.min(...starts);
  }
  return -1;
}

/** @see spec/config.md §2, rule 9 */
function faultsOf({ file, strays }: Reading): IniFault[] {
  const first = strays.findIndex(({ beforeHeader }) => !beforeHeader);
  const inSections = first < 0 ? [] : strays.slice(first);
  const message = `Source contains parsing errors: ${quote(file)}` + inSections
    .map(({ line, text }) => `\n\t[line ${String(line).padStart(2)}]: ${quote(text)}`).join("");
  const faults = inSections.map((stray) => ({ ...stray, message, detail: DETAIL_IN_SECTION }));
  const [outside] = strays;
  if (!outside?.beforeHeader) return faults;
  const headless = `File contains no section headers.\nfile: ${
    quote(file)
  }, line: ${outside.line}\n${quote(outside.text)}`;
  return [{ ...outside, message: headless, detail: DETAIL_OUTSIDE }, ...faults];
}

const DETAIL_IN_SECTION = 'expected "option = value", a [section] or an indented continuation';
const DETAIL_OUTSIDE = "expected a [section] before anything else";
