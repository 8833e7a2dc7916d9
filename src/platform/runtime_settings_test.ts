import assert from "node:assert/strict";
import { test } from "node:test";
import { type Environment, setVariable } from "./environment.ts";
import { addSettings } from "./runtime_settings.ts";

function withSettings(variables: Readonly<Record<string, string>>): readonly string[] {
  const environment: Environment = new Map();
  for (const [name, value] of Object.entries(variables)) setVariable(environment, name, value);
  addSettings(environment);
  return [...environment.values()].map((entry) => new TextDecoder().decode(entry));
}

test("a runtime is told to be quiet and alone, and which variables that took", () => {
  assert.deepEqual(withSettings({ PATH: "/bin" }), [
    "PATH=/bin",
    "BUN_GC_TIMER_INTERVAL=2147483647",
    "BUN_JSC_useConcurrentJIT=0",
    "BUN_JSC_useConcurrentGC=0",
    "BUN_JSC_numberOfGCMarkers=1",
    "VISOR_SETTINGS=BUN_GC_TIMER_INTERVAL,BUN_JSC_useConcurrentJIT,BUN_JSC_useConcurrentGC,BUN_JSC_numberOfGCMarkers",
  ]);
});

test("what somebody else has set of these stays, and is not visor's to take away", () => {
  assert.deepEqual(
    withSettings({ BUN_JSC_useConcurrentJIT: "1", BUN_JSC_numberOfGCMarkers: "4" }),
    [
      "BUN_JSC_useConcurrentJIT=1",
      "BUN_JSC_numberOfGCMarkers=4",
      "BUN_GC_TIMER_INTERVAL=2147483647",
      "BUN_JSC_useConcurrentGC=0",
      "VISOR_SETTINGS=BUN_GC_TIMER_INTERVAL,BUN_JSC_useConcurrentGC",
    ],
  );
});
