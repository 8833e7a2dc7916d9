/** Stretches of time as people write them, in a configuration or behind an option of a verb. */

const UNIT_SECS: Readonly<Record<string, number>> = { ms: 0.001, s: 1, m: 60, h: 3600, d: 86_400 };

/** `1.5`, `500ms`, `60s`, `5m`, `1h`, `7d`: in seconds; undefined for anything else. */
export function parseDuration(text: string): number | undefined {
  const match = /^(\d{1,9}(?:\.\d{1,9})?)\s*(ms|s|m|h|d)?$/.exec(text);
  return match ? Number(match[1]) * UNIT_SECS[match[2] ?? "s"]! : undefined;
}
