/** Logs in the JSON API. */
import type { ManagedProcess } from "../../engine/process.ts";
import type { RotateDocument, RotateResult } from "../../model/log_documents.ts";
import { fault } from "../../rpc/faults.ts";
import type { Daemon } from "../daemon.ts";
import { processesNamed } from "../lookup.ts";
import { SMALL_BYTES } from "../request_body.ts";
import { readJson } from "./read_json.ts";

/** @throws {RpcFault} */
export async function rotate(daemon: Daemon, request: Request): Promise<RotateDocument> {
  const names = readNames(await readJson(request, SMALL_BYTES));
  if (daemon.supervisor.stopping) throw fault("SHUTDOWN_STATE");
  const processes = processesNamed(daemon.supervisor, names);
  return { results: processes.map((process) => rotateOne(daemon, process)) };
}

function rotateOne(daemon: Daemon, process: ManagedProcess): RotateResult {
  const { group, config: { name } } = process;
  try {
    return { group, name, rotated: daemon.rotateLogs(process), error: null };
  } catch (error) {
    const { code } = error as { code?: string };
    if (code === undefined) throw error;
    return { group, name, rotated: [], error: code };
  }
}

function readNames(document: unknown): readonly string[] | undefined {
  const { names, ...others } = document as { names?: unknown };
  const [unknown] = Object.keys(others);
  if (unknown !== undefined) {
    throw fault("BAD_ARGUMENTS", `expected no member "${unknown}", but "names"`);
  }
  if (names === undefined) return undefined;
  const isList = Array.isArray(names) && names.every((name) => typeof name === "string");
  if (isList) return names;
  throw fault("BAD_ARGUMENTS", "names: expected a list of texts");
}
