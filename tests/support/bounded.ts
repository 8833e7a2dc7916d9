/** Waiting for something that happens, and no longer than it could sensibly take. */

const LONGEST_MS = 10_000;

/** The promise, or an error that says what did not happen. Only a failing test waits that long. */
export async function bounded<T>(
  what: string,
  promise: Promise<T>,
  ms = LONGEST_MS,
): Promise<T> {
  let timer: ReturnType<typeof setTimeout>;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`in vain: ${what}`)), ms);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer!);
  }
}

/** Turns of the event loop until it is so. */
export async function until(what: string, isSo: () => boolean): Promise<void> {
  const end = performance.now() + LONGEST_MS;
  while (!isSo()) {
    if (performance.now() > end) throw new Error(`in vain: ${what}`);
    await new Promise((resolve) => setImmediate(resolve));
  }
}
