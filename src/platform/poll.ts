/** Asking the system whether a descriptor is ready. */
import { ERRNO } from "./errno.ts";
import { errno, libc } from "./libc.ts";

const POLLOUT = 4;
const POLLERR = 8;
const POLLHUP = 16;
const POLLNVAL = 32;

/**
 * Whether something can be written, now or within `waitMs`. Also true where a write would fail: it
 * has to be tried for its reason.
 */
export function hasRoom(fd: number, waitMs: number): boolean {
  const query = new Uint8Array(8);
  const view = new DataView(query.buffer);
  view.setInt32(0, fd, true);
  view.setInt16(4, POLLOUT, true);
  while (libc().poll(query, 1, Math.ceil(waitMs)) < 0) {
    if (errno() !== ERRNO.EINTR) return true;
  }
  return (view.getInt16(6, true) & (POLLOUT | POLLERR | POLLHUP | POLLNVAL)) !== 0;
}
