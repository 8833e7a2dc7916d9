import assert from "node:assert/strict";
import { test } from "node:test";
import { type HttpTarget, httpTarget, type TcpTarget, tcpTarget } from "./health.ts";

const at = (host: string, port: number) => ({ host, port });

const urls: readonly (readonly [string, Partial<HttpTarget> | undefined])[] = [
  ["http://127.0.0.1:8080/ready", { address: at("127.0.0.1", 8080), path: "/ready" }],
  ["http://localhost", { address: at("localhost", 80), path: "/" }],
  ["https://localhost/a?b=c", { secure: true, address: at("localhost", 443), path: "/a?b=c" }],
  ["http://[::1]:81/", { address: at("::1", 81), path: "/" }],
  ["http://me:p%40ss@h/", { address: at("h", 80), path: "/", credentials: "me:p@ss" }],
  ["unix:/run/web.sock:/ready", { address: { socket: "/run/web.sock" }, path: "/ready" }],
  ["unix:/run/web.sock:/a b", { address: { socket: "/run/web.sock" }, path: "/a%20b" }],
  ["unix:/run/web.sock", undefined],
  ["unix:web.sock:/ready", undefined],
  ["ftp://localhost/", undefined],
  ["localhost:8080", undefined],
  ["http://", undefined],
  ["http://host:99999/", undefined],
  ["", undefined],
];

for (const [text, want] of urls) {
  test(`httpTarget() ${want ? "reads" : "refuses"} ${text}`, () => {
    const whole = want && { secure: false, credentials: null, ...want };
    assert.deepEqual(httpTarget(text), whole);
  });
}

const addresses: readonly (readonly [string, TcpTarget | undefined])[] = [
  ["localhost:6379", at("localhost", 6379)],
  ["[::1]:6379", at("::1", 6379)],
  ["localhost", undefined],
  [":6379", undefined],
  ["localhost:0", undefined],
  ["localhost:65536", undefined],
  ["::1:6379", undefined],
  ["a b:1", undefined],
];

for (const [text, want] of addresses) {
  test(`tcpTarget() ${want ? "reads" : "refuses"} ${text}`, () => {
    assert.deepEqual(tcpTarget(text), want);
  });
}
