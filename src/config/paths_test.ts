import assert from "node:assert/strict";
import { test } from "node:test";
import { absolute, directoryOf, expandHome, join } from "./paths.ts";
import { fakeHost } from "./testing.ts";

test("directoryOf() is what comes before the last slash", () => {
  const cases = [["/a/b", "/a"], ["/b", "/"], ["b", ""], ["a//b", "a"], ["/a/", "/a"], [
    "//b",
    "//",
  ]];
  for (const [path, want] of cases) assert.equal(directoryOf(path!), want);
});

test("absolute() resolves against a folder and tidies up", () => {
  const cases = [["a", "/w/a"], ["../a/./b//c", "/a/b/c"], ["/a/../..", "/"], ["//a", "//a"], [
    "///a",
    "/a",
  ], ["", "/w"]];
  for (const [path, want] of cases) assert.equal(absolute(path!, "/w"), want);
});

test("join() keeps an absolute path", () => {
  assert.deepEqual([join("/a", "b"), join("/", "b"), join("/a", "/b")], ["/a/b", "/b", "/b"]);
});

test("expandHome() knows our home and those of users that exist", () => {
  const host = {
    ...fakeHost(),
    home: (user: string | null) => user === "x" ? undefined : "/home/",
  };
  const cases = [["~", "/home"], ["~/a", "/home/a"], ["~root/a", "/home/a"], ["~x/a", "~x/a"], [
    "a~",
    "a~",
  ]];
  for (const [path, want] of cases) assert.equal(expandHome(path!, host), want);
  assert.equal(expandHome("~", { home: () => "/" }), "/");
});
