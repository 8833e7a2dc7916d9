/**
 * Words in as few rows as fit, filled down the columns; each column is as wide as its longest
 * word and two blanks part it from the next.
 *
 * @param width The widest a row may be, in characters.
 */
export function columns(words: readonly string[], width: number): string[] {
  for (let rows = 1;; rows++) {
    const table = split(words, rows);
    const widths = table.map((column) => Math.max(...column.map((word) => word.length)));
    const total = widths.reduce((sum, one) => sum + one, 2 * (widths.length - 1));
    if (total <= width || rows >= words.length) return layOut(table, widths, rows);
  }
}

function split(words: readonly string[], rows: number): string[][] {
  const count = Math.ceil(words.length / rows);
  return Array.from({ length: count }, (_, n) => words.slice(n * rows, (n + 1) * rows));
}

function layOut(table: readonly string[][], widths: readonly number[], rows: number): string[] {
  return Array.from({ length: rows }, (_, row) => {
    const present = table.filter((column) => row < column.length);
    return present.map((column, n) => column[row]!.padEnd(widths[n]!)).join("  ");
  });
}
