/** What clients send to the JSON API: an object of members, none of which has to be there. */
import { fault, type RpcFault } from "../../rpc/faults.ts";
import { errorReply } from "../replies.ts";
import { readBody, SMALL_BYTES } from "../request_body.ts";

export type Order = Readonly<Record<string, unknown>>;

/**
 * An empty body is an order without members. One with a member that is not known is refused: a slip
 * in a name must not make an order for a few one for all.
 *
 * @param known The members that it may have.
 * @returns The reply instead, where the request is refused before its body is looked at.
 * @throws {RpcFault} INCORRECT_PARAMETERS, for what is no such object.
 */
export async function readOrder(
  request: Request,
  known: readonly string[],
): Promise<Order | Response> {
  const body = await readBody(request, SMALL_BYTES);
  if ("refusal" in body) return errorReply(body.refusal);
  const order = body.text === "" ? {} : readObject(body.text);
  const unknown = Object.keys(order).find((member) => !known.includes(member));
  if (unknown === undefined) return order;
  throw notAsExpected(`only ${known.join(" and ")} in it, not ${JSON.stringify(unknown)}`);
}

function readObject(text: string): Order {
  try {
    const value = JSON.parse(text);
    if (typeof value === "object" && value !== null && !Array.isArray(value)) return value;
  } catch { // told below
  }
  throw notAsExpected("a JSON object");
}

/** A list of names. @returns undefined where there is none. @throws {RpcFault} INCORRECT_PARAMETERS */
export function namesOf(order: Order, member: string): readonly string[] | undefined {
  const names = order[member];
  if (names === undefined) return undefined;
  if (Array.isArray(names) && names.every((name) => typeof name === "string")) return names;
  throw notAsExpected(`a list of names as "${member}"`);
}

export function notAsExpected(expected: string): RpcFault {
  return fault("INCORRECT_PARAMETERS", `expected ${expected}`);
}
