/** Telling a service manager such as systemd how it goes, as sd_notify(3) does. */
import { libc } from "./libc.ts";
import { connectDatagram, sendDatagram } from "./sockets.ts";

/** Does nothing where nobody asked to be told. A manager that does not listen is no trouble. */
export function notifyServiceManager(...assignments: readonly string[]): void {
  const path = process.env["NOTIFY_SOCKET"];
  if (!path) return;
  try {
    const fd = connectDatagram(path);
    sendDatagram(fd, new TextEncoder().encode(assignments.join("\n")));
    libc().close(fd);
  } catch {
    return;
  }
}
