import assert from "node:assert/strict";
import { test } from "node:test";
import { readLogRequest } from "./log_request.ts";

/** A local time. */
const NOW = new Date(2026, 10, 22, 15, 41, 49).getTime();
const local = (year: number, month: number, day: number, hour = 0, minute = 0, second = 0) =>
  new Date(year, month, day, hour, minute, second).getTime();

const taken: readonly (readonly [words: string, query: string])[] = [
  ["web", "name=web"],
  ["web g:*", "name=web&name=g%3A*"],
  ["web all", ""],
  ["web --stderr -f", "name=web&channel=stderr&follow=1"],
  ["-n 5 web", "name=web&lines=5"],
  ["all --lines=0", "lines=0"],
  ["all --since 10m", "since=-600000"],
  ["all --since 1.5s --until 0", "since=-1500&until=-0"],
  ["all --since 15:30", `since=${local(2026, 10, 22, 15, 30)}`],
  ["all --since 2026-11-20", `since=${local(2026, 10, 20)}`],
  ["all --until 2026-11-20T15:30:10", `until=${local(2026, 10, 20, 15, 30, 10)}`],
  ["all --until 2026-11-22T14:30:00.5Z", `until=${Date.UTC(2026, 10, 22, 14, 30, 0, 500)}`],
  ["all --until 2026-11-22T14:30+02:00", `until=${Date.UTC(2026, 10, 22, 12, 30)}`],
];

for (const [words, query] of taken) {
  test(`logs ${words} asks for ${query || "everything"}`, () => {
    const request = readLogRequest(words.split(" "), NOW);
    assert.equal("query" in request ? String(request.query) : request.error, query);
  });
}

test("a date and a time may have a blank between them", () => {
  const request = readLogRequest(["all", "--since", "2026-11-20 15:30:10,250"], NOW);
  const moment = local(2026, 10, 20, 15, 30, 10) + 250;
  assert.equal("query" in request && request.query.get("since"), String(moment));
});

const refused: readonly (readonly [words: string, error: RegExp])[] = [
  ["", /requires a process name/],
  ["--lines 5", /requires a process name/],
  ["web --lines -5", /--lines: expected a number/],
  ["web --lines", /requires a value/],
  ["web --since yesterday", /--since: expected a duration such as 10m/],
  ["web --until 25:99", /--until: expected a duration/],
  ["web --since 2026-13-01", /got "2026-13-01"/],
  ["web --grep (", /--grep: .*regular expression/],
  ["web -f --until 1m", /--until ends/],
  ["web --tail 5", /no such option: --tail/],
];

for (const [words, error] of refused) {
  test(`logs ${words} is refused`, () => {
    const request = readLogRequest(words.split(" ").filter((word) => word !== ""), NOW);
    assert.match("error" in request ? request.error : "", error);
  });
}
