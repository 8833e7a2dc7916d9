/** Bytes to text, strictly. */

/** The first bytes of a text that are not UTF-8. */
export interface Utf8Fault {
  /** Index of the first byte at fault. */
  readonly start: number;
  /** Index after the last one. */
  readonly end: number;
  readonly reason: "invalid start byte" | "invalid continuation byte" | "unexpected end of data";
}

/** The text, with a byte order mark kept as the character it is; or what is wrong with the bytes. */
export function decodeUtf8(bytes: Uint8Array): string | Utf8Fault {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return findFault(bytes);
  }
}

function findFault(bytes: Uint8Array): Utf8Fault {
  let start = 0;
  while (start < bytes.length) {
    const length = sequenceLength(bytes[start]!);
    if (length === 0) return { start, end: start + 1, reason: "invalid start byte" };
    for (let i = 1; i < length; i++) {
      const byte = bytes[start + i];
      if (byte === undefined) return { start, end: start + i, reason: "unexpected end of data" };
      if (!continues(bytes[start]!, i, byte)) {
        return { start, end: start + i, reason: "invalid continuation byte" };
      }
    }
    start += length;
  }
  throw new Error("every byte is UTF-8");
}

function sequenceLength(first: number): number {
  if (first < 0x80) return 1;
  if (first >= 0xc2 && first <= 0xdf) return 2;
  if (first >= 0xe0 && first <= 0xef) return 3;
  return first >= 0xf0 && first <= 0xf4 ? 4 : 0;
}

/** The second byte has tighter bounds after some first bytes: no overlong forms, no surrogates. */
function continues(first: number, index: number, byte: number): boolean {
  if (byte < 0x80 || byte > 0xbf) return false;
  if (index > 1) return true;
  switch (first) {
    case 0xe0:
      return byte >= 0xa0;
    case 0xed:
      return byte <= 0x9f;
    case 0xf0:
      return byte >= 0x90;
    case 0xf4:
      return byte <= 0x8f;
    default:
      return true;
  }
}
