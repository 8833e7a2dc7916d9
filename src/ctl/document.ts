/**
 * What a verb tells programs, where `--json` asks for it: one document on one line of stdout, with
 * the exit status that the verb has without it.
 */
import { SCHEMA } from "../model/details.ts";
import type { FaultName } from "../rpc/faults.ts";

/** Members of the document that one verb has and others have not. */
export type Members = Readonly<Record<string, unknown>>;

/** What became of one process, or of a whole group. */
export interface ActionResult {
  readonly group: string;
  /** null: the group. */
  readonly name: string | null;
  /** What was asked for: `start`, `stop` ... */
  readonly action: string;
  readonly ok: boolean;
  /** Why it was not done; null where it was. Some that change nothing leave the exit status 0. */
  readonly fault: FaultName | null;
  readonly message: string;
}

/** What went wrong with the whole of it. `code`: a fault's name, node's name for an error, or ours. */
export interface Trouble {
  readonly code: string;
  readonly message: string;
}

export class Document {
  readonly #members: Record<string, unknown> = { schema: SCHEMA };
  readonly #lists = new Map<string, unknown[]>();

  add(members: Members): void {
    Object.assign(this.#members, members);
  }

  /** A list that is there even if it stays empty. */
  list(name: string): unknown[] {
    const known = this.#lists.get(name);
    if (known) return known;
    const made: unknown[] = [];
    this.#lists.set(name, made);
    this.#members[name] = made;
    return made;
  }

  /** The first counts: what follows mostly follows from it. */
  addError(error: Trouble): void {
    this.#members.error ??= error;
  }

  toString(): string {
    return JSON.stringify(this.#members);
  }
}

/** The words of a line for people, without what only marks them as an error. */
export function troubleFrom(code: string, line: string): Trouble {
  return { code, message: line.replace(/^error: /i, "") };
}
