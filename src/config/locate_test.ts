import assert from "node:assert/strict";
import { test } from "node:test";
import { defaultPaths, locateConfig, noConfigFound } from "./locate.ts";

const PATHS = [
  "/usr/etc/supervisord.conf",
  "/usr/supervisord.conf",
  "supervisord.conf",
  "etc/supervisord.conf",
  "/etc/supervisord.conf",
  "/etc/supervisor/supervisord.conf",
];

test("defaultPaths() starts beside the folder of the executable", () => {
  assert.deepEqual(defaultPaths("/usr/bin"), PATHS);
});

test("locateConfig() takes the first path that exists", () => {
  assert.equal(locateConfig(PATHS, (path) => path.startsWith("/etc")), "/etc/supervisord.conf");
  assert.equal(locateConfig(PATHS, () => false), null);
});

test("noConfigFound() names all places", () => {
  assert.equal(
    noConfigFound(["a", "b"]).message,
    "No config file found at default paths (a, b); use the -c option to specify a config file " +
      "at a different path",
  );
});
