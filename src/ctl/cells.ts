/** Text in the cells of a terminal. */

/** East Asian characters and pictures take two cells. */
const WIDE =
  /\p{Emoji_Presentation}|[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{20000}-\u{3fffd}]/u;

/** What joins the character before it, or shows nothing. */
const NO_CELL = /[\p{Mn}\p{Me}\p{Cf}]/u;

/** What would act on a terminal, or break a line. */
const UNPRINTABLE = /[\p{Cc}\p{Zl}\p{Zp}\p{Bidi_Control}]/gu;

function cellsOf(char: string): number {
  if (char < "\u0300") return 1;
  return NO_CELL.test(char) ? 0 : WIDE.test(char) ? 2 : 1;
}

/** A text without what would act on the terminal. */
export function printable(text: string): string {
  return text.replace(UNPRINTABLE, "");
}

export function cellCount(text: string): number {
  let cells = 0;
  for (const char of text) cells += cellsOf(char);
  return cells;
}

/** As much of a printable text as fits, with `…` for the rest. */
export function cut(text: string, width: number): string {
  if (text.length <= width / 2 || cellCount(text) <= width) return text;
  let kept = "";
  let cells = 0;
  for (const char of text) {
    cells += cellsOf(char);
    if (cells > width - 1) break;
    kept += char;
  }
  return width > 0 ? `${kept}…` : "";
}

/** Cut or padded to a width. */
export function fit(text: string, width: number, side: "left" | "right" = "left"): string {
  const shown = cut(text, width);
  const blanks = " ".repeat(Math.max(0, width - cellCount(shown)));
  return side === "left" ? shown + blanks : blanks + shown;
}
