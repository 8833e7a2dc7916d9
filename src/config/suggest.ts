/** What somebody probably meant to write. */

/** Among more names than this a guess would take long and rarely be right. */
const MOST_CANDIDATES = 500;

/** The candidate that is closest to a word, if any is close. */
export function nearest(word: string, candidates: readonly string[]): string | undefined {
  if (candidates.length > MOST_CANDIDATES) return undefined;
  const limit = slipsIn(word);
  let best: string | undefined;
  let least = limit + 1;
  for (const candidate of candidates) {
    if (Math.abs(candidate.length - word.length) >= least) continue;
    const distance = editDistance(word, candidate);
    if (distance < least) [best, least] = [candidate, distance];
  }
  return best;
}

/** How many slips leave a word of this length recognisable. */
function slipsIn({ length }: string): number {
  if (length < 3) return 0;
  return length < 6 ? 1 : 2;
}

/** Insertions, removals, replacements and swaps of neighbours that turn one word into another. */
function editDistance(a: string, b: string): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const replaced = last[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1);
      const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]
        ? beforeLast[j - 2]! + 1
        : Infinity;
      row.push(Math.min(last[j]! + 1, row[j - 1]! + 1, replaced, swapped));
    }
    [beforeLast, last] = [last, row];
  }
  return last[b.length]!;
}
