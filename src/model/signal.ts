/** Signals by name and number, as Linux numbers them on x64 and arm64. */

const NUMBERS = {
  HUP: 1,
  INT: 2,
  QUIT: 3,
  ILL: 4,
  TRAP: 5,
  ABRT: 6,
  BUS: 7,
  FPE: 8,
  KILL: 9,
  USR1: 10,
  SEGV: 11,
  USR2: 12,
  PIPE: 13,
  ALRM: 14,
  TERM: 15,
  STKFLT: 16,
  CHLD: 17,
  CONT: 18,
  STOP: 19,
  TSTP: 20,
  TTIN: 21,
  TTOU: 22,
  URG: 23,
  XCPU: 24,
  XFSZ: 25,
  VTALRM: 26,
  PROF: 27,
  WINCH: 28,
  POLL: 29,
  PWR: 30,
  SYS: 31,
  RTMIN: 34,
  RTMAX: 64,
} as const;

/** Other names of the same numbers, accepted on input. */
const ALIASES: Readonly<Record<string, number>> = { IOT: 6, CLD: 17, IO: 29 };

const BY_NAME: ReadonlyMap<string, number> = new Map([
  ...Object.entries(NUMBERS),
  ...Object.entries(ALIASES),
]);
const BY_NUMBER: ReadonlyMap<number, string> = new Map(
  Object.entries(NUMBERS).map(([name, number]) => [number, name]),
);

/**
 * The number of a signal given as `TERM`, `sigterm` or `15`.
 *
 * @returns undefined for a name or number this platform does not know; 0 is known (it asks
 * whether a process is there), 35 to 63 are not.
 * @see spec/config.md §6, "signal"
 */
export function signalNumber(text: string): number | undefined {
  const trimmed = text.trim();
  if (/^[+-]?\d+$/.test(trimmed)) {
    const number = Number(trimmed);
    return number === 0 || BY_NUMBER.has(number) ? number : undefined;
  }
  const name = trimmed.toUpperCase();
  return BY_NAME.get(name.startsWith("SIG") ? name.slice(3) : name);
}

/** `SIGTERM` for 15; `signal 40` where the number has no name. @see spec/processes.md §4 */
export function signalName(number: number): string {
  const name = BY_NUMBER.get(number);
  return name ? `SIG${name}` : `signal ${number}`;
}

export const SIGKILL: number = NUMBERS.KILL;
export const SIGTERM: number = NUMBERS.TERM;
