import { pythonRepr } from "../model/python_repr.ts";
import { writeDouble } from "./write_xml.ts";
import { isStruct, RpcDateTime, RpcDouble, type RpcValue } from "./xml_value.ts";

/** A value as Python makes text of it: `ring`, `5`, `True`, `1.5`, `[1, 'a']`, `{'k': 'v'}`. */
export function pythonText(value: RpcValue): string {
  return typeof value === "string" ? value : nested(value);
}

function nested(value: RpcValue): string {
  switch (typeof value) {
    case "string":
      return pythonRepr(value);
    case "number":
      return String(value);
    case "boolean":
      return value ? "True" : "False";
  }
  if (value instanceof RpcDouble) return writeDouble(value.value);
  if (value instanceof RpcDateTime) return value.text;
  if (isStruct(value)) {
    const members = [...value].map(([name, item]) => `${pythonRepr(name)}: ${nested(item)}`);
    return `{${members.join(", ")}}`;
  }
  return `[${(value as readonly RpcValue[]).map(nested).join(", ")}]`;
}
