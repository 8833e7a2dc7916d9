/** Text as Python quotes it: messages of Supervisor's have names and commands in it. */

/** A string as Python's `repr` quotes it. */
export function pythonRepr(text: string): string {
  const quote = text.includes("'") && !text.includes('"') ? '"' : "'";
  const escaped = text.replace(/[\\'"\p{Cc}]/gu, (char) => escapeChar(char, quote));
  return quote + escaped + quote;
}

const NAMED_ESCAPES: ReadonlyMap<string, string> = new Map([
  ["\n", "\\n"],
  ["\r", "\\r"],
  ["\t", "\\t"],
  ["\\", "\\\\"],
]);

function escapeChar(char: string, quote: string): string {
  if (char === "'" || char === '"') return char === quote ? `\\${char}` : char;
  const hex = char.charCodeAt(0).toString(16).padStart(2, "0");
  return NAMED_ESCAPES.get(char) ?? `\\x${hex}`;
}
