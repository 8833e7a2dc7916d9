import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { EventBuffer } from "./event_buffer.ts";
import { supervisorState } from "./notifications.ts";
import type { PoolEvent } from "./wire_format.ts";

function numbered(serial: number): PoolEvent {
  return { notification: supervisorState("RUNNING"), serial, poolserial: serial };
}

const action = fc.constantFrom<"append" | "putBack" | "takeFirst">(
  "append",
  "putBack",
  "takeFirst",
);

test("EventBuffer is a list that drops its oldest entry when there is no room", () => {
  fc.assert(fc.property(fc.integer({ min: 1, max: 4 }), fc.array(action), (max, actions) => {
    const buffer = new EventBuffer(max);
    const list: number[] = [];
    for (const [serial, each] of actions.entries()) {
      const dropped = each !== "takeFirst" && list.length < max ? undefined : list.shift();
      const got = each === "takeFirst" ? buffer.takeFirst() : buffer[each](numbered(serial));
      if (each === "append") list.push(serial);
      if (each === "putBack") list.unshift(serial);
      assert.equal(got?.serial, dropped);
      assert.equal(buffer.size, list.length);
    }
  }));
});
