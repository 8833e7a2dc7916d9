import assert from "node:assert/strict";
import { test } from "node:test";
import { conf, load, refusal } from "./testing.ts";

const FACTORY = "supervisor.rpcinterface_factory = supervisor.rpcinterface:make_main_rpcinterface";

test("[rpcinterface:x] gives its namespace and its own options, not those of [DEFAULT]", () => {
  const { rpcinterfaces } = load(conf("[DEFAULT]", "a=1", "[rpcinterface:x:y]", FACTORY, "b=2"));
  assert.deepEqual(rpcinterfaces, [{
    section: "rpcinterface:x:y",
    name: "x:y",
    factory: "supervisor.rpcinterface:make_main_rpcinterface",
    options: new Map([["b", "2"]]),
  }]);
});

test("[rpcinterface:x] needs a factory", () => {
  const { message } = refusal(conf("[rpcinterface:x]"));
  assert.equal(
    message,
    "section [rpcinterface:x] does not specify a supervisor.rpcinterface_factory",
  );
});

test("[rpcinterface:x] refuses a plug-in that is not visor's own", () => {
  const error = refusal(conf("[rpcinterface:x]", "supervisor.rpcinterface_factory=a.b:c"));
  assert.equal(error.code, "UNKNOWN_PLUGIN");
  assert.match(error.message, /^a\.b:c cannot be resolved within \[rpcinterface:x\]: /);
});
