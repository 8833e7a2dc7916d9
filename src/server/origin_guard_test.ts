import assert from "node:assert/strict";
import { test } from "node:test";
import { isSameOrigin } from "./origin_guard.ts";

const cases = [
  { name: "a form of our own", headers: { "Sec-Fetch-Site": "same-origin" }, passes: true },
  { name: "an address typed in", headers: { "Sec-Fetch-Site": "none" }, passes: true },
  { name: "another site", headers: { "Sec-Fetch-Site": "cross-site" }, passes: false },
  { name: "another port", headers: { "Sec-Fetch-Site": "same-site" }, passes: false },
  { name: "our origin", headers: { Origin: "http://box:9001" }, passes: true },
  {
    name: "our host in capitals",
    headers: { Host: "BOX:9001", Origin: "http://box:9001" },
    passes: true,
  },
  { name: "another origin", headers: { Origin: "http://evil.example" }, passes: false },
  { name: "another port as origin", headers: { Origin: "http://box:9002" }, passes: false },
  { name: "a hidden origin", headers: { Origin: "null" }, passes: false },
  {
    name: "what the browser knows over what it sends",
    headers: { "Sec-Fetch-Site": "cross-site", Origin: "http://box:9001" },
    passes: false,
  },
  { name: "an old browser", headers: {}, passes: true },
];

for (const { name, headers, passes } of cases) {
  test(`isSameOrigin() ${passes ? "lets in" : "keeps out"} ${name}`, () => {
    const request = new Request("http://box:9001/", {
      method: "POST",
      headers: { Host: "box:9001", ...headers as Record<string, string> },
    });
    const header = (name: string) => request.headers.get(name);
    const { host } = new URL(request.url);
    assert.equal(isSameOrigin({ method: "POST", host, header }), passes);
  });
}
