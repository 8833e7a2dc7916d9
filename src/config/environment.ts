/** The value of `environment=`: `KEY="value",OTHER='value'`. */
import { tokens } from "./lexer.ts";
import { BadValue, show } from "./problems.ts";

const LATIN_LETTERS = /[\xc0-\xd6\xd8-\xf6\xf8-\xff]/;
const WORD = new RegExp(`[A-Za-z0-9_/.+\\-():]|${LATIN_LETTERS.source}`);
const GRAMMAR = { isWord: (char: string) => WORD.test(char), comments: true };

/**
 * Reads variables from a text whose `%(…)s` are already expanded.
 *
 * Tokens go in fours: name, `=`, value, and a separator that may be anything at all.
 *
 * @throws {BadValue} for a group without `=` or value, or a quotation mark without its partner.
 * @see spec/config.md §5
 */
export function readEnvironment(text: string): Map<string, string> {
  const environment = new Map<string, string>();
  const found = tokens(text, GRAMMAR);
  for (let i = 0; i < found.length; i += 4) {
    const [name, equals, value] = found.slice(i, i + 3);
    if (equals !== "=" || value === undefined) throw incomplete(text, found.slice(i, i + 3));
    environment.set(name!, value);
  }
  return environment;
}

function incomplete(text: string, group: readonly string[]): BadValue {
  const [name = "", equals] = group;
  const start = show(equals === "=" ? `${name}=` : group.join(" "));
  return new BadValue(
    `Unexpected end of key/value pairs in value '${text}'`,
    `expected KEY="value" pairs with commas between them, got ${start}; ` +
      "a value with other characters than letters, digits and _/.+-(): needs quotes",
  );
}
