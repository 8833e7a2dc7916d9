/** `visor echo-conf`. */
import { demoConfig } from "../config/demo.ts";
import { sampleConfig } from "../config/sample.ts";
import { print } from "../platform/standard_output.ts";

/** Arguments are ignored, as Supervisor ignores them, but for `--demo FOLDER`. @returns The exit status. */
export function echoConfCommand(words: readonly string[]): number {
  const demo = words.indexOf("--demo");
  print(demo < 0 ? sampleConfig() : demoConfig(words[demo + 1]));
  return 0;
}
