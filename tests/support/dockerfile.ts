/** As much of a Dockerfile as a test needs to do what it says without a container engine. */

export interface Instruction {
  readonly name: string;
  /** Without its options and line breaks. */
  readonly text: string;
  /** `--name=value`, by name. */
  readonly options: ReadonlyMap<string, string>;
}

/** @throws {Error} On a line that is no instruction. */
export function readDockerfile(text: string): Instruction[] {
  const lines = text.replaceAll(/^#.*\n/gm, "").replaceAll(/\\\n\s*/g, "").split("\n");
  return lines.filter((line) => line.trim() !== "").map(readInstruction);
}

function readInstruction(line: string): Instruction {
  const found = /^([A-Z]+)((?:\s+--\S+)*)\s+(.+)$/.exec(line);
  if (!found) throw new Error(`Cannot read "${line}": expected an instruction in capitals`);
  const [, name, options, text] = found;
  const pairs = options!.trim().split(/\s+/).map((word) => word.replace(/^--/, "").split("="));
  return {
    name: name!,
    text: text!,
    options: new Map(pairs.map(([key, value]) => [key!, value ?? ""])),
  };
}

/** The words of a command: a list in JSON, or a line for the shell. */
export function commandOf(text: string): string[] {
  return text.startsWith("[") ? JSON.parse(text) : ["/bin/sh", "-c", text];
}

/** The last of a kind: it is the one that counts. @throws {Error} If there is none. */
export function last(instructions: readonly Instruction[], name: string): Instruction {
  const found = instructions.findLast((each) => each.name === name);
  if (!found) throw new Error(`The Dockerfile has no ${name}`);
  return found;
}
