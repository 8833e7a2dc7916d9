import assert from "node:assert/strict";
import { test } from "node:test";
import { check, conf, load } from "./testing.ts";

const MAIN = "/etc/v/main.conf";
const EXTRA = "/etc/v/d/a.conf";
const text = conf("[include]", "files=d/*.conf");
const files = { [EXTRA]: "[program:a]\ncommand=cat\n" };

/** Files and folders that are not safe, the file that is told, and the end of what is told. */
const cases: [string, Record<string, object>, string, RegExp][] = [
  ["the main file is another user's", { [MAIN]: { uid: 7 } }, MAIN, /by user 7: chown root /],
  ["anybody may write to it", { [MAIN]: { mode: 0o646 } }, MAIN, /by everybody: chmod go-w \S+$/],
  ["a group may write to it", { [MAIN]: { mode: 0o664, gid: 50 } }, MAIN, /by group 50: chmod g-w/],
  ["an included file is another user's", { [EXTRA]: { uid: 7 } }, EXTRA, /chown root \S+a\.conf$/],
  [
    "anybody may write in its folder",
    { "/etc/v/d": { mode: 0o777 } },
    EXTRA,
    /replaced by everybody, who may write in its folder: chmod go-w \/etc\/v\/d$/,
  ],
  ["its folder is another user's", { "/etc/v/d": { uid: 7 } }, EXTRA, /chown root \/etc\/v\/d$/],
];

for (const [name, ownership, file, said] of cases) {
  test(`root is warned where ${name}`, () => {
    const { config, warnings } = check(text, { files, ownership });
    const [{ place, detail }, ...more] = warnings as [typeof warnings[0]];
    assert.deepEqual(more, []);
    assert.equal(place.file, file);
    assert.match(detail, said);
    assert.deepEqual(config?.messages.warn, [`${file} ${detail}`]);
  });
}

const safe: [string, Record<string, object>, number][] = [
  ["root alone can change it", {}, 0],
  ["root's own group may write to it", { [MAIN]: { mode: 0o664 } }, 0],
  ["the folder is a shared one with the sticky bit", { "/etc/v": { mode: 0o1777 } }, 0],
  ["it is not root who reads it", { [MAIN]: { mode: 0o666, uid: 7 } }, 7],
];

for (const [name, ownership, uid] of safe) {
  test(`nothing is told where ${name}`, () => {
    assert.deepEqual(load(text, { files, ownership, uid }).messages.warn, []);
  });
}
