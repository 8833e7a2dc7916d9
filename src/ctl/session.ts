/** One run of `ctl`: whom it talks to, where it prints, how it will end. */
import type { Connection, DaemonClient } from "../client/daemon_client.ts";
import { type ActionResult, Document, type Members, troubleFrom } from "./document.ts";
import type { CtlIo } from "./io.ts";

/** Raised where a question to the user met the end of the input. */
export class EndOfInput extends Error {
  override readonly name = "EndOfInput";
}

/**
 * How a line is answered: for people, with a document that the session collects, or by a verb that
 * prints a document itself.
 */
export type AnswerForm = "text" | "document" | "verb's own";

export class Session {
  daemon: DaemonClient;
  #form: AnswerForm = "text";
  #document: Document | null = null;
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

  begin(form: AnswerForm): void {
    this.#form = form;
    this.#document = form === "document" ? new Document() : null;
  }

  /** The line has been dealt with: a document that was collected is printed. */
  end(): void {
    const document = this.#document;
    this.begin("text");
    if (document) this.print(String(document));
  }

  /** The answer is for programs: nobody is there to be asked. */
  get forPrograms(): boolean {
    return this.#form !== "text";
  }

  /** A line for people. */
  print(line: string): void {
    if (!this.#document) this.io.stdout(`${line}\n`);
  }

  /** What was found: lines for people, members of the document for programs. */
  async answer(
    lines: Iterable<string>,
    members: () => Members | Promise<Members>,
  ): Promise<void> {
    if (this.#document) this.#document.add(await members());
    else for (const line of lines) this.print(line);
  }

  /** As `answer`, of one entry in a list. */
  item(list: string, entry: unknown, line: string): void {
    this.#document?.list(list).push(entry);
    this.print(line);
  }

  /** A list that the document has even where nothing goes into it. */
  list(name: string): void {
    this.#document?.list(name);
  }

  /** What became of one process or group. @param exitStatus Absent where it is as it should be. */
  result(result: ActionResult, line: string, exitStatus?: number): void {
    this.item("results", result, line);
    if (exitStatus !== undefined) this.exitStatus = exitStatus;
  }

  /** As `result`, of a group with which something was done. */
  groupDone(group: string, action: string, message: string): void {
    const result = { group, name: null, action, ok: true, fault: null, message };
    this.result(result, `${group}: ${message}`);
  }

  /**
   * Print a line and remember that something went wrong.
   *
   * @param code What programs know it by; absent where a verb that has its own form tells them.
   */
  fail(exitStatus: number, line: string, code?: string): void {
    this.exitStatus = exitStatus;
    if (this.#form === "text" || (this.#form !== "document" && code === undefined)) {
      return this.print(line);
    }
    const document = this.#document ?? new Document();
    document.addError(troubleFrom(code ?? "FAILED", line));
    if (!this.#document) this.print(String(document));
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
