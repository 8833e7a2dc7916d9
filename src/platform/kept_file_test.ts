import assert from "node:assert/strict";
import fs from "node:fs";
import { dirname } from "node:path";
import { test } from "node:test";
import { until } from "../../tests/support/bounded.ts";
import { FakeClock } from "../../tests/support/fake_clock.ts";
import { tempFolder } from "../../tests/support/temp_folder.ts";
import { FileKeeper, inodeOf, type KeptNews, presenceOf } from "./kept_file.ts";

const folder = tempFolder();
let files = 0;

/** A kept file, and the callbacks of those who watch it. */
function keep({ canWatch = true, failing = [] as string[] } = {}) {
  const path = `${folder}/${++files}/file`;
  const clock = new FakeClock();
  const news: KeptNews[] = [];
  const watching = new Set<() => void>();
  let own: number | undefined;
  let restored = 0;
  function make(): void {
    const code = failing.shift();
    if (code) throw Object.assign(new Error(code), { code });
    fs.writeFileSync(path, "ours", { flag: "wx" });
    own = inodeOf(path);
  }
  fs.mkdirSync(`${folder}/${files}`);
  fs.writeFileSync(path, "ours");
  own = inodeOf(path);
  const keeper = new FileKeeper(
    {
      path,
      look: () => presenceOf(path, own),
      restore() {
        restored++;
        make();
      },
      told: (what) => void news.push(what),
    },
    clock,
    (_path, changed) => {
      if (!canWatch) throw new Error("no watches left");
      watching.add(changed);
      return () => void watching.delete(changed);
    },
  );
  /** What the kernel would say; and time for what follows from it. */
  async function changed(ms = 500): Promise<void> {
    for (const each of watching) each();
    await passed(ms);
  }
  async function passed(ms: number): Promise<void> {
    clock.tick(ms);
    await new Promise((resolve) => setImmediate(resolve));
  }
  return { path, clock, news, watching, keeper, changed, passed, restorations: () => restored };
}

/** Another file, which cannot have the inode of the one that is gone. */
function replace(path: string, text: string): void {
  fs.writeFileSync(`${path}.new`, text);
  fs.renameSync(`${path}.new`, path);
}

test("a file that is there is watched, and no timer runs", () => {
  const { clock, watching } = keep();
  assert.deepEqual([watching.size, clock.pending], [1, 0]);
});

test("a change that leaves the file where it is is nothing", async () => {
  const { news, watching, clock, changed } = keep();
  await changed();
  assert.deepEqual([news, watching.size, clock.pending], [[], 1, 0]);
});

test("a file that is removed is put back once and watched again, however often", async () => {
  const { path, news, changed, passed, watching, clock } = keep();
  for (let times = 1; times <= 3; times++) {
    fs.rmSync(path);
    await changed();
    assert.ok(fs.existsSync(path));
    assert.equal(news.length, times);
    await passed(500);
    assert.deepEqual([watching.size, clock.pending], [1, 0]);
  }
  assert.deepEqual(news[0], { type: "restored" });
});

test("who removes it again and again gets it back twice a second, not at once", async () => {
  const { path, changed, restorations } = keep();
  for (let i = 0; i < 100; i++) {
    fs.rmSync(path, { force: true });
    await changed(10);
  }
  assert.ok(restorations() <= 3, `${restorations()}`);
});

test("what somebody else put there is told once and stays; when it goes, ours is back", async () => {
  const { path, news, changed, clock } = keep();
  replace(path, "theirs");
  await changed();
  await changed();
  assert.deepEqual([news, clock.pending], [[{ type: "taken" }], 0]);
  assert.equal(fs.readFileSync(path, "utf8"), "theirs");
  fs.rmSync(path);
  await changed();
  assert.deepEqual(news, [{ type: "taken" }, { type: "restored" }]);
});

test("a failure is told once and tried again, less and less often, until it works", async () => {
  const { path, news, changed, passed, restorations } = keep({
    failing: Array(9).fill("ENOENT"),
  });
  fs.rmSync(path);
  await changed();
  assert.deepEqual(news, [{ type: "lost", reason: "ENOENT" }]);
  await passed(999);
  assert.equal(restorations(), 1);
  await passed(1);
  assert.equal(restorations(), 2);
  for (let seconds = 0; seconds < 300; seconds++) await passed(1000);
  assert.equal(restorations(), 10);
  assert.deepEqual(news, [{ type: "lost", reason: "ENOENT" }, { type: "restored" }]);
});

test("without a way to watch nothing is done for a file that is there", () => {
  const { clock, news } = keep({ canWatch: false });
  assert.deepEqual([clock.pending, news], [0, []]);
});

test("after close() nothing is put back and nothing is watched", async () => {
  const { path, keeper, changed, passed, watching, clock } = keep();
  fs.rmSync(path);
  await changed(100);
  await keeper.close();
  await passed(1000);
  assert.ok(!fs.existsSync(path));
  assert.deepEqual([watching.size, clock.pending], [0, 0]);
});

for (
  const [name, act] of [
    ["removed", (path: string) => fs.rmSync(path)],
    ["replaced", (path: string) => replace(path, "theirs")],
    ["renamed", (path: string) => fs.renameSync(path, `${path}.old`)],
    ["removed with its folder", (path: string) => fs.rmSync(dirname(path), { recursive: true })],
  ] as const
) {
  test(`the kernel tells that a file is ${name}`, async () => {
    const path = `${folder}/${++files}/file`;
    fs.mkdirSync(`${folder}/${files}`);
    fs.writeFileSync(path, "");
    const clock = new FakeClock();
    const own = inodeOf(path);
    const file = { path, look: () => presenceOf(path, own), restore() {}, told() {} };
    const keeper = new FileKeeper(file, clock);
    assert.equal(clock.pending, 0);
    act(path);
    await until("it is seen", () => clock.pending === 1);
    await keeper.close();
  });
}
