/** How the logs of a program are written, rotated and kept, beyond what Supervisor knows. */
import type { Owner } from "../model/config.ts";
import { readPrefix } from "../model/log_prefix.ts";
import type {
  LogCompression,
  LogFormat,
  LogPeriod,
  LogTimestamps,
  OwnProgramOptions,
} from "../model/own_options.ts";
import { owner } from "./accounts.ts";
import { octal, oneOf } from "./datatypes.ts";
import type { ConfigHost } from "./host.ts";
import { BadValue, show } from "./problems.ts";
import { complain, read, type Scope } from "./section.ts";
import { quote, trim } from "./text.ts";

const FORMATS: readonly LogFormat[] = ["plain", "prefixed", "json"];
const TIMESTAMPS: readonly LogTimestamps[] = ["none", "local", "utc"];
const COMPRESSIONS: readonly LogCompression[] = ["gzip", "zstd", "none"];

type LogOptions = Pick<OwnProgramOptions, Extract<keyof OwnProgramOptions, `log${string}`>>;

export function readLogOptions(scope: Scope, host: ConfigHost): LogOptions {
  const option = <T>(name: string, convert: (text: string) => T) =>
    read<T | null>(scope, name, convert, null);
  const options: LogOptions = {
    log_format: option("log_format", oneOf("log_format", FORMATS)),
    log_timestamps: option("log_timestamps", oneOf("log_timestamps", TIMESTAMPS)),
    log_prefix: option("log_prefix", logPrefix),
    logfile_compress: option("logfile_compress", oneOf("logfile_compress", COMPRESSIONS)),
    logfile_rotate: option("logfile_rotate", logPeriod),
    logfile_mode: option("logfile_mode", logMode),
    logfile_owner: option<Owner>("logfile_owner", (text) => owner(text, host)),
  };
  complainOfFormat(scope, options);
  return options;
}

function logPrefix(text: string): string {
  const trouble = readPrefix(text).trouble;
  if (trouble === undefined) return text;
  throw new BadValue(`invalid 'log_prefix' value ${quote(text)}`, `${trouble}, got ${show(text)}`);
}

const PERIODS: readonly LogPeriod[] = ["hourly", "daily", "weekly"];
const UNITS_MS: ReadonlyMap<string, number> = new Map([
  ["", 1000],
  ["s", 1000],
  ["m", 60_000],
  ["h", 3_600_000],
  ["d", 86_400_000],
]);

function logPeriod(text: string): LogPeriod {
  const word = trim(text).toLowerCase();
  const known = PERIODS.find((period) => period === word);
  if (known !== undefined) return known;
  const [, digits, unit] = /^(\d{1,9})([smhd]?)$/.exec(word) ?? [];
  const ms = Number(digits) * UNITS_MS.get(unit ?? "")!;
  if (ms >= 1000) return ms;
  throw new BadValue(
    `invalid 'logfile_rotate' value ${quote(text)}`,
    `expected hourly, daily, weekly, or a duration such as 90s, 30m, 12h or 7d, got ${show(text)}`,
  );
}

const OWNER_READS_AND_WRITES = 0o600;

function logMode(text: string): number {
  const mode = octal(text);
  const isMode = mode >= 0 && mode <= 0o777;
  if (isMode && (mode & OWNER_READS_AND_WRITES) === OWNER_READS_AND_WRITES) return mode;
  throw new BadValue(
    `invalid 'logfile_mode' value ${quote(text)}`,
    `expected permission bits from 0600 to 0777 that let the owner read and write, got ${
      show(text)
    }`,
  );
}

/** What one of them says and another takes back. */
function complainOfFormat(scope: Scope, options: LogOptions): void {
  const format = options.log_format ?? "plain";
  const conflict = (option: string, message: string, detail: string) =>
    complain(scope, option, { code: "CONFLICT", message, detail });
  const unused = (option: "log_timestamps" | "log_prefix", formats: string) => {
    if (options[option] === null) return;
    const detail =
      `expected log_format=${formats} with it; with log_format=${format} it says nothing`;
    conflict(option, `Cannot set ${option} with log_format=${format}`, detail);
  };
  if (format !== "prefixed") unused("log_prefix", "prefixed");
  if (format === "plain") return unused("log_timestamps", "prefixed or json");
  if (format === "json" && options.log_timestamps === "none") {
    const message = "Cannot set log_timestamps=none with log_format=json";
    conflict("log_timestamps", message, "expected local or utc: a JSON line always has a time");
  }
}
