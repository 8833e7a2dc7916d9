import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { missed, type Pair, readResults, type Results, ROWS } from "./tooling_bench_rows.ts";
import { type Machine, measuredText, replaceMeasured } from "./tooling_bench_table.ts";
import { counted, rounded } from "./tooling_bench_words.ts";

for (
  const [number, text] of [
    [0, "0"],
    [0.0472, "0.05"],
    [7, "7"],
    [1.049, "1.0"],
    [2.71, "2.7"],
    [9.21, "9.2"],
    [18.4, "18"],
    [540.4, "540"],
    [1_017.5, "1,020"],
    [31_871, "31,900"],
  ] as const
) {
  test(`rounded() shows ${number} as ${text}`, () => assert.equal(rounded(number), text));
}

test("rounded() keeps as many digits of a large number as it is told", () => {
  assert.equal(rounded(377, 2), "380");
  assert.equal(rounded(51.4, 2), "51");
});

test("counted() keeps all digits", () => assert.equal(counted(12_345), "12,345"));

test("readResults() reads what Python takes for JSON", () => {
  const json = `{
 "measures": {
  "idle": {
   "supervisor": 0.0,
   "visor": 10.0,
   "ratio": Infinity
  }
 },
 "limits": { "fork_s": 0.5 }
}`;
  const { measures, limits } = readResults(json);
  assert.equal(measures?.idle?.supervisor, 0);
  assert.equal(measures?.idle?.visor, 10);
  assert.deepEqual(limits, { fork_s: 0.5 });
});

const results = (
  measures: Record<string, Pair>,
  others: Partial<Results> = {},
): Results => ({ programs: 1_000, measures, limits: {}, grown: [], ...others });

const targets: readonly {
  readonly name: string;
  readonly given: Results;
  readonly lines: readonly string[];
}[] = [
  { name: "misses nothing that was not measured", given: results({}), lines: [] },
  {
    name: "wants a time to be a part of Supervisor's",
    given: results({ down: { supervisor: 9, visor: 0.45 } }),
    lines: [],
  },
  {
    name: "says how far a time is from that",
    given: results({ down: { supervisor: 9, visor: 0.5 } }),
    lines: ["shutdown of 1,000 programs: 18.00 × ahead, wanted at least 20 ×"],
  },
  {
    name: "wants a rate to be a multiple of Supervisor's",
    given: results({ log: { supervisor: 600, visor: 900 } }),
    lines: [],
  },
  {
    name: "says how far a rate is from that",
    given: results({ log: { supervisor: 600, visor: 890 } }),
    lines: ["one program floods a rotated log: 1.48 × ahead, wanted at least 1.5 ×"],
  },
  {
    name: "lets visor have more of what it may have more of",
    given: results({ rss0: { supervisor: 30, visor: 39 }, dirty0: { supervisor: 20, visor: 10 } }),
    lines: [],
  },
  {
    name: "says of what visor has too much",
    given: results({ rss0: { supervisor: 30, visor: 54 }, dirty0: { supervisor: 20, visor: 11 } }),
    lines: [
      "private dirty memory, 2 programs: 0.55 of Supervisor's, wanted at most 0.5",
      "resident memory, 2 programs: 1.80 of Supervisor's, wanted at most 1.3",
    ],
  },
  {
    name: "wants no wake-ups of the main thread, whatever other threads do",
    given: results({
      wake_main: { supervisor: 20, visor: 1 },
      wake_all: { supervisor: 20, visor: 11 },
    }),
    lines: ["system calls in 10 s, 2 idle programs: 1, wanted at most 0"],
  },
  {
    name: "holds a start against bare forks as well",
    given: results({ up: { supervisor: 9, visor: 1.5 } }, { limits: { fork_s: 0.5 } }),
    lines: ["start: 3 × bash's forks, wanted at most 2 ×"],
  },
  {
    name: "lets five times the programs take a little more than five times as long",
    given: results({}, {
      grown: [
        { programs: 1_000, start_s: 1, status_ms: 50, stop_s: 0.1, forks_s: 0.5 },
        { programs: 5_000, start_s: 6, status_ms: 400, stop_s: 0.5, forks_s: 2.6 },
      ],
    }),
    lines: ["`ctl status`, five times the programs: 8 ×, wanted at most 6 ×"],
  },
];

for (const { name, given, lines } of targets) {
  test(`missed() ${name}`, () => assert.deepEqual(missed(given), lines));
}

const machine: Machine = {
  processor: "AMD EPYC",
  cores: 2,
  memoryBytes: 23.54 * 2 ** 30,
  kernel: "6.18.44-x",
  supervisor: "4.2.5",
};

test("measuredText() shows the machine, what was measured in the order of the rows, and the limits", () => {
  const given = results({
    log_lines: { supervisor: 6_800_000, visor: 7_600_000 },
    up: { supervisor: 8.36, visor: 1.75 },
    idle: { supervisor: 40, visor: 20 },
    check: { supervisor: 0.89, visor: 0.125 },
    writes_rate: { supervisor: 99_990, visor: 100_010 },
  }, {
    limits: { fork_s: 0.558, cat_MBps: 488.2, bare_server: 25_804 },
    grown: [
      { programs: 1_000, start_s: 1, status_ms: 50, stop_s: 0.1, forks_s: 0.5 },
      { programs: 5_000, start_s: 5, status_ms: 100, stop_s: 0.52, forks_s: 2.6 },
    ],
  });
  assert.equal(
    measuredText(given, machine),
    `\
Both programs in one run, on 2 cores (AMD EPYC) with 24 GiB of memory under Linux 6.18:

| measure                                      | Supervisor 4.2.5 |   visor | visor is ahead by |
| -------------------------------------------- | ---------------: | ------: | ----------------: |
| 1,000 programs all RUNNING (\`startsecs=0\`)   |            8.4 s |   1.8 s |             4.8 × |
| 5,000 programs read, to a mistake at the end |           0.89 s |  0.13 s |             7.1 × |
| 20 programs write 100-byte lines             |          6.8 M/s | 7.6 M/s |             1.1 × |
| CPU in 10 s, 1,000 idle programs             |            40 ms |   20 ms |                 – |

In the same run bash forked 1,000 times in 0.56 s, and the flood through \`cat\` had 488 MB/s.
\`getAllProcessInfo\` was asked on one connection by a client that does not look into the replies;
Bun's \`node:http\` alone gave it 25,800 empty ones a second. The mistake is found by \`--check\`, and
by the start of Supervisor, which has none. The writes came at 100,000 a second under Supervisor,
and at 100,000 under visor. With 5,000 programs in place of 1,000 visor takes this many times as
long: start 5, \`ctl status\` 2, shutdown 5.2 (bash's forks 5.2).`,
  );
});

test("a measure has one row", () => {
  const keys = ROWS.map(({ key }) => key);
  assert.deepEqual(keys, [...new Set(keys)]);
});

test("replaceMeasured() leaves everything else as it is", () => {
  const readme = "a\n<!-- measured -->\n\nold\n\n<!-- /measured -->\nb\n";
  assert.equal(
    replaceMeasured(readme, "new $& and $1"),
    "a\n<!-- measured -->\n\nnew $& and $1\n\n<!-- /measured -->\nb\n",
  );
});

for (
  const readme of [
    "nothing",
    "<!-- measured -->",
    "<!-- /measured --> x <!-- measured -->",
    "<!-- measured --> x <!-- /measured --> <!-- measured --> x <!-- /measured -->",
  ]
) {
  test(`replaceMeasured() refuses ${JSON.stringify(readme)}`, () => {
    assert.throws(() => replaceMeasured(readme, "new"), /exactly one/);
  });
}

test("the README has a place for what was measured", () => {
  const readme = readFileSync(new URL("../../README.md", import.meta.url), "utf8");
  assert.notEqual(replaceMeasured(readme, "new"), readme);
});
