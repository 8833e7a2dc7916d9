/**
 * XML-RPC messages as Python's xmlrpc.client lays them out, line by line: scripts that grep
 * the XML exist. Built by joining strings, since a web page or a dashboard may ask for a
 * thousand processes many times a second.
 * @see spec/control.md §2
 */
import type { RpcFault } from "./faults.ts";
import { RpcDateTime, RpcDouble, type RpcValue } from "./xml_value.ts";

const DECLARATION = "<?xml version='1.0'?>\n";
const INT_MAX = 2147483647;
const INT_MIN = -2147483648;

/** A request. `method` is `namespace.name`. */
export function writeCall(method: string, params: readonly RpcValue[]): string {
  return `${DECLARATION}<methodCall>\n<methodName>${escape(method)}</methodName>\n` +
    `${writeParams(params)}</methodCall>\n`;
}

/** A reply that carries a result. */
export function writeResponse(value: RpcValue): string {
  return `${DECLARATION}<methodResponse>\n${writeParams([value])}</methodResponse>\n`;
}

/** A reply that carries a fault. */
export function writeFault(fault: RpcFault): string {
  return `${DECLARATION}<methodResponse>\n<fault>\n${writeValue(fault.toStruct())}` +
    `</fault>\n</methodResponse>\n`;
}

function writeParams(params: readonly RpcValue[]): string {
  let xml = "<params>\n";
  for (const value of params) xml += `<param>\n${writeValue(value)}</param>\n`;
  return xml + "</params>\n";
}

/** `<value>…</value>` and a line feed. Ints are clamped to 32 bits, as every client expects. */
function writeValue(value: RpcValue): string {
  switch (typeof value) {
    case "string":
      return `<value><string>${escape(value)}</string></value>\n`;
    case "number":
      return `<value><int>${clamp(value)}</int></value>\n`;
    case "boolean":
      return `<value><boolean>${value ? 1 : 0}</boolean></value>\n`;
  }
  if (value instanceof Map) return writeStruct(value);
  if (value instanceof RpcDouble) {
    return `<value><double>${writeDouble(value.value)}</double></value>\n`;
  }
  if (value instanceof RpcDateTime) {
    return `<value><dateTime.iso8601>${escape(value.text)}</dateTime.iso8601></value>\n`;
  }
  let xml = "<value><array><data>\n";
  for (const item of value as readonly RpcValue[]) xml += writeValue(item);
  return xml + "</data></array></value>\n";
}

function writeStruct(members: ReadonlyMap<string, RpcValue>): string {
  let xml = "<value><struct>\n";
  for (const [name, value] of members) {
    xml += `<member>\n<name>${escape(name)}</name>\n${writeValue(value)}</member>\n`;
  }
  return xml + "</struct></value>\n";
}

function clamp(value: number): number {
  return Math.trunc(Math.min(INT_MAX, Math.max(INT_MIN, value)));
}

/** As Python writes a float: `2.0`, `1e+16`, `1.5e-07`, `-0.0`. */
export function writeDouble(value: number): string {
  if (Object.is(value, -0)) return "-0.0";
  const size = Math.abs(value);
  if (size !== 0 && Number.isFinite(value) && (size >= 1e16 || size < 1e-4)) {
    return value.toExponential().replace(/e([+-])(\d)$/, "e$10$2");
  }
  const text = String(value);
  return /^-?\d+$/.test(text) ? `${text}.0` : text;
}

// deno-lint-ignore no-control-regex -- they are what it looks for
const SUSPECT = /[&<>\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]/;
const REPLACED = /[&<>]|[^\t\n\r\x20-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu;

/** Markup escaped; what no XML document may hold (control bytes, lone surrogates) becomes U+FFFD. */
function escape(text: string): string {
  return SUSPECT.test(text) ? text.replace(REPLACED, replacement) : text;
}

function replacement(char: string): string {
  switch (char) {
    case "&":
      return "&amp;";
    case "<":
      return "&lt;";
    case ">":
      return "&gt;";
    default:
      return "\ufffd";
  }
}
