/** Reading the options of one section, and reporting what is wrong with them. */
import { expand } from "./expand.ts";
import type { IniSection, IniValue } from "./ini.ts";
import type { Names } from "./names.ts";
import {
  BadValue,
  ConfigError,
  type ConfigErrorCode,
  type Place,
  type Report,
} from "./problems.ts";

/** One section under one set of names. */
export interface Scope {
  readonly section: IniSection;
  /** `[DEFAULT]`, which every section falls back to. */
  readonly defaults: IniSection;
  readonly names: Names;
  readonly report: Report;
  /** What the messages of errors found here end with. */
  readonly suffix: string;
}

export function valueOf({ section, defaults }: Scope, option: string): IniValue | undefined {
  return section.options.get(option) ?? defaults.options.get(option);
}

/**
 * The value of an option: expanded, then converted.
 *
 * @param convert May throw {@link BadValue}, which is reported at the option.
 * @param fallback For an option that is not there, and in place of a mistake.
 */
export function read<T>(
  scope: Scope,
  option: string,
  convert: (text: string) => T,
  fallback: NoInfer<T>,
): T {
  const value = valueOf(scope, option);
  if (value === undefined) return fallback;
  return attempt(scope, option, () => convert(expanded(scope, option, value)), fallback);
}

/** The expanded text of an option, or null. */
export function readText(scope: Scope, option: string): string | null {
  return read<string | null>(scope, option, (text) => text, null);
}

/** @throws {BadValue} @see {@link expand} */
export function expanded(scope: Scope, option: string, value: IniValue): string {
  return expand(value.text, scope.names, `${scope.section.name}.${option}`);
}

/** Does some work on an option's value; a {@link BadValue} is reported and gives the fallback. */
export function attempt<T>(scope: Scope, option: string | null, work: () => T, fallback: T): T {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof BadValue)) throw error;
    const place = placeOf(scope, option, rowAt(scope, option, error.offset));
    const message = error.message + scope.suffix;
    scope.report.error(new ConfigError(error.code, message, place, error.detail));
    return fallback;
  }
}

/** What is wrong, in Supervisor's words (without the suffix) and in ours. */
export interface Complaint {
  readonly code: ConfigErrorCode;
  readonly message: string;
  readonly detail: string;
  /** Which line of the value it is about, from 0. */
  readonly row?: number;
}

/** Reports what is wrong with an option, or with its absence. */
export function complain(scope: Scope, option: string | null, problem: Complaint): void {
  const place = placeOf(scope, option, problem.row);
  const message = problem.message + scope.suffix;
  scope.report.error(new ConfigError(problem.code, message, place, problem.detail));
}

function rowAt(scope: Scope, option: string | null, offset: number): number {
  const text = option === null ? "" : valueOf(scope, option)?.text ?? "";
  return text.slice(0, offset).split("\n").length - 1;
}

/**
 * The line of an option, or that of the header where the option is not there.
 *
 * @param row Which line of the value, from 0.
 */
export function placeOf(scope: Scope, option: string | null, row = 0): Place {
  const { section } = scope;
  const value = option === null ? undefined : valueOf(scope, option);
  if (value === undefined) {
    return { file: section.file, line: section.line, section: section.name, option };
  }
  const line = value.lines[row] ?? value.lines[0] ?? section.line;
  return { file: value.file, line, section: value.section ?? section.name, option };
}

/** The same conversion with other words for what it refuses. */
export function worded<T>(
  convert: (text: string) => T,
  message: (text: string, error: BadValue) => string,
): (text: string) => T {
  return (text) => {
    try {
      return convert(text);
    } catch (error) {
      if (!(error instanceof BadValue)) throw error;
      throw new BadValue(message(text, error), error.detail, error.code);
    }
  };
}
