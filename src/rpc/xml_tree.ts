/** XML text to a tree of elements, within limits. The only file that knows the parser. */
import { SaxesParser } from "saxes";

export interface Element {
  readonly name: string;
  /** Its own text, without that of the elements inside it. */
  readonly text: string;
  readonly children: readonly Element[];
}

/** What a document may not exceed. A value nested in an array adds three elements of depth. */
export interface XmlLimits {
  /** In UTF-16 units. */
  readonly length: number;
  readonly depth: number;
  readonly elements: number;
}

/** Text that is not XML, or more of it than we are willing to take apart. */
export class XmlError extends Error {
  override readonly name = "XmlError";
}

interface OpenElement extends Element {
  text: string;
  readonly children: OpenElement[];
}

/**
 * Parse a whole document. Attributes, comments and processing instructions are dropped.
 *
 * @throws {XmlError} not well-formed, over a limit, or with a DOCTYPE: entities declared there
 * are how a few bytes become gigabytes.
 */
export function parseXml(xml: string, limits: XmlLimits): Element {
  if (xml.length > limits.length) throw new XmlError(`more than ${limits.length} characters`);
  const top: OpenElement = { name: "", text: "", children: [] };
  const open = [top];
  let elements = 0;
  const addText = (text: string) => void (open.at(-1)!.text += text);
  const parser = new SaxesParser({ position: false });
  parser.on("error", (error) => {
    throw new XmlError(error.message);
  });
  parser.on("doctype", () => {
    throw new XmlError("a DOCTYPE is not accepted");
  });
  parser.on("opentag", ({ name }) => {
    if (open.length > limits.depth) throw new XmlError(`nested more than ${limits.depth} deep`);
    if (++elements > limits.elements) throw new XmlError(`more than ${limits.elements} elements`);
    const element: OpenElement = { name, text: "", children: [] };
    open.at(-1)!.children.push(element);
    open.push(element);
  });
  parser.on("closetag", () => void open.pop());
  parser.on("text", addText);
  parser.on("cdata", addText);
  parser.write(xml).close();
  return top.children[0]!;
}
