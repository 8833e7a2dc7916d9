/** Typed records to structs and back, by a table of their members. */
import { RpcReadError } from "./read_xml.ts";
import { isStruct, type RpcStruct, type RpcValue, typeName } from "./xml_value.ts";

export type MemberType = "string" | "int" | "boolean" | "array";

/** The members of `T` in the order in which they are sent; the first type stands for an absent one. */
export type Shape<T> = { readonly [K in keyof T]-?: readonly MemberType[] };

const ABSENT = { string: "", int: 0, boolean: false, array: [] } as const;

/** A record as a struct with the shape's members, in the shape's order. */
export function toStruct<T>(record: T, shape: Shape<T>): RpcStruct {
  const members = new Map<string, RpcValue>();
  for (const key in shape) members.set(key, record[key] as RpcValue);
  return members;
}

/**
 * A struct as a record. A member that an older server does not send is `""`, 0, false or empty;
 * one that the shape does not name is dropped.
 *
 * @throws {RpcReadError} not a struct, or a member of another type
 */
export function fromStruct<T>(value: RpcValue, shape: Shape<T>): T {
  if (!isStruct(value)) throw wrongType(value, "a struct");
  const record: Record<string, RpcValue> = {};
  for (const key in shape) record[key] = readMember(value, key, shape[key]);
  return record as T;
}

/** Every element of an array. @throws {RpcReadError} if it is none */
export function fromArray<T>(value: RpcValue, read: (item: RpcValue) => T): T[] {
  if (!Array.isArray(value)) throw wrongType(value, "an array");
  return value.map(read);
}

export function fromString(value: RpcValue): string {
  if (typeof value !== "string") throw wrongType(value, "a string");
  return value;
}

export function fromInt(value: RpcValue | undefined): number {
  if (typeof value !== "number") throw wrongType(value, "an int");
  return value;
}

function readMember(members: RpcStruct, key: string, types: readonly MemberType[]): RpcValue {
  const value = members.get(key) ?? ABSENT[types[0]!];
  const type = typeName(value);
  if ((types as readonly string[]).includes(type)) return value;
  throw wrongType(value, `${key} as ${types.join(" or ")}`);
}

function wrongType(value: RpcValue | undefined, expected: string): RpcReadError {
  const got = value === undefined ? "nothing" : typeName(value);
  return new RpcReadError("UNMARSHALLABLE", `expected ${expected}, got ${got}`);
}
