/**
 * Text for bytes that need not be UTF-8, and the same bytes again. Each byte that is no text is one
 * lone surrogate, U+DC80 to U+DCFF, as Python's `surrogateescape` has it.
 */

const ESCAPED = 0xdc00;

/** A lone surrogate: one that is part of a pair does not match. */
const ESCAPE = /([\udc80-\udcff])/u;

const encoder = new TextEncoder();
const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

export function textOf(bytes: Uint8Array): string {
  const text = decoded(bytes);
  if (text !== undefined) return text;
  const parts: string[] = [];
  for (let at = 0; at < bytes.length;) {
    const end = at + characterLength(bytes[at]!);
    const character = decoded(bytes.subarray(at, end));
    parts.push(character ?? String.fromCharCode(ESCAPED + bytes[at]!));
    at = character === undefined ? at + 1 : end;
  }
  return parts.join("");
}

export function bytesOf(text: string): Uint8Array {
  if (!ESCAPE.test(text)) return encoder.encode(text);
  return Uint8Array.from(
    text.split(ESCAPE).flatMap((part, i) =>
      i % 2 === 0 ? [...encoder.encode(part)] : [part.charCodeAt(0) - ESCAPED]
    ),
  );
}

function decoded(bytes: Uint8Array): string | undefined {
  try {
    return decoder.decode(bytes);
  } catch {
    return undefined;
  }
}

/** By its first byte; 1 for a byte that begins nothing. */
function characterLength(first: number): number {
  return first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : first >= 0xc0 ? 2 : 1;
}
