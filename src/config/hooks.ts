/** Options of ours about stopping a program, and about commands that are run around it. */
import type { OwnProgramOptions, StopScope, StopStep } from "../model/own_options.ts";
import { boolean, list, oneOf, parseSeconds, seconds, signal } from "./datatypes.ts";
import { commandWords } from "./lexer.ts";
import { BadValue, show } from "./problems.ts";
import { complain, read, type Scope, valueOf } from "./section.ts";
import { quote } from "./text.ts";

/** Commands, which may mention `process_num`. */
export type HookOptions = Pick<
  OwnProgramOptions,
  "stop_command" | "reload_command" | "pre_start" | "post_stop"
>;

type StopOptions = Pick<
  OwnProgramOptions,
  "stopsignals" | "stopscope" | "reload_signal" | "pre_start_timeout" | "post_stop_timeout"
>;

export function readHooks(scope: Scope): HookOptions {
  const hook = (option: string) =>
    read<string | null>(scope, option, (text) => command(option, text), null);
  return {
    stop_command: hook("stop_command"),
    reload_command: hook("reload_command"),
    pre_start: hook("pre_start"),
    post_stop: hook("post_stop"),
  };
}

export function readStopOptions(scope: Scope): StopOptions {
  const timeout = (option: string) =>
    read<number | null>(scope, option, (text) => limit(option, text), null);
  const scopes = oneOf<StopScope>("stopscope", ["process", "tree"]);
  const options: StopOptions = {
    stopsignals: readStopSignals(scope),
    stopscope: read<StopScope | null>(scope, "stopscope", scopes, null),
    reload_signal: read<number | null>(scope, "reload_signal", signal, null),
    pre_start_timeout: timeout("pre_start_timeout"),
    post_stop_timeout: timeout("post_stop_timeout"),
  };
  refuseContradictions(scope, options);
  return options;
}

/** A command that can be split into words. @throws {BadValue} */
export function command(option: string, text: string): string {
  try {
    if (commandWords(text).length > 0) return text;
  } catch (error) {
    const detail = `expected a command, got ${show(text)}: ${(error as Error).message}`;
    throw new BadValue(`can't parse ${option} ${quote(text)}`, detail);
  }
  throw new BadValue(`${option} is empty`, "expected a command, got none");
}

function limit(option: string, text: string): number {
  const value = seconds(option, text);
  if (value > 0) return value;
  throw new BadValue(`invalid '${option}' value ${quote(text)}`, "expected more than 0 seconds");
}

/** `stopsignals`, or `stopsignal` where that is a sequence, which Supervisor refuses. */
function readStopSignals(scope: Scope): readonly StopStep[] | null {
  const own = read<readonly StopStep[] | null>(scope, "stopsignals", sequence, null);
  if (own !== null) return own;
  return read<readonly StopStep[] | null>(
    scope,
    "stopsignal",
    (text) => isSequence(text) ? sequence(text) : null,
    null,
  );
}

function isSequence(text: string): boolean {
  return /[,:]/.test(text);
}

/** What `stopsignal` says to clients that know but one: the first of a sequence. */
export function firstSignal(text: string): number {
  return isSequence(text) ? sequence(text)[0]!.signal : signal(text);
}

/** `TERM:5,INT:5,QUIT`. @throws {BadValue} */
function sequence(text: string): readonly StopStep[] {
  const steps = list(text).map((part, i, { length }): StopStep => {
    const [name = "", wait, ...more] = part.split(":");
    const secs = wait === undefined ? null : parseSeconds(wait) ?? NaN;
    const isMissing = secs === null && i < length - 1;
    if (more.length === 0 && !isMissing && !Number.isNaN(secs)) {
      return { signal: signal(name), seconds: secs };
    }
    const detail = `expected SIGNAL:SECONDS,… such as TERM:5,INT:5,QUIT, got ${show(part)}` +
      (isMissing ? ": only the last one may be without seconds" : "");
    throw new BadValue(`invalid sequence of signals ${quote(text)}`, detail);
  });
  if (steps.length > 0) return steps;
  throw new BadValue("no signals", "expected SIGNAL:SECONDS,… such as TERM:5,INT:5,QUIT, got none");
}

function refuseContradictions(scope: Scope, { stopsignals, stopscope }: StopOptions): void {
  const isSet = (option: string) => valueOf(scope, option) !== undefined;
  const conflict = (option: string, message: string, detail: string) =>
    complain(scope, option, { code: "CONFLICT", message, detail });
  if (stopsignals !== null && isSet("stop_command")) {
    conflict(
      "stop_command",
      "stop_command and a sequence of signals contradict each other",
      "expected one of them: the command is run in place of the first signal, then comes SIGKILL",
    );
  }
  if (isSet("reload_signal") && isSet("reload_command")) {
    conflict(
      "reload_command",
      "reload_signal and reload_command contradict each other",
      "expected one of them",
    );
  }
  for (const option of ["stopasgroup", "killasgroup"]) {
    if (stopscope !== "tree" || read(scope, option, boolean, true)) continue;
    conflict(
      option,
      `stopscope=tree cannot be with ${option}=false`,
      "expected true or none: the process group is part of the tree",
    );
  }
}
