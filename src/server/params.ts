/** Reading the parameters of a call. Types that do not fit are INCORRECT_PARAMETERS. */
import { fault } from "../rpc/faults.ts";
import { pythonText } from "../rpc/python_text.ts";
import { isStruct, RpcDouble, type RpcValue } from "../rpc/xml_value.ts";

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

/**
 * Whether to wait; yes where it was left out. Clients in languages with looser types send an int or
 * text for it: what is empty or zero means no, as for Supervisor.
 */
export function waitAt(params: Params, index: number): boolean {
  const value = params[index];
  if (value === undefined) return true;
  if (value instanceof RpcDouble) return value.value !== 0;
  if (Array.isArray(value)) return value.length > 0;
  return isStruct(value) ? value.size > 0 : Boolean(value);
}

/** Text, or what text there is for a value of another type. */
export function textAt(params: Params, index: number): string {
  return pythonText(params[index]!);
}

/** A signal as a name or a number. */
export function signalAt(params: Params, index: number): string {
  const value = params[index];
  return typeof value === "number" ? String(value) : stringAt(params, index);
}
