/** What is done to the daemon of the soak, made up at random: all of it plain data. */
import fc from "fast-check";
import { FLEET, type SoakGroup } from "./soak_fleet.ts";
import type { Request } from "./soak_model.ts";

export type Change = "change" | "toggle";

export type Deed =
  | {
    readonly type: "ask";
    readonly by: "rpc" | "ctl";
    readonly name: string;
    readonly request: Request;
  }
  | { readonly type: "askGroup"; readonly group: string; readonly request: Request }
  | { readonly type: "restart" | "kill" | "abandon"; readonly name: string }
  | { readonly type: "rush"; readonly name: string; readonly requests: readonly Request[] }
  | {
    readonly type: "update";
    readonly by: "rpc" | "ctl";
    readonly changes: ReadonlyMap<string, Change>;
  }
  | {
    readonly type: "read";
    readonly name: string;
    readonly method: string;
    readonly offset: number;
    readonly length: number;
  }
  | { readonly type: "tail" | "clear"; readonly name: string }
  | {
    readonly type: "follow";
    readonly by: "ctl" | "http";
    readonly name: string;
    readonly ms: number;
  }
  | { readonly type: "drop"; readonly bytes: string; readonly half: boolean; readonly ms: number }
  | { readonly type: "reopen" | "status" };

/** Something to do, and how long to rest after it. */
export interface Step {
  readonly deed: Deed;
  readonly restMs: number;
}

const groups = fc.constantFrom(...FLEET);
/** Every kind as often as another, however many there are of it. */
const evenly = fc.constantFrom(...new Set(FLEET.map(({ kind }) => kind)))
  .chain((kind) => fc.constantFrom(...FLEET.filter((group) => group.kind === kind)));
const mutable = FLEET.filter((group) => group.mutable).map(({ name }) => name);

const processOf = (from: fc.Arbitrary<SoakGroup>) =>
  from.chain(({ processes }) => fc.constantFrom(...processes.map(({ name }) => name)));
const name = fc.oneof(processOf(groups), processOf(evenly));
const talker = processOf(fc.constantFrom(...FLEET.filter(({ kind }) => kind.counts)));
const anyBody = fc.oneof(name, talker);

const wait = fc.boolean();
const starting = wait.map((wait): Request => ({ type: "start", wait }));
const stopping = wait.map((wait): Request => ({ type: "stop", wait }));
const signalling = fc.boolean().map((deadly): Request => ({ type: "signal", deadly }));
const request = fc.oneof(
  { weight: 4, arbitrary: starting },
  { weight: 3, arbitrary: stopping },
  { weight: 1, arbitrary: signalling },
);
const by = fc.constantFrom("rpc" as const, "rpc" as const, "rpc" as const, "ctl" as const);
const ms = fc.integer({ min: 10, max: 3000 });

/** Requests that do not come to their end, and one that asks for more than its client reads. */
const bytes = fc.constantFrom(
  "",
  "GET",
  "GET / HTTP/1.1\r\nHost: localhost\r\n",
  "POST /RPC2 HTTP/1.1\r\nHost: localhost\r\nContent-Length: 500\r\n\r\n<?xml version='1.0'?>",
  "POST /RPC2 HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\nff\r\n<method",
  "GET /mainlogtail HTTP/1.1\r\nHost: localhost\r\n\r\n",
  "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n".repeat(20),
);

const READERS = ["readProcessStdoutLog", "readProcessStderrLog", "tailProcessStdoutLog"];

const often = (weight: number, arbitrary: fc.Arbitrary<Deed>) => ({ weight, arbitrary });
const type = <T extends string>(value: T) => fc.constant(value);

const deed: fc.Arbitrary<Deed> = fc.oneof(
  often(30, fc.record({ type: type("ask"), by, name, request })),
  often(6, fc.record({ type: type("askGroup"), group: groups.map(({ name }) => name), request })),
  often(3, fc.record({ type: type("restart"), name })),
  often(10, fc.record({ type: type("kill"), name })),
  often(3, fc.record({ type: type("abandon"), name })),
  often(
    5,
    fc.record({
      type: type("rush"),
      name,
      requests: fc.array(fc.oneof(starting, stopping), { minLength: 2, maxLength: 5 }),
    }),
  ),
  often(
    5,
    fc.record({
      type: type("update"),
      by,
      changes: fc.uniqueArray(fc.constantFrom(...mutable), { minLength: 1, maxLength: 3 })
        .chain((names) =>
          fc.tuple(...names.map(() => fc.constantFrom<Change>("change", "toggle")))
            .map((changes) => new Map(changes.map((change, i) => [names[i]!, change])))
        ),
    }),
  ),
  often(
    12,
    fc.record({
      type: type("read"),
      name: anyBody,
      method: fc.constantFrom(...READERS),
      offset: fc.constantFrom(0, 10, 4000),
      length: fc.constantFrom(0, 100, 100_000),
    }),
  ),
  often(2, fc.record({ type: type("tail"), name: anyBody })),
  often(3, fc.record({ type: type("clear"), name: anyBody })),
  often(
    5,
    fc.record({
      type: type("follow"),
      by: fc.constantFrom("ctl", "http", "http"),
      name: talker,
      ms,
    }),
  ),
  often(8, fc.record({ type: type("drop"), bytes, half: fc.boolean(), ms })),
  often(1, fc.record({ type: fc.constantFrom("reopen", "status") })),
);

const step: fc.Arbitrary<Step> = fc.record({ deed, restMs: fc.integer({ min: 20, max: 600 }) });

const AT_ONCE = 500;

/** The same steps for the same seed, without an end. */
export function* plan(seed: number): Generator<Step, never> {
  for (let part = 0;; part++) {
    yield* fc.sample(step, { seed: seed + part, numRuns: AT_ONCE });
  }
}

export function tellDeed(deed: Deed): string {
  const text = JSON.stringify(deed, (_, value) => value instanceof Map ? [...value].flat() : value);
  return text.replaceAll(/["{}]|type:/g, "");
}
