/** Lines out of bytes as they come. */

/** A line without an end must not fill the memory: this much of it is a line. */
const LONGEST_LINE = 65_536;

/** @param onLine Called for each line, without its line feed. */
export function lineSplitter(onLine: (line: string) => void): {
  push(piece: Uint8Array): void;
  /** Nothing more comes: what is left is a line, too. */
  end(): void;
} {
  const decoder = new TextDecoder();
  let rest = "";
  function take(text: string): void {
    const lines = (rest + text).split("\n");
    rest = lines.pop()!;
    for (const line of lines) onLine(line);
    for (; rest.length > LONGEST_LINE; rest = rest.slice(LONGEST_LINE)) {
      onLine(rest.slice(0, LONGEST_LINE));
    }
  }
  return {
    push: (piece) => take(decoder.decode(piece, { stream: true })),
    end() {
      take(decoder.decode());
      if (rest !== "") onLine(rest);
      rest = "";
    },
  };
}
