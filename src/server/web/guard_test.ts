import assert from "node:assert/strict";
import { test } from "node:test";
import { isToken, newToken } from "./guard.ts";

test("a token is known again, and nothing else passes for it", () => {
  const token = newToken();
  assert.notEqual(newToken(), token);
  assert.ok(isToken(token, token));
  for (const other of [null, "", token.slice(1), `${token}0`, newToken(), "x".repeat(36)]) {
    assert.ok(!isToken(other, token), String(other));
  }
});
