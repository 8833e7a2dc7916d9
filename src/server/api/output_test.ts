import assert from "node:assert/strict";
import { test } from "node:test";
import { FakeServer } from "../../../tests/support/fake_server.ts";
import { lone } from "../../../tests/support/fake_world.ts";

function serverOf() {
  const server = new FakeServer([lone("web")]);
  server.outputs.set("web stdout", "hello\n").set("web stderr", "oh <b>no\n");
  return server;
}

test("GET /output gives what the last run has printed, as plain text", async () => {
  const reply = await serverOf().fetch("/api/v1/output?name=web&channel=stderr");
  assert.equal(await reply.text(), "oh <b>no\n");
  assert.equal(reply.headers.get("content-type"), "text/plain;charset=utf-8");
  assert.equal(reply.headers.get("x-content-type-options"), "nosniff");
});

test("GET /output?follow=1 begins with the same and goes on", async () => {
  const reply = await serverOf().fetch("/api/v1/output?name=web&follow=1");
  const reader = reply.body!.getReader();
  assert.equal(new TextDecoder().decode((await reader.read()).value), "hello\n");
  await reader.cancel();
});

for (const query of ["name=db", "name=web&channel=stdin", "", "name=web:*"]) {
  test(`GET /output?${query} is refused`, async () => {
    const reply = await serverOf().fetch(`/api/v1/output?${query}`);
    assert.match((await reply.json()).error.code, /^BAD_NAME$|^BAD_ARGUMENTS$/);
  });
}
