/** What is known of the programs of the soak, and what would contradict it. */
import type { ProcessState } from "../../src/model/state.ts";
import { Fatal } from "./lab.ts";
import { FLEET, type SoakGroup, type SoakProcess } from "./soak_fleet.ts";
import {
  afterAnswer,
  afterLook,
  type Answer,
  answersTo,
  anyOf,
  chosen,
  fresh,
  passedOver,
  type Request,
  type States,
} from "./soak_model.ts";

/** Something that must not be. */
export class Violation extends Fatal {
  override readonly name = "Violation";
}

export const GROUPS: ReadonlyMap<string, SoakGroup> = new Map(
  FLEET.map((group) => [group.name, group]),
);

export const PROCESSES: ReadonlyMap<string, SoakProcess> = new Map(
  FLEET.flatMap(({ processes }) => processes.map((process) => [process.name, process])),
);

export function groupOf(name: string): string {
  return name.split(":")[0]!;
}

export class Knowledge {
  /** By process; of a group that is not there, none. */
  readonly #states = new Map<string, States>();

  /** Whether its group is there; otherwise every answer is BAD_NAME. */
  has(name: string): boolean {
    return this.#states.has(name);
  }

  statesOf(name: string): States {
    return this.#states.get(name)!;
  }

  known(): Iterable<string> {
    return this.#states.keys();
  }

  added(group: string): void {
    for (const { name, kind } of GROUPS.get(group)!.processes) {
      this.#states.set(name, fresh(kind.temper));
    }
  }

  removed(group: string): void {
    for (const { name } of GROUPS.get(group)!.processes) this.#states.delete(name);
  }

  /** Several ask at once, in no order that is known. */
  forget(name: string): void {
    const { temper } = PROCESSES.get(name)!.kind;
    if (this.has(name)) this.#states.set(name, anyOf(temper));
  }

  /** @throws {Violation} */
  answered(name: string, request: Request, answer: Answer): void {
    if (!this.has(name)) {
      if (answer !== "BAD_NAME") throw new Violation(`${name} is not there, and says ${answer}`);
      return;
    }
    const { temper } = PROCESSES.get(name)!.kind;
    const states = this.statesOf(name);
    const expected = [...answersTo(states, request, temper)];
    const after = afterAnswer(states, request, answer, temper);
    this.#narrow(name, after, `answers ${answer} to ${tell(request)}, expected ${expected}`);
  }

  /** @param answer undefined: the answer to a request to its group does not speak of it. */
  answeredInGroup(name: string, request: Request, answer: Answer | undefined): void {
    const { temper } = PROCESSES.get(name)!.kind;
    const states = this.statesOf(name);
    if (answer === undefined) {
      return this.#narrow(
        name,
        passedOver(states, request, temper),
        `is missing in the answer to its group's ${tell(request)}`,
      );
    }
    const meant = chosen(states, request, temper);
    this.#narrow(name, meant, `is in the answer (${answer}) to its group's ${tell(request)}`);
    this.answered(name, request, answer);
  }

  /** @throws {Violation} */
  seen(name: string, state: ProcessState): void {
    const { temper } = PROCESSES.get(name)!.kind;
    this.#narrow(name, afterLook(this.statesOf(name), state, temper), `is ${state}`);
  }

  #narrow(name: string, after: States, what: string): void {
    if (after.size === 0) {
      throw new Violation(`${name} ${what}; it was one of ${[...this.statesOf(name)]}`);
    }
    this.#states.set(name, after);
  }
}

function tell(request: Request): string {
  return JSON.stringify(request).replaceAll(/["{}]|type:/g, "");
}
