/** One run of `ctl`: whom it talks to, where it prints, how it will end. */
import type { Connection, DaemonClient } from "../client/daemon_client.ts";
import type { Clock } from "../platform/clock.ts";
import type { CtlIo } from "./io.ts";

/** Raised where a question to the user met the end of the input. */
export class EndOfInput extends Error {
  override readonly name = "EndOfInput";
}

export class Session {
  daemon: DaemonClient;
  /** What the process will exit with: the last failure wins, a success changes nothing. */
  exitStatus = 0;
  /** Set by `exit` and `quit`. */
  ended = false;

  constructor(
    readonly io: CtlIo,
    /** There is someone to answer questions. */
    readonly interactive: boolean,
    private readonly connect: (connection: Connection) => DaemonClient,
    connection: Connection,
    readonly clock: Clock,
  ) {
    this.daemon = connect(connection);
  }

  get serverurl(): string {
    return this.daemon.connection.serverurl;
  }

  /** From now on talk to another daemon, or to the same as somebody else. */
  reconnect(change: Partial<Connection>): void {
    this.daemon = this.connect({ ...this.daemon.connection, ...change });
  }

  print(line: string): void {
    this.io.stdout(`${line}\n`);
  }

  /** Print a line and remember that something went wrong. */
  fail(exitStatus: number, line: string): void {
    this.print(line);
    this.exitStatus = exitStatus;
  }

  /** @throws {EndOfInput} */
  async ask(question: string): Promise<string> {
    const answer = await this.io.readLine(question);
    if (answer === null) throw new EndOfInput();
    return answer;
  }

  /** As `ask`, without showing the answer. @throws {EndOfInput} */
  async askPassword(question: string): Promise<string> {
    const answer = await this.io.readPassword(question);
    if (answer === null) throw new EndOfInput();
    return answer;
  }
}
