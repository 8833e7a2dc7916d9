/** The files of a configuration: the main one and those it includes. */
import { expand } from "./expand.ts";
import type { ConfigHost } from "./host.ts";
import { emptyDocument, type IniDocument, readIni } from "./ini.ts";
import { environmentNames, Names } from "./names.ts";
import { absolute, directoryOf, join } from "./paths.ts";
import { ConfigError, NOWHERE, type Report, show } from "./problems.ts";
import { attempt, complain, placeOf, type Scope, valueOf } from "./section.ts";
import { compareText, words } from "./text.ts";
import { distrust } from "./trust.ts";
import { decodeUtf8 } from "./utf8.ts";

/** Lines for the activity log. */
export interface Messages {
  readonly info: string[];
  readonly warn: string[];
}

/** All files of a configuration as one document. */
export interface Source {
  readonly document: IniDocument;
  /** Absolute folder of the main file. */
  readonly here: string;
  readonly messages: Messages;
}

/**
 * Reads a configuration and what it includes.
 *
 * @param path Of the main file, as given; messages show it like that.
 * @returns undefined if the main file cannot be read.
 * @see spec/config.md §4
 */
export function readSource(path: string, host: ConfigHost, report: Report): Source | undefined {
  const document = readMainFile(path, host, report);
  if (!document) return undefined;
  const here = directoryOf(absolute(path, host.cwd));
  const source: Source = { document, here, messages: { info: [], warn: [] } };
  warnOfOthers(path, source.messages, host, report);
  if (document.sections.has("include")) {
    includeFiles(source, host, report);
    replaceHere(document, host.cwd);
  }
  return source;
}

/** Reads a file without what it includes. @returns undefined if there is no way to read it. */
export function readMainFile(
  path: string,
  host: ConfigHost,
  report: Report,
): IniDocument | undefined {
  let bytes: Uint8Array;
  try {
    bytes = host.readFile(path);
  } catch (error) {
    report.error(unreadable(path, error));
    return undefined;
  }
  const document = emptyDocument(path);
  readInto(document, path, bytes, report);
  return document;
}

function unreadable(path: string, error: unknown): ConfigError {
  const place = { ...NOWHERE, file: path };
  const code = (error as { code?: unknown }).code;
  if (code === "ENOENT" || code === "ENOTDIR") {
    const message = `could not find config file ${path}`;
    return new ConfigError("NO_FILE", message, place, "there is no such file");
  }
  const message = `could not read config file ${path}`;
  return new ConfigError("UNREADABLE_FILE", message, place, `cannot be read (${code ?? error})`);
}

function readInto(document: IniDocument, path: string, bytes: Uint8Array, report: Report): void {
  const text = decodeUtf8(bytes);
  if (typeof text !== "string") {
    report.error(badEncoding(path, bytes, text));
    return;
  }
  for (const { line, message, detail, text: wrong } of readIni(text, path, document)) {
    const place = { ...NOWHERE, file: path, line };
    report.error(
      new ConfigError("BAD_SYNTAX", message, place, `${detail}, got ${show(wrong.trimEnd())}`),
    );
  }
}

function badEncoding(
  path: string,
  bytes: Uint8Array,
  { start, end, reason }: { start: number; end: number; reason: string },
): ConfigError {
  const one = end - start === 1;
  const hex = bytes[start]!.toString(16).padStart(2, "0");
  const what = one ? `byte 0x${hex} in position ${start}` : `bytes in position ${start}-${end - 1}`;
  const message = `'utf-8' codec can't decode ${what}: ${reason}`;
  const line = bytes.subarray(0, start).reduce((count, byte) => byte === 10 ? count + 1 : count, 1);
  const place = { ...NOWHERE, file: path, line };
  const detail = `expected text in UTF-8, got ${what} of the file: ${reason}`;
  return new ConfigError("BAD_ENCODING", message, place, detail);
}

/** An include within an included file means nothing: the patterns are those of the main file. */
function includeFiles(source: Source, host: ConfigHost, report: Report): void {
  const { document, here, messages } = source;
  const scope = includeScope(source, host, report);
  const value = valueOf(scope, "files");
  if (value === undefined) {
    const message = ".ini file has [include] section, but no files setting";
    const detail = "is missing; expected file name patterns with blanks between them";
    return complain(scope, "files", { code: "MISSING_OPTION", message, detail });
  }
  const files = attempt(scope, "files", () => expand(value.text, scope.names, "include.files"), "");
  const place = placeOf(scope, "files");
  for (const pattern of words(files).map((word) => join(here, word))) {
    const paths = host.glob(pattern).sort(compareText);
    if (paths.length === 0) {
      messages.warn.push(`No file matches via include "${pattern}"`);
      report.warn(place, `no file matches ${pattern}`);
    }
    for (const path of paths) {
      messages.info.push(`Included extra file "${path}" during parsing`);
      warnOfOthers(path, messages, host, report);
      includeFile(document, path, host, report);
    }
  }
}

function warnOfOthers(path: string, messages: Messages, host: ConfigHost, report: Report): void {
  const doubt = distrust(path, host);
  if (doubt === undefined) return;
  messages.warn.push(`${absolute(path, host.cwd)} ${doubt}`);
  report.warn({ ...NOWHERE, file: path }, doubt);
}

function includeFile(
  document: IniDocument,
  path: string,
  host: ConfigHost,
  report: Report,
): void {
  let bytes: Uint8Array;
  try {
    bytes = host.readFile(path);
  } catch (error) {
    const reason = (error as { code?: unknown }).code ?? error;
    report.warn({ ...NOWHERE, file: path }, `included, but cannot be read (${reason}); skipped`);
    return;
  }
  readInto(document, path, bytes, report);
}

function includeScope({ document, here }: Source, host: ConfigHost, report: Report): Scope {
  const names = new Names(environmentNames(host.env))
    .with(new Map([["here", here], ["host_node_name", host.hostname]]));
  const section = document.sections.get("include")!;
  return { section, defaults: document.defaults, names, report, suffix: "" };
}

/**
 * Puts the folder of each file in place of `%(here)s`, in every option of every section and
 * of `[DEFAULT]`. Only a configuration with `[include]` gets this. @see spec/config.md §3, "textual here"
 */
function replaceHere(document: IniDocument, cwd: string): void {
  for (const { options } of [document.defaults, ...document.sections.values()]) {
    for (const [name, value] of options) {
      if (!value.text.includes("%(here)s")) continue;
      const here = directoryOf(absolute(value.file, cwd));
      options.set(name, { ...value, text: value.text.replaceAll("%(here)s", () => here) });
    }
  }
}
