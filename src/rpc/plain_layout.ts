/**
 * Messages laid out line by line as Python's xmlrpc.client and visor write them. Nearly every
 * message is, and a reply about a thousand processes has eighty thousand elements: taking it apart
 * as a general XML document takes most of the time that a client lives.
 *
 * Whatever is laid out otherwise is not refused here, but left to the XML parser.
 */
import type { RpcValue } from "./xml_value.ts";

const DECLARATION = "<?xml version='1.0'?>\n";
const METHOD = /<methodCall>\n<methodName>([\w.]+)<\/methodName>\n<params>\n/y;
const RESPONSE = /<methodResponse>\n<params>\n/y;
const SCALAR = /<value><(string|int|boolean)>([^<]*)<\/\1><\/value>\n/y;
const MEMBER =
  /<member>\n<name>([^<&]*)<\/name>\n(?:<value><(string|int|boolean)>([^<]*)<\/\2><\/value>\n<\/member>\n)?/y;

// deno-lint-ignore no-control-regex -- they are what it looks for
const UNUSUAL = /\]\]>|[\r\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]/;

/** It is laid out otherwise. */
class Other extends Error {}

/** @returns undefined where the XML parser has to read it. */
export function readPlainResponse(xml: string): RpcValue | undefined {
  return attempt(xml, (reader) => {
    reader.expect(RESPONSE);
    const value = reader.param();
    reader.end("</params>\n</methodResponse>\n");
    return value;
  });
}

/** @returns undefined where the XML parser has to read it. */
export function readPlainCall(xml: string): { method: string; params: RpcValue[] } | undefined {
  return attempt(xml, (reader) => {
    const [, method] = reader.expect(METHOD);
    const params: RpcValue[] = [];
    while (reader.isAt("<param>\n")) params.push(reader.param());
    reader.end("</params>\n</methodCall>\n");
    return { method: method!, params };
  });
}

function attempt<T>(xml: string, read: (reader: PlainReader) => T): T | undefined {
  if (!xml.startsWith(DECLARATION) || UNUSUAL.test(xml)) return undefined;
  try {
    return read(new PlainReader(xml));
  } catch (error) {
    if (error instanceof Other) return undefined;
    throw error;
  }
}

/** How deep values may be nested in each other; the XML parser has its own limit and message. */
const DEPTH = 20;

class PlainReader {
  #at = DECLARATION.length;

  constructor(private readonly xml: string) {}

  param(): RpcValue {
    this.skip("<param>\n");
    const value = this.#value(0);
    this.skip("</param>\n");
    return value;
  }

  isAt(text: string): boolean {
    return this.xml.startsWith(text, this.#at);
  }

  skip(text: string): void {
    if (!this.isAt(text)) throw new Other();
    this.#at += text.length;
  }

  expect(pattern: RegExp): RegExpExecArray {
    return this.#match(pattern) ?? other();
  }

  end(text: string): void {
    this.skip(text);
    if (this.#at !== this.xml.length) throw new Other();
  }

  #match(pattern: RegExp): RegExpExecArray | null {
    pattern.lastIndex = this.#at;
    const found = pattern.exec(this.xml);
    if (found) this.#at += found[0].length;
    return found;
  }

  #value(depth: number): RpcValue {
    const scalar = this.#match(SCALAR);
    if (scalar) return readScalar(scalar[1]!, scalar[2]!);
    if (depth > DEPTH) throw new Other();
    return this.isAt("<value><struct>\n") ? this.#struct(depth) : this.#array(depth);
  }

  #struct(depth: number): RpcValue {
    this.skip("<value><struct>\n");
    const members = new Map<string, RpcValue>();
    for (let member = this.#match(MEMBER); member; member = this.#match(MEMBER)) {
      const [, name, type, text] = member;
      if (type !== undefined) {
        members.set(name!, readScalar(type, text!));
      } else {
        members.set(name!, this.#value(depth + 1));
        this.skip("</member>\n");
      }
    }
    this.skip("</struct></value>\n");
    return members;
  }

  #array(depth: number): RpcValue {
    this.skip("<value><array><data>\n");
    const items: RpcValue[] = [];
    while (!this.isAt("</data>")) items.push(this.#value(depth + 1));
    this.skip("</data></array></value>\n");
    return items;
  }
}

function readScalar(type: string, text: string): RpcValue {
  switch (type) {
    case "string":
      return text.includes("&") ? unescape(text) : text;
    case "int":
      return /^-?\d{1,10}$/.test(text) ? Number(text) : other();
    default:
      return text === "1" || text === "0" ? text === "1" : other();
  }
}

const ESCAPES: ReadonlyMap<string, string> = new Map([["amp;", "&"], ["lt;", "<"], ["gt;", ">"]]);

function unescape(text: string): string {
  return text.replace(/&(\w*;?)/g, (_, name) => ESCAPES.get(name) ?? other());
}

function other(): never {
  throw new Other();
}
