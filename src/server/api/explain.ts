/** `GET /explain[?name=…]`: why processes are as they are; without a name, those with trouble. */
import { type ExplainDocument, SCHEMA } from "../../model/details.ts";
import type { Daemon } from "../daemon.ts";
import { explain, isTroubled } from "../explain/explanation.ts";
import { processDetails } from "./details.ts";
import { selected } from "./select.ts";

/** @throws {RpcFault} BAD_NAME */
export function explainDocument(
  daemon: Daemon,
  names: readonly string[] | undefined,
): ExplainDocument {
  const processes = selected(daemon, names);
  const told = names
    ? processes
    : processes.filter((process) => isTroubled(processDetails(daemon, process)));
  return {
    schema: SCHEMA,
    now: daemon.wall(),
    explanations: told.map((process) => explain(daemon, process)),
  };
}
