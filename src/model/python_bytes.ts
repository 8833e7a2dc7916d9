/** Bytes as Python writes them: what is not text reads the same for every client. */

const NAMED: ReadonlyMap<number, string> = new Map([
  [0x09, "\\t"],
  [0x0a, "\\n"],
  [0x0d, "\\r"],
  [0x5c, "\\\\"],
]);

/** `b'h\xc3'`; in double quotes where it has single ones and no double ones. */
export function pythonBytes(bytes: Uint8Array): string {
  const quote = bytes.includes(0x27) && !bytes.includes(0x22) ? '"' : "'";
  let text = "";
  for (const byte of bytes) {
    const char = String.fromCharCode(byte);
    if (char === quote) text += `\\${char}`;
    else if (NAMED.has(byte)) text += NAMED.get(byte);
    else if (byte < 0x20 || byte >= 0x7f) text += `\\x${byte.toString(16).padStart(2, "0")}`;
    else text += char;
  }
  return `b${quote}${text}${quote}`;
}

const strict = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** Text as it is; other bytes as `Undecodable: b'…'`. @see spec/events.md §2, "data not UTF-8" */
export function describeBytes(bytes: Uint8Array): string {
  try {
    return strict.decode(bytes);
  } catch {
    return `Undecodable: ${pythonBytes(bytes)}`;
  }
}
