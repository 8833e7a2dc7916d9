import assert from "node:assert/strict";
import { test } from "node:test";
import { ApiError } from "./api_error.ts";
import { readApiReply } from "./api_reply.ts";

test("readApiReply() gives the document", () => {
  assert.deepEqual(readApiReply(200, '{"schema":1}\n'), { schema: 1 });
});

const refusals: readonly (readonly [status: number, body: string, code: string, says: RegExp])[] = [
  [404, '{"error":{"code":"BAD_NAME","message":"BAD_NAME: x"}}', "BAD_NAME", /^BAD_NAME: x$/],
  [
    404,
    "<head>\r\n<title>Error response</title>",
    "NO_API",
    /no visor, or an older one \(HTTP 404/,
  ],
  [200, "not JSON", "NO_API", /no visor/],
  [500, "null", "NO_API", /HTTP 500/],
];

for (const [status, body, code, says] of refusals) {
  test(`readApiReply() throws ${code} for ${status} ${body}`, () => {
    assert.throws(
      () => readApiReply(status, body),
      (error) => error instanceof ApiError && error.code === code && says.test(error.message),
    );
  });
}
