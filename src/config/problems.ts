/** Mistakes in a configuration: what they are, where they are, and how they are told. */

/** Where in a configuration something is; null where that is unknown or makes no sense. */
export interface Place {
  readonly file: string | null;
  readonly line: number | null;
  readonly section: string | null;
  readonly option: string | null;
}

export type ConfigErrorCode =
  | "NO_FILE"
  | "UNREADABLE_FILE"
  | "BAD_ENCODING"
  | "BAD_SYNTAX"
  | "MISSING_SECTION"
  | "MISSING_OPTION"
  | "BAD_EXPANSION"
  | "BAD_VALUE"
  | "BAD_NAME"
  | "CONFLICT"
  | "UNKNOWN_PROGRAM"
  | "UNKNOWN_PLUGIN";

/** A mistake in a configuration that its author can fix. */
export class ConfigError extends Error {
  override readonly name = "ConfigError";
  readonly code: ConfigErrorCode;
  readonly place: Place;
  /** What was expected and what was there, for a reader who has `place` in front of them. */
  readonly detail: string;

  /** @param message In Supervisor's words, which clients and log readers know. */
  constructor(code: ConfigErrorCode, message: string, place: Place, detail: string) {
    super(message);
    this.code = code;
    this.place = place;
    this.detail = detail;
  }
}

/** Something that loads but is hardly what its author meant. */
export interface Warning {
  readonly place: Place;
  readonly detail: string;
}

/** A value that its option cannot have. Whoever reads the option adds the place. */
export class BadValue extends Error {
  override readonly name = "BadValue";
  readonly code: ConfigErrorCode;
  readonly detail: string;
  /** Where in the value the mistake is, counted in UTF-16 units. */
  readonly offset: number;

  /** @param message In Supervisor's words. */
  constructor(message: string, detail: string, code: ConfigErrorCode = "BAD_VALUE", offset = 0) {
    super(message);
    this.detail = detail;
    this.code = code;
    this.offset = offset;
  }
}

export const NOWHERE: Place = { file: null, line: null, section: null, option: null };

/** `file:line: [section] option: detail`, leaving out what is not known. */
export function describe(problem: ConfigError | Warning): string {
  const { file, line, section, option } = problem.place;
  const where = [file, line].filter((part) => part !== null).join(":");
  const what = [section === null ? null : `[${cut(section)}]`, option === null ? null : cut(option)]
    .filter((part) => part !== null);
  return [where, what.join(" "), problem.detail].filter((part) => part !== "").join(": ");
}

const SHOWN_LENGTH = 80;

/** A value in double quotes on one line, cut where it is too long to help. */
export function show(value: string): string {
  const start = value.slice(0, SHOWN_LENGTH);
  return JSON.stringify(start) + (value.length > SHOWN_LENGTH ? "…" : "");
}

/** A name, cut where it is too long to be one. */
function cut(name: string): string {
  return name.length > SHOWN_LENGTH ? `${name.slice(0, SHOWN_LENGTH)}…` : name;
}

/** Collects what is found while one configuration is read, each mistake once. */
export class Report {
  readonly errors: ConfigError[] = [];
  readonly warnings: Warning[] = [];
  readonly #seen = new Set<string>();

  /** Adds an error unless the same was already found: some options are read more than once. */
  error(error: ConfigError): void {
    const { file, line, section, option } = error.place;
    const key = JSON.stringify([file, line, section, option, error.detail]);
    if (this.#seen.has(key)) return;
    this.#seen.add(key);
    this.errors.push(error);
  }

  warn(place: Place, detail: string): void {
    this.warnings.push({ place, detail });
  }
}
