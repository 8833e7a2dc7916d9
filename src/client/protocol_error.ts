/** A reply that is no XML-RPC: the daemon, or something in front of it, refused the request. */
export class ProtocolError extends Error {
  override readonly name = "ProtocolError";
  constructor(readonly status: number, readonly reason: string) {
    super(`the server answered ${status} ${reason}`);
  }
}
