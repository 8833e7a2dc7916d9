/** The ways a call can fail, by name and number, one copy for both ends. */
import { type RpcStruct, struct } from "./xml_value.ts";

/** @see spec/control.md §3 */
export const FAULT_CODES = {
  UNKNOWN_METHOD: 1,
  INCORRECT_PARAMETERS: 2,
  BAD_ARGUMENTS: 3,
  SIGNATURE_UNSUPPORTED: 4,
  SHUTDOWN_STATE: 6,
  BAD_NAME: 10,
  BAD_SIGNAL: 11,
  NO_FILE: 20,
  NOT_EXECUTABLE: 21,
  FAILED: 30,
  ABNORMAL_TERMINATION: 40,
  SPAWN_ERROR: 50,
  ALREADY_STARTED: 60,
  NOT_RUNNING: 70,
  SUCCESS: 80,
  ALREADY_ADDED: 90,
  STILL_RUNNING: 91,
  CANT_REREAD: 92,
} as const;

export type FaultName = keyof typeof FAULT_CODES;

const NAMES: ReadonlyMap<number, FaultName> = new Map(
  Object.entries(FAULT_CODES).map(([name, code]) => [code, name as FaultName]),
);

/** The name of a faultCode, if it is in the table. */
export function faultNameOf(code: number): FaultName | undefined {
  return NAMES.get(code);
}

/**
 * A call answered with a fault. `code` is the faultCode, `text` the faultString; a foreign
 * server may send codes that are not in the table.
 */
export class RpcFault extends Error {
  override readonly name = "RpcFault";
  constructor(readonly code: number, readonly text: string) {
    super(text);
  }

  is(name: FaultName): boolean {
    return this.code === FAULT_CODES[name];
  }

  /** As it stands in a fault reply and in the results of a multicall. */
  toStruct(): RpcStruct {
    return struct({ faultCode: this.code, faultString: this.text });
  }
}

/**
 * A fault of our own, with the text `NAME` or `NAME: extra`.
 *
 * @example throw fault("BAD_NAME", "web:7"); // [10] BAD_NAME: web:7
 */
export function fault(name: FaultName, extra?: string): RpcFault {
  return new RpcFault(FAULT_CODES[name], extra === undefined ? name : `${name}: ${extra}`);
}
