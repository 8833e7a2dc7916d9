/** A folder of its own for a test file, gone when its tests are done. */
import fs from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after } from "node:test";

/** Call it once, at the top of a test file. Anybody may look into the folder. */
export function tempFolder(): string {
  const folder = fs.mkdtempSync(join(tmpdir(), "visor-test-"));
  fs.chmodSync(folder, 0o755);
  after(() => fs.rmSync(folder, { recursive: true, force: true }));
  return folder;
}
