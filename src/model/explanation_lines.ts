/** An explanation as somebody reads it who has just been woken. */
import { describeEnd } from "./attempt_words.ts";
import type { AttemptDetails, Explanation, ProcessDetails } from "./details.ts";
import { byWhom, inWords } from "./spans.ts";

const LABEL_WIDTH = 12;

/** State and reason first, then the facts, then what to do. */
export function explanationLines(explanation: Explanation, now: number): readonly string[] {
  const { process, summary, advice, last_lines } = explanation;
  const facts = [
    ...labelled("attempts", process.attempts.map(attemptLine)),
    ...labelled("restarts", process.restarts > 0 ? [String(process.restarts)] : []),
    ...labelled("next try", nextTry(process, now)),
    ...labelled("stopped", process.stopped_by ? [byWhom(process.stopped_by)] : []),
    ...labelled("waits for", (process.waits_for ?? []).map(({ text }) => text)),
    ...labelled(last_lines?.channel ?? "", (last_lines?.lines ?? []).map((line) => `| ${line}`)),
  ];
  return [
    summary,
    ...(facts.length > 0 ? ["", ...facts] : []),
    ...(advice.length > 0 ? ["", ...advice.map((line) => `-> ${line}`)] : []),
  ];
}

/** The first line has the label, the others stand under it. */
function labelled(label: string, lines: readonly string[]): readonly string[] {
  return lines.map((line, index) =>
    `  ${(index === 0 ? label : "").padEnd(LABEL_WIDTH)}${line}`.trimEnd()
  );
}

function attemptLine(attempt: AttemptDetails): string {
  const { started_at, pid, duration_ms, spawnerr, ended_by } = attempt;
  const lasted = pid === null || duration_ms === null ? "" : ` after ${inWords(duration_ms)}`;
  const whose = ended_by === null ? "" : `, ${byWhom(ended_by)}`;
  const what = spawnerr === null ? describeEnd(attempt) : `not started: ${spawnerr}`;
  return `${clockTime(started_at)}  ${pid === null ? "" : `pid ${pid}: `}${what}${lasted}${whose}`;
}

function nextTry({ next_try_at }: ProcessDetails, now: number): readonly string[] {
  if (next_try_at === null) return [];
  return [`${clockTime(next_try_at)}, in ${inWords(next_try_at - now)}`];
}

/** `2026-11-23 03:04:05`, local time. */
function clockTime(ms: number): string {
  const when = new Date(ms);
  const two = (n: number) => String(n).padStart(2, "0");
  return `${when.getFullYear()}-${two(when.getMonth() + 1)}-${two(when.getDate())} ` +
    `${two(when.getHours())}:${two(when.getMinutes())}:${two(when.getSeconds())}`;
}
