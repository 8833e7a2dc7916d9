import type { ScreenSize } from "../platform/screen.ts";
import { cut, printable } from "./cells.ts";

/** Lines as they fit a screen; the last says how many do not. */
export function fitLines(
  lines: readonly string[],
  { rows, columns }: ScreenSize,
): readonly string[] {
  const kept = lines.length <= rows ? lines : [
    ...lines.slice(0, rows - 1),
    `… ${lines.length - rows + 1} more`,
  ];
  return kept.map((line) => cut(printable(line), columns));
}
