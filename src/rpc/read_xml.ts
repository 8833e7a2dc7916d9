/** XML-RPC messages from text. @see spec/control.md §2, "accepted input" */
import { RpcFault } from "./faults.ts";
import { readPlainCall, readPlainResponse } from "./plain_layout.ts";
import { type Element, parseXml, XmlError, type XmlLimits } from "./xml_tree.ts";
import { isStruct, RpcDateTime, RpcDouble, type RpcValue } from "./xml_value.ts";

export interface RpcCall {
  /** As sent, e.g. `supervisor.getState`; never empty. */
  readonly method: string;
  readonly params: readonly RpcValue[];
}

export type RpcReadErrorCode = "UNMARSHALLABLE" | "NO_METHOD_NAME";

/** A message that cannot be read. The server answers HTTP 400. */
export class RpcReadError extends Error {
  override readonly name = "RpcReadError";
  constructor(readonly code: RpcReadErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
  }
}

/** A multicall of thousands fits. Each element takes up to a kilobyte while it is read. */
const CALL_LIMITS: XmlLimits = { length: 64 << 20, depth: 200, elements: 100_000 };
/** A reply comes from a server its user chose, and lists every process that server has. */
const RESPONSE_LIMITS: XmlLimits = { length: 512 << 20, depth: 200, elements: 50_000_000 };

/**
 * Read a request.
 *
 * @throws {RpcReadError} `NO_METHOD_NAME` when it is XML that names no method, else
 * `UNMARSHALLABLE`.
 */
export function readCall(xml: string): RpcCall {
  const plain = readPlainCall(xml);
  if (plain) return plain;
  const root = parse(xml, CALL_LIMITS);
  const method = child(root, "methodName")?.text;
  if (!method) throw new RpcReadError("NO_METHOD_NAME", "no method name");
  return { method, params: readParams(root) };
}

// deno-lint-ignore no-control-regex -- Supervisor sends a log's escape sequences as they are
const NOT_XML = /[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]/g;

/**
 * Read a reply to its result. Bytes that XML forbids are let through as U+FFFD.
 *
 * @throws {RpcFault} that it carries instead of a result
 * @throws {RpcReadError} `UNMARSHALLABLE`
 */
export function readResponse(xml: string): RpcValue {
  const plain = readPlainResponse(xml);
  if (plain !== undefined) return plain;
  const root = parse(xml.replace(NOT_XML, "\ufffd"), RESPONSE_LIMITS);
  const fault = child(root, "fault");
  if (fault) throw readFault(fault);
  const [value] = readParams(root);
  return value ?? unreadable("a reply without a value");
}

function parse(xml: string, limits: XmlLimits): Element {
  try {
    return parseXml(xml, limits);
  } catch (error) {
    if (!(error instanceof XmlError)) throw error;
    throw new RpcReadError("UNMARSHALLABLE", `not XML: ${error.message}`, { cause: error });
  }
}

function readFault(element: Element): RpcFault {
  const value = readValue(child(element, "value"));
  const code = isStruct(value) && value.get("faultCode");
  const text = isStruct(value) && value.get("faultString");
  if (typeof code !== "number" || typeof text !== "string") return unreadable("a fault");
  return new RpcFault(code, text);
}

function readParams(root: Element): RpcValue[] {
  const params = child(root, "params")?.children ?? [];
  return params.map((param) => readValue(child(param, "value")));
}

/** Untyped text is a string; white space around a typed value is layout. */
function readValue(element: Element | undefined): RpcValue {
  if (!element) return unreadable("a missing <value>");
  const typed = element.children[0];
  return typed ? readTyped(typed) : element.text;
}

function readTyped(element: Element): RpcValue {
  const { name, text } = element;
  switch (name) {
    case "string":
      return text;
    case "int":
    case "i4":
    case "i8":
      return readInt(text);
    case "boolean":
      return text.trim() === "1";
    case "array":
      return readArray(element);
    case "struct":
      return readStruct(element);
    case "double":
      return readDouble(text);
    case "base64":
      return readBase64(text);
    case "dateTime.iso8601":
      return readDateTime(text);
    default:
      return unreadable(`the type <${name}>`);
  }
}

function readArray(element: Element): RpcValue[] {
  const data = child(element, "data") ?? unreadable("an <array> without <data>");
  return data.children.map((value) => readValue(value.name === "value" ? value : undefined));
}

function readStruct(element: Element): Map<string, RpcValue> {
  const members = new Map<string, RpcValue>();
  for (const member of element.children) {
    const name = child(member, "name") ?? unreadable("a <member> without <name>");
    members.set(name.text, readValue(child(member, "value")));
  }
  return members;
}

/** Beyond what a number holds exactly, any will do. */
function readInt(text: string): number {
  if (!/^\s*[+-]?\d+\s*$/.test(text)) return unreadable("an <int>");
  return Math.min(Number.MAX_SAFE_INTEGER, Math.max(Number.MIN_SAFE_INTEGER, Number(text)));
}

/** No two parts of it can take the same character, so it is linear in the length of the text. */
const DOUBLE = /^\s*[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?\s*$/;

function readDouble(text: string): RpcDouble {
  const value = DOUBLE.test(text) ? Number(text) : NaN;
  return Number.isFinite(value) ? new RpcDouble(value) : unreadable("a <double>");
}

function readDateTime(text: string): RpcDateTime {
  const trimmed = text.trim();
  if (!/^\d{8}T\d\d:\d\d:\d\d$/.test(trimmed)) return unreadable("a <dateTime.iso8601>");
  return new RpcDateTime(trimmed);
}

/** Bytes in base64 stand for text here: every parameter that may hold them is a string. */
function readBase64(text: string): string {
  try {
    const bytes = Uint8Array.from(atob(text), (char) => char.charCodeAt(0));
    return new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes);
  } catch {
    return unreadable("<base64>");
  }
}

function child(element: Element, name: string): Element | undefined {
  return element.children.find((one) => one.name === name);
}

function unreadable(what: string): never {
  throw new RpcReadError("UNMARSHALLABLE", `cannot read ${what}`);
}
