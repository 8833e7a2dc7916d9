/** `ctl`: one action, or a prompt that takes one after the other. */
import { DaemonClient } from "../client/daemon_client.ts";
import type { CtlConfig } from "../model/config.ts";
import type { HttpRequester } from "../platform/http_request.ts";
import type { ProcessInfo } from "../rpc/structs.ts";
import { complete } from "./completion.ts";
import { EXIT } from "./exit_status.ts";
import type { CtlIo } from "./io.ts";
import { runLine } from "./run_line.ts";
import { Session } from "./session.ts";
import { leave, VERBS } from "./verbs.ts";

export interface CtlOptions {
  readonly config: CtlConfig;
  /** `-i`: questions are asked although an action is given. */
  readonly interactive: boolean;
  /** The action and its arguments; none opens the prompt. */
  readonly words: readonly string[];
  /** The action answers with a JSON document. */
  readonly json: boolean;
  readonly io: CtlIo;
  readonly request: HttpRequester;
}

/**
 * Do what `ctl` was called for.
 *
 * @returns the exit status; always 0 after a prompt.
 * @see spec/ctl.md §1 to §4
 */
export async function runCtl(options: CtlOptions): Promise<number> {
  const { config, io, request, words } = options;
  const prompting = words.length === 0;
  const session = new Session(
    io,
    options.interactive || prompting,
    (connection) => new DaemonClient(connection, request),
    config,
  );
  if (prompting) return await runPrompt(session, `${config.prompt}> `);
  await runLine(session, words.join(" "), words, options.json);
  return session.exitStatus;
}

async function runPrompt(session: Session, prompt: string): Promise<number> {
  let known: Promise<readonly ProcessInfo[]> | undefined;
  const listProcesses = () => known ??= session.daemon.getAllProcessInfo().catch(() => []);
  session.io.completeWith?.((line) => complete(line, VERBS, listProcesses));
  await runLine(session, "status");
  while (!session.ended) {
    known = undefined;
    const line = await session.io.readLine(prompt);
    if (line === null) leave(session);
    else await runLine(session, line);
  }
  return EXIT.OK;
}
