/** Documents that clients send to the JSON API. */
import { fault } from "../../rpc/faults.ts";
import { readBody } from "../request_body.ts";

/** An object. @param most How many bytes it may have. @throws {RpcFault} BAD_ARGUMENTS */
export async function readJson(request: Request, most: number): Promise<object> {
  const body = await readBody(request, most);
  if ("refusal" in body) throw fault("BAD_ARGUMENTS", `the body was refused (${body.refusal})`);
  try {
    const document: unknown = JSON.parse(body.text);
    if (typeof document === "object" && document !== null && !Array.isArray(document)) {
      return document;
    }
  } catch {
    // told as any other that is no object
  }
  throw fault("BAD_ARGUMENTS", "the body: expected a JSON object");
}
