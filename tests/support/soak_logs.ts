/** Logs whose lines are counted: `PID NUMBER …`, from 1 on in each life. */

/** What is wrong with such a log, which may begin and end anywhere but at no half line. */
export function troubleIn(log: string): string | undefined {
  if (log === "") return undefined;
  if (!log.endsWith("\n")) return `it ends in half a line: ${JSON.stringify(log.slice(-80))}`;
  let last: { pid: string; number: number } | undefined;
  for (const line of log.slice(0, -1).split("\n")) {
    const [, pid, digits] = /^(\d+) (\d+) (?:a line .* whole|after)$/.exec(line) ?? [];
    if (pid === undefined) return `this is no line: ${JSON.stringify(line)}`;
    const number = Number(digits);
    const expected = last?.pid === pid ? last.number + 1 : 1;
    if (last !== undefined && number !== expected) {
      return `${JSON.stringify(line)} comes after ${last.pid} ${last.number}`;
    }
    last = { pid, number };
  }
}
