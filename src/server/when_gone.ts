/**
 * Runs a task when a client has gone: at once if it went before anybody could listen, as while its
 * password was looked at.
 */
export function whenGone(signal: AbortSignal, task: () => void): void {
  if (signal.aborted) task();
  else signal.addEventListener("abort", task);
}
