import assert from "node:assert/strict";
import { test } from "node:test";
import { ctl } from "./fake_daemon.ts";

const LINES = [
  { name: "web", time: null, line: "starting" },
  { error: "db: denied (EACCES)" },
  { name: "worker", time: null, line: "job 7" },
];

/** What `logs` prints of a stream that stays open until Ctrl-C. */
function logs(words: string, query: string, records: readonly object[]) {
  const stream = records.map((record) => `${JSON.stringify(record)}\n`).join("");
  return ctl(`logs ${words}`, { streams: { [`/api/v1/logs?${query}`]: stream } });
}

test("a single log is printed as it is, and trouble on stderr", async () => {
  const head = { names: ["web"], by_time: false };
  const run = await logs("-f web", "name=web&follow=1", [head, ...LINES.slice(0, 2)]);
  assert.deepEqual([run.stdout, run.stderr, run.exitStatus], [
    "starting\n\n",
    "ERROR: db: denied (EACCES)\n",
    1,
  ]);
});

test("logs of several programs have names before their lines, in a column", async () => {
  const head = { names: ["web", "worker"], by_time: false };
  const run = await logs("-f all", "follow=1", [head, LINES[0]!, LINES[2]!]);
  assert.equal(run.stdout, "web    | starting\nworker | job 7\n\n");
});

test("lines that say when they came say who they are from", async () => {
  const head = { names: ["web", "worker"], by_time: true };
  const run = await logs("-f all", "follow=1", [head, LINES[0]!, LINES[2]!]);
  assert.equal(run.stdout, "starting\njob 7\n\n");
});

for (const words of ["", "web --lines x", "--nonsense web"]) {
  test(`"logs ${words}" shows how it is used`, async () => {
    const run = await ctl(`logs ${words}`.trim());
    assert.equal(run.exitStatus, 2);
    assert.match(run.stdout, /^Error: .*\nlogs <name> /);
  });
}

test("an older daemon, or Supervisor, has no such API", async () => {
  const run = await ctl("logs web");
  assert.equal(run.exitStatus, 1);
  assert.match(run.stdout, /ERROR: the daemon has no such API/);
});

test("logs --json gives the lines as the daemon tells them", async () => {
  const head = { names: ["web"], by_time: false };
  const run = await logs("-f --json web", "name=web&follow=1", [head, LINES[0]!]);
  assert.equal(run.stdout, `${JSON.stringify(LINES[0])}\n`);
});
