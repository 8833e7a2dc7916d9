/** Reading the parameters of a call. Types that do not fit are INCORRECT_PARAMETERS. */
import { fault } from "../rpc/faults.ts";
import { RpcDouble, type RpcValue } from "../rpc/xml_value.ts";

export type Params = readonly RpcValue[];

export function stringAt(params: Params, index: number): string {
  const value = params[index];
  if (typeof value !== "string") throw fault("INCORRECT_PARAMETERS");
  return value;
}

/** An int; also a double or digits, which Supervisor's own conversion takes. */
export function intAt(params: Params, index: number): number {
  const value = params[index];
  if (typeof value === "number") return value;
  if (value instanceof RpcDouble) return Math.trunc(value.value);
  if (typeof value === "string" && /^\s*[+-]?\d{1,15}\s*$/.test(value)) return Number(value);
  throw fault("INCORRECT_PARAMETERS");
}

/** A boolean, or an int meant as one; true where it was left out. */
export function waitAt(params: Params, index: number): boolean {
  const value = params[index];
  if (value === undefined) return true;
  if (typeof value === "boolean") return value;
  if (typeof value === "number") return value !== 0;
  throw fault("INCORRECT_PARAMETERS");
}

/** A signal as a name or a number. */
export function signalAt(params: Params, index: number): string {
  const value = params[index];
  return typeof value === "number" ? String(value) : stringAt(params, index);
}
