/** `update`: the configuration is read, a plan is made, and carried out; one after the other. */
import { planUpdate } from "../config/plan.ts";
import type { ActiveGroup } from "../config/plan_processes.ts";
import { isStoppable } from "../engine/process.ts";
import type { Supervisor } from "../engine/supervisor.ts";
import { applyUpdate } from "../engine/update.ts";
import type { GroupConfig } from "../model/config.ts";
import { SCHEMA } from "../model/details.ts";
import type { UpdateDocument, UpdateTrouble } from "../model/update.ts";
import type { LiveConfig } from "./live_config.ts";

/** Groups to look at; undefined for all. */
type Only = ReadonlySet<string> | undefined;

export class Updates {
  readonly #supervisor: Supervisor;
  readonly #config: LiveConfig;
  #last: Promise<unknown> = Promise.resolve();

  constructor(supervisor: Supervisor, config: LiveConfig) {
    this.#supervisor = supervisor;
    this.#config = config;
  }

  /** What an update would do now. Nothing is changed by looking. @throws {ConfigError} */
  plan(only: Only): UpdateDocument {
    const { groups } = this.#config.look();
    return this.#document(true, this.#plan(groups, only), [], unknownIn(only, this.#names(groups)));
  }

  /**
   * Reads the configuration and brings what runs in line with it. One that is asked for meanwhile
   * begins when this one is over; nobody has to wait for the reply.
   *
   * @throws {ConfigError} Then everything is as it was.
   */
  run(only: Only): Promise<UpdateDocument> {
    const run = this.#last.then(() => this.#run(only));
    this.#last = run.catch(() => {});
    return run;
  }

  async #run(only: Only): Promise<UpdateDocument> {
    if (this.#supervisor.stopping) return this.#document(false, [], [], []);
    const { groups } = this.#config.reread();
    this.#supervisor.rememberStops();
    const unknown = unknownIn(only, this.#names(groups));
    const planned = this.#plan(groups, only);
    const troubles = await applyUpdate(this.#supervisor, planned);
    return this.#document(false, planned, troubles, unknown);
  }

  #plan(read: readonly GroupConfig[], only: Only) {
    const active = [...this.#supervisor.groups.values()].map((group): ActiveGroup => {
      const processes = [...group.processes.values()];
      const names = (those: typeof processes) => new Set(those.map(({ config }) => config.name));
      return {
        config: group.config,
        up: names(processes.filter(isStoppable)),
        stopped: names(processes.filter(({ stoppedByOperator }) => stoppedByOperator)),
      };
    });
    return planUpdate(active, read, only);
  }

  #names(read: readonly GroupConfig[]): ReadonlySet<string> {
    return new Set([...this.#supervisor.groups.keys(), ...read.map(({ name }) => name)]);
  }

  #document(
    dry_run: boolean,
    planned: ReturnType<typeof planUpdate>,
    troubles: readonly UpdateTrouble[],
    unknown: readonly string[],
  ): UpdateDocument {
    return { schema: SCHEMA, dry_run, steps: planned.map(({ step }) => step), troubles, unknown };
  }
}

function unknownIn(only: Only, known: ReadonlySet<string>): string[] {
  return [...only ?? []].filter((name) => !known.has(name));
}
