import assert from "node:assert/strict";
import { test } from "node:test";
import { ctl } from "./fake_daemon.ts";

const RESULTS = {
  results: [
    { group: "web", name: "web", rotated: ["/log"], error: null },
    { group: "g", name: "a", rotated: [], error: null },
  ],
};

/** What was sent, and what was printed. */
async function rotate(words: string, answer: object = RESULTS) {
  const sent: unknown[] = [];
  const api = { "POST /rotate": (body: unknown) => (sent.push(body), answer) };
  const { exitStatus, stdout } = await ctl(`rotate ${words}`.trim(), { api });
  return { exitStatus, stdout, sent };
}

test("rotate tells what came of it", async () => {
  assert.deepEqual(await rotate("web g:*"), {
    exitStatus: 0,
    stdout: "web: rotated\ng:a: nothing to rotate\n",
    sent: [{ names: ["web", "g:*"] }],
  });
});

test("rotate all names nobody", async () => {
  assert.deepEqual((await rotate("web all")).sent, [{}]);
});

test("rotate fails where one cannot be rotated, or there is none", async () => {
  const failed = { results: [{ group: "web", name: "web", rotated: [], error: "EACCES" }] };
  const { exitStatus, stdout } = await rotate("web", failed);
  assert.deepEqual([exitStatus, stdout], [1, "web: ERROR (cannot rotate: EACCES)\n"]);
  const unknown = { error: { code: "BAD_NAME", message: "BAD_NAME: db" } };
  assert.equal((await rotate("db", unknown)).exitStatus, 1);
});

for (const words of ["", "--all", "web -x"]) {
  test(`"rotate ${words}" shows how it is used`, async () => {
    const { exitStatus, stdout, sent } = await rotate(words);
    assert.deepEqual([exitStatus, sent], [2, []]);
    assert.match(stdout, /^Error: .*\nrotate <name> /);
  });
}

test("rotate --json tells the same in a document", async () => {
  const { stdout } = await rotate("web --json", {
    results: [
      { group: "web", name: "web", rotated: ["/log"], error: null },
      { group: "g", name: "a", rotated: [], error: "EACCES" },
    ],
  });
  assert.deepEqual(JSON.parse(stdout).results.map(Object.values), [
    ["web", "web", "rotate", true, null, "rotated"],
    ["g", "a", "rotate", false, "FAILED", "cannot rotate: EACCES"],
  ]);
});
