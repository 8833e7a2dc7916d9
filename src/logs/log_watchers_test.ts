import assert from "node:assert/strict";
import { test } from "node:test";
import { LogWatchers } from "./log_watchers.ts";

test("watchers hear of their own log, each time, until they have heard enough", () => {
  const watchers = new LogWatchers();
  const heard: string[] = [];
  const endA = watchers.watch("/a", () => heard.push("a"));
  watchers.watch("/a", () => heard.push("also a"));
  watchers.watch("/b", () => heard.push("b"));
  watchers.changed("/a");
  endA();
  watchers.changed("/a");
  watchers.changed("/b");
  watchers.changed("/c");
  assert.deepEqual(heard, ["a", "also a", "also a", "b"]);
});
