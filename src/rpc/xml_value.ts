/**
 * What travels in an XML-RPC message.
 *
 * A struct is a Map, because its keys may come from a client; members are written in the Map's
 * order. A plain number is an int and has to be whole; a `<double>` is an RpcDouble, so that
 * what was read as one is written as one.
 */
export type RpcValue =
  | string
  | number
  | boolean
  | RpcDouble
  | RpcDateTime
  | readonly RpcValue[]
  | RpcStruct;

export type RpcStruct = ReadonlyMap<string, RpcValue>;

/** A `<double>`. */
export class RpcDouble {
  constructor(readonly value: number) {}
}

/** A `<dateTime.iso8601>` as written, e.g. `20261122T15:41:49`: it carries no time zone. */
export class RpcDateTime {
  constructor(readonly text: string) {}
}

/** A struct's members in the order of an object literal's keys. For keys named in our own code. */
export function struct(members: Readonly<Record<string, RpcValue>>): RpcStruct {
  return new Map(Object.entries(members));
}

export function isStruct(value: RpcValue | undefined): value is RpcStruct {
  return value instanceof Map;
}

/** The name XML-RPC gives to a value's type, as `system.methodSignature` spells it. */
export function typeName(value: RpcValue): string {
  switch (typeof value) {
    case "string":
      return "string";
    case "number":
      return "int";
    case "boolean":
      return "boolean";
  }
  if (Array.isArray(value)) return "array";
  if (value instanceof RpcDouble) return "double";
  return value instanceof RpcDateTime ? "dateTime" : "struct";
}
