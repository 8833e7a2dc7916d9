/** The words for names that nothing answers to. */
import { parseNamespec } from "../model/namespec.ts";
import type { Session } from "./session.ts";

/** @param line For people, where they are told in other words. */
export function noSuchGroup(
  session: Session,
  group: string,
  action: string,
  exitStatus: number,
  line = `${group}: ERROR (no such group)`,
): void {
  const message = "no such group";
  const result = { group, name: null, action, ok: false, fault: "BAD_NAME", message } as const;
  session.result(result, line, exitStatus);
}

/** As `noSuchGroup`. */
export function noSuchProcess(
  session: Session,
  name: string,
  action: string,
  exitStatus: number,
  line = `${name}: ERROR (no such process)`,
): void {
  const { group, process } = parseNamespec(name);
  const message = "no such process";
  const result = { group, name: process, action, ok: false, fault: "BAD_NAME", message } as const;
  session.result(result, line, exitStatus);
}
