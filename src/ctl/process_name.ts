/** What a process is called. */
import { namespec } from "../model/namespec.ts";

/** A process, as any list of them has it. */
export interface Named {
  readonly group: string;
  readonly name: string;
}

/** As people write it. */
export function shownName({ group, name }: Named): string {
  return namespec(group, name);
}

/** With its group in any case: no group is called so. */
export function fullName({ group, name }: Named): string {
  return `${group}:${name}`;
}
