import assert from "node:assert/strict";
import net from "node:net";
import { test } from "node:test";
import { portHolder } from "./port_holder.ts";

for (const host of ["127.0.0.1", "0.0.0.0"]) {
  test(`a port on ${host} is held by who listens, and afterwards by nobody`, async () => {
    const server = net.createServer();
    await new Promise<void>((resolve) => server.listen(0, host, resolve));
    const { port } = server.address() as net.AddressInfo;
    assert.equal(portHolder(port), process.pid);
    await new Promise((resolve) => server.close(resolve));
    assert.equal(portHolder(port), null);
  });
}
