import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import type { HttpRequest } from "../platform/http_request.ts";
import { fault, RpcFault } from "../rpc/faults.ts";
import { RpcReadError } from "../rpc/read_xml.ts";
import { writeFault, writeResponse } from "../rpc/write_xml.ts";
import { DaemonClient } from "./daemon_client.ts";
import { ProtocolError } from "./protocol_error.ts";

/** A client whose every request is answered alike, and the requests it made. */
function clientOf(pieces: Uint8Array[], status = 200, username: string | null = null) {
  const requests: HttpRequest[] = [];
  const connection = { serverurl: "http://h:1/x", username, password: "pä:ss" };
  const client = new DaemonClient(connection, (request) => {
    requests.push(request);
    const body = (async function* () {
      for (const piece of pieces) yield await Promise.resolve(piece);
    })();
    return Promise.resolve({ status, reason: "Words", body });
  });
  return { client, requests };
}

const bytes = (text: string) => new TextEncoder().encode(text);

test("a call is posted to /RPC2 of the daemon, with name and password", async () => {
  const { client, requests } = clientOf([bytes(writeResponse(5))], 200, "me");
  assert.equal(await client.getPID(), 5);
  const { body, ...request } = requests[0]!;
  assert.match(body!, /<methodName>supervisor.getPID<\/methodName>/);
  assert.deepEqual(request, {
    address: { kind: "tcp", host: "h", port: 1 },
    method: "POST",
    path: "/RPC2",
    headers: { "Content-Type": "text/xml", Authorization: "Basic bWU6cMOkOnNz" },
  });
});

test("a fault is thrown as such", async () => {
  const { client } = clientOf([bytes(writeFault(fault("BAD_NAME", "x")))]);
  await assert.rejects(client.startProcess("x"), new RpcFault(10, "BAD_NAME: x"));
});

test("another HTTP status is a ProtocolError", async () => {
  const { client } = clientOf([bytes("<html>")], 500);
  await assert.rejects(client.getPID(), new ProtocolError(500, "Words"));
});

for (const text of ["", "<html>", writeResponse("5"), writeResponse([])]) {
  test(`the reply ${JSON.stringify(text.slice(-60))} is not a pid`, async () => {
    await assert.rejects(clientOf([bytes(text)]).client.getPID(), RpcReadError);
  });
}

test("a reply may come in any pieces", async () => {
  const whole = bytes(writeResponse("héllo \u{1f600}"));
  const cuts = fc.array(fc.nat(whole.length), { maxLength: 20 });
  await fc.assert(fc.asyncProperty(cuts, async (places) => {
    const edges = [0, ...places.toSorted((a, b) => a - b), whole.length];
    const pieces = edges.slice(1).map((edge, n) => whole.slice(edges[n], edge));
    assert.equal(await clientOf(pieces).client.readLog(0, 0), "héllo \u{1f600}");
  }));
});
