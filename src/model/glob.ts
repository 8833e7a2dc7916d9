/** Patterns for names: `*`, `?` and `[...]`. */

/** Whether a text has any of the special characters. */
export function hasMagic(pattern: string): boolean {
  return /[*?[]/.test(pattern);
}

type Token = "*" | ((char: string) => boolean);

/** Whether a whole name matches a pattern. Case counts. @see spec/config.md §4 */
export function matchesGlob(name: string, pattern: string): boolean {
  const tokens = readPattern(pattern);
  const chars = [...name];
  let token = 0;
  let char = 0;
  // On a mismatch only the latest star has to give way: that keeps hostile patterns cheap.
  let star = -1;
  let starChar = 0;
  while (char < chars.length) {
    const current = tokens[token];
    if (current === "*") {
      star = token++;
      starChar = char;
    } else if (current !== undefined && current(chars[char]!)) {
      token++;
      char++;
    } else if (star >= 0) {
      token = star + 1;
      char = ++starChar;
    } else {
      return false;
    }
  }
  return tokens.slice(token).every((rest) => rest === "*");
}

function readPattern(pattern: string): Token[] {
  const chars = [...pattern];
  const tokens: Token[] = [];
  for (let i = 0; i < chars.length; i++) {
    const char = chars[i]!;
    const close = char === "[" ? closingBracket(chars, i) : -1;
    if (close > 0) {
      tokens.push(characterClass(chars.slice(i + 1, close)));
      i = close;
    } else if (char === "*") {
      tokens.push("*");
    } else {
      tokens.push(char === "?" ? () => true : (other) => other === char);
    }
  }
  return tokens;
}

/** A `]` directly after `[` or `[!` is an ordinary member of the class. */
function closingBracket(chars: readonly string[], open: number): number {
  const first = chars[open + 1] === "!" ? open + 2 : open + 1;
  return chars.indexOf("]", first + 1);
}

function characterClass(body: readonly string[]): (char: string) => boolean {
  const negated = body[0] === "!";
  const members = negated ? body.slice(1) : body;
  const ranges: [string, string][] = [];
  for (let i = 0; i < members.length; i++) {
    const low = members[i]!;
    const high = members[i + 1] === "-" ? members[i + 2] : undefined;
    ranges.push([low, high ?? low]);
    if (high !== undefined) i += 2;
  }
  const isMember = (char: string) =>
    ranges.some(([low, high]) =>
      codePoint(low) <= codePoint(char) && codePoint(char) <= codePoint(high)
    );
  return (char) => isMember(char) !== negated;
}

function codePoint(char: string): number {
  return char.codePointAt(0)!;
}
