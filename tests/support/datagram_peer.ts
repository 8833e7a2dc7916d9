/** The other end of datagrams on a path, as a log daemon or a service manager has it. */
import assert from "node:assert/strict";
import fs from "node:fs";
import { libc } from "../../src/platform/libc.ts";

const AF_UNIX = 1;
const SOCK_DGRAM_NONBLOCK = 0o4002;

export interface DatagramPeer extends Disposable {
  /** What came since it was asked last. */
  received(): string[];
}

/** @param path A name that starts with `@` is the kernel's own, with no file. */
export function datagramPeer(path: string): DatagramPeer {
  const abstract = path.startsWith("@");
  const name = new TextEncoder().encode(abstract ? `\0${path.slice(1)}` : `${path}\0`);
  const address = new Uint8Array(2 + name.length);
  new DataView(address.buffer).setUint16(0, AF_UNIX, true);
  address.set(name, 2);
  const fd = libc().socket(AF_UNIX, SOCK_DGRAM_NONBLOCK, 0);
  assert.equal(libc().bind(fd, address, address.length), 0);
  return {
    received() {
      const texts: string[] = [];
      const buffer = new Uint8Array(16_384);
      for (;;) {
        const count = libc().read(fd, buffer, buffer.length);
        if (count < 0) return texts;
        texts.push(new TextDecoder().decode(buffer.subarray(0, count)));
      }
    },
    [Symbol.dispose]() {
      libc().close(fd);
      if (!abstract) fs.rmSync(path);
    },
  };
}
