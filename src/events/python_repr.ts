/** Bytes as Python shows them, for those that are no text. */

const BACKSLASH = 0x5c;
const SINGLE = 0x27;
const DOUBLE = 0x22;

const ESCAPES: readonly string[] = Array.from({ length: 256 }, (_, byte) => {
  if (byte === 0x09) return "\\t";
  if (byte === 0x0a) return "\\n";
  if (byte === 0x0d) return "\\r";
  if (byte === BACKSLASH) return "\\\\";
  if (byte >= 0x20 && byte < 0x7f) return String.fromCharCode(byte);
  return `\\x${byte.toString(16).padStart(2, "0")}`;
});

/**
 * Python's `repr()` of bytes: `b'h\xc3\n'`. Double quotes stand around bytes that have single
 * quotes in them and no double ones.
 */
export function reprBytes(bytes: Uint8Array): string {
  const hasSingle = bytes.includes(SINGLE);
  if (hasSingle && !bytes.includes(DOUBLE)) return `b"${escape(bytes, ESCAPES)}"`;
  return `b'${escape(bytes, hasSingle ? ESCAPES.with(SINGLE, "\\'") : ESCAPES)}'`;
}

function escape(bytes: Uint8Array, escapes: readonly string[]): string {
  return Array.from(bytes, (byte) => escapes[byte]).join("");
}

/**
 * What a child wrote, as text: itself if it is UTF-8, else `Undecodable: b'…'`.
 *
 * @see spec/events.md §2, "data not UTF-8"
 */
export function readableText(bytes: Uint8Array): string {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return `Undecodable: ${reprBytes(bytes)}`;
  }
}
