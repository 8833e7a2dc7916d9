import assert from "node:assert/strict";
import { test } from "node:test";
import { check, conf } from "./testing.ts";

test("a user that is a number only is taken, and told once with its place", () => {
  const text = conf("user=web", "[program:a]", "command=cat", "user=54321", "numprocs=2") +
    "process_name=%(process_num)d\n";
  const { config, errors, warnings } = check(text);
  assert.deepEqual(errors, []);
  const users = config!.groups[0]!.processes.map(({ user }) => user);
  assert.deepEqual(users, [{ written: 54321, id: 54321 }, { written: 54321, id: 54321 }]);
  assert.deepEqual(warnings.map(({ place }) => [place.section, place.line, place.option]), [
    ["program:a", 5, "user"],
  ]);
  assert.match(config!.messages.warn.join(), /^user=54321: .*its group is 54321/);
});

test("nothing is told of the user that reads it: nothing will be changed", () => {
  assert.deepEqual(check(conf("user=54321"), { uid: 54321 }).warnings, []);
});
