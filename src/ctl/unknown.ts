/** The words for names that nothing answers to. */
import { parseNamespec } from "../model/namespec.ts";
import type { Session } from "./session.ts";

/** What people are told of a name. */
export function unknownLine(name: string): string {
  const { group, process } = parseNamespec(name);
  return process === null ? `${group}: ERROR (no such group)` : `${name}: ERROR (no such process)`;
}

/** @param line For people, where they are told in other words. */
export function noSuchGroup(
  session: Session,
  group: string,
  action: string,
  exitStatus: number,
  line = unknownLine(`${group}:*`),
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
  line = unknownLine(name),
): void {
  const { group, process } = parseNamespec(name);
  const message = "no such process";
  const result = { group, name: process, action, ok: false, fault: "BAD_NAME", message } as const;
  session.result(result, line, exitStatus);
}
