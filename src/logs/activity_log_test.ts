import assert from "node:assert/strict";
import { test } from "node:test";
import type { LogLevel } from "../model/config.ts";
import { ActivityLog, formatStamp } from "./activity_log.ts";

const WHEN = new Date(2026, 10, 22, 5, 4, 9, 7);

function logAt(level: LogLevel) {
  const lines: string[] = [];
  const sink = { write: (bytes: Uint8Array) => lines.push(new TextDecoder().decode(bytes)) };
  return { log: new ActivityLog(level, [sink, sink], () => WHEN.getTime()), lines };
}

/** In order of weight. */
const levels: readonly (readonly [LogLevel, string])[] = [
  ["blather", "BLAT"],
  ["trace", "TRAC"],
  ["debug", "DEBG"],
  ["info", "INFO"],
  ["warn", "WARN"],
  ["error", "ERRO"],
  ["critical", "CRIT"],
];

levels.forEach(([level, label], weight) => {
  test(`a ${level} line is marked ${label}, and written to every sink`, () => {
    const { log, lines } = logAt("blather");
    log.log(level, "spawned: 'wéb' with pid 7");
    const line = `2026-11-22 05:04:09,007 ${label} spawned: 'wéb' with pid 7\n`;
    assert.deepEqual(lines, [line, line]);
  });

  test(`at loglevel=${level} lines of that weight and above are written`, () => {
    const { log, lines } = logAt(level);
    for (const [each] of levels) log.log(each, "x");
    const wanted = levels.slice(weight).flatMap(([, label]) => [label, label]);
    assert.deepEqual(lines.map((line) => line.split(" ")[2]), wanted);
    assert.deepEqual(levels.map(([each]) => log.wants(each)), levels.map((_, i) => i >= weight));
  });
});

const stamps: readonly (readonly [Date, string])[] = [
  [new Date(2026, 0, 1, 0, 0, 0, 0), "2026-01-01 00:00:00,000"],
  [new Date(2026, 11, 31, 23, 59, 59, 999), "2026-12-31 23:59:59,999"],
];

for (const [when, text] of stamps) {
  test(`formatStamp() writes ${text}`, () => assert.equal(formatStamp(when), text));
}
