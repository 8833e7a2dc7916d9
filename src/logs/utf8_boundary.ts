/** Where a stretch of bytes may be cut without cutting a UTF-8 character in two. */

const LONGEST_CHARACTER = 4;

function isContinuation(byte: number): boolean {
  return (byte & 0xc0) === 0x80;
}

/** How many bytes the character that starts with this one has; 1 for what starts none. */
function characterLength(first: number): number {
  if (first >= 0xf0 && first < 0xf8) return 4;
  if (first >= 0xe0 && first < 0xf0) return 3;
  return first >= 0xc0 && first < 0xe0 ? 2 : 1;
}

/**
 * The length of `bytes` without an incomplete character at its end. What is not UTF-8 is taken as
 * complete: nobody has to wait for it.
 */
export function completeLength(bytes: Uint8Array): number {
  const end = bytes.length;
  for (let start = end - 1; start >= 0 && start >= end - LONGEST_CHARACTER; start--) {
    if (isContinuation(bytes[start]!)) continue;
    return start + characterLength(bytes[start]!) > end ? start : end;
  }
  return end;
}

/** How many bytes at the start belong to a character that began before; 0 where it is no text. */
export function danglingLength(bytes: Uint8Array): number {
  let count = 0;
  while (count < bytes.length && count < LONGEST_CHARACTER && isContinuation(bytes[count]!)) {
    count++;
  }
  return count === LONGEST_CHARACTER ? 0 : count;
}
