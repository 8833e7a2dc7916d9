/** Text of a client's, made fit for the activity log. */

// deno-lint-ignore no-control-regex -- they are what it looks for
const CONTROL = /[\x00-\x1f\x7f-\x9f\u2028\u2029]/g;

/**
 * Control characters in writing: what a client sends can neither pass for a line of the log nor
 * move the cursor of whoever reads it.
 *
 * @example oneLine("a\n\x1b[2J") // "a\\n\\x1b[2J"
 */
export function oneLine(text: string): string {
  return text.replace(CONTROL, (char) => {
    if (char === "\n") return "\\n";
    const code = char.charCodeAt(0);
    return code > 0xff ? `\\u${code.toString(16)}` : `\\x${code.toString(16).padStart(2, "0")}`;
  });
}
