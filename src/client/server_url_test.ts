import assert from "node:assert/strict";
import { test } from "node:test";
import { parseServerUrl, ServerUrlError } from "./server_url.ts";

const tcp = (host: string, port: number) => ({ kind: "tcp", host, port });
const accepted = {
  "unix:///run/s.sock": { kind: "unix", path: "/run/s.sock" },
  "unix://rel.sock": { kind: "unix", path: "rel.sock" },
  "http://127.0.0.1:9001": tcp("127.0.0.1", 9001),
  "http://example.org": tcp("example.org", 80),
  "http://example.org:9001/some/path": tcp("example.org", 9001),
  "http://[::1]:9001": tcp("::1", 9001),
  "http://user:pw@host:1": tcp("host", 1),
};

for (const [url, address] of Object.entries(accepted)) {
  test(`parseServerUrl() reads ${url}`, () => assert.deepEqual(parseServerUrl(url), address));
}

const refused = {
  "ftp://x/y": "Unknown protocol for serverurl ftp://x/y",
  "https://x": "Unknown protocol for serverurl https://x",
  "http://:9001": "No host in serverurl http://:9001",
  "http://h:x": "Port could not be cast to integer value as 'x'",
  "http://h:99999": "Port out of range 0-65535",
};

for (const [url, message] of Object.entries(refused)) {
  test(`parseServerUrl() refuses ${url}`, () => {
    assert.throws(() => parseServerUrl(url), new ServerUrlError(message));
  });
}
