/** What a function prints on our stdout and stderr, kept from them. */
import fs from "node:fs";

export interface Captured<T> {
  readonly result: T;
  readonly stdout: string;
  readonly stderr: string;
}

/** Only what goes through `fs.writeSync`, which is how visor prints. */
export async function captured<T>(run: () => Promise<T>): Promise<Captured<T>> {
  const real = fs.writeSync;
  const printed = new Map([[1, ""], [2, ""]]);
  const decoder = new TextDecoder();
  function write(fd: number, bytes: Uint8Array, ...rest: unknown[]): number {
    const before = printed.get(fd);
    if (before === undefined) return Reflect.apply(real, fs, [fd, bytes, ...rest]);
    const [offset] = rest;
    const piece = bytes.subarray(typeof offset === "number" ? offset : 0);
    printed.set(fd, before + decoder.decode(piece));
    return piece.length;
  }
  fs.writeSync = write as typeof fs.writeSync;
  try {
    const result = await run();
    return { result, stdout: printed.get(1)!, stderr: printed.get(2)! };
  } finally {
    fs.writeSync = real;
  }
}
