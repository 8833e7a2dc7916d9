/** Typed calls to a running daemon. */
import type { ExplainDocument, ProcessesDocument, ReloadDocument } from "../model/details.ts";
import type { RotateDocument } from "../model/log_documents.ts";
import type { UpdateDocument } from "../model/update.ts";
import type { UsageDocument } from "../model/usage.ts";
import type { HttpRequester, HttpResponse } from "../platform/http_request.ts";
import { fromArray, fromInt, fromString } from "../rpc/members.ts";
import { readResponse } from "../rpc/read_xml.ts";
import {
  type ConfigChanges,
  type ConfigInfo,
  type GroupResult,
  type ProcessInfo,
  readConfigChanges,
  readConfigInfo,
  readGroupResult,
  readProcessInfo,
} from "../rpc/structs.ts";
import { writeCall } from "../rpc/write_xml.ts";
import type { RpcValue } from "../rpc/xml_value.ts";
import { basicAuthorization } from "./basic_authorization.ts";
import { readApiReply } from "./api_reply.ts";
import { ProtocolError } from "./protocol_error.ts";
import { parseServerUrl } from "./server_url.ts";

/** A daemon and what it wants to know of us. */
export interface Connection {
  readonly serverurl: string;
  readonly username: string | null;
  readonly password: string | null;
}

/**
 * The methods that `ctl` needs, each waiting for the daemon's answer.
 *
 * Every method throws `RpcFault` when the daemon refuses, `ProtocolError` for an HTTP status
 * other than 200, `RpcReadError` for a reply that is not XML-RPC, `ServerUrlError`, or the error
 * of the connection with node's `code`.
 */
export class DaemonClient {
  constructor(readonly connection: Connection, private readonly request: HttpRequester) {}

  /** Call any method by its full name. */
  async call(method: string, ...params: RpcValue[]): Promise<RpcValue> {
    const body = writeCall(method, params);
    const reply = await this.#send("POST", "/RPC2", { type: "text/xml", body });
    const answer = await readText(reply.body);
    if (reply.status !== 200) throw new ProtocolError(reply.status, reply.reason);
    return readResponse(answer);
  }

  /** A stream of bytes that does not end by itself, such as `/mainlogtail`. */
  openStream(path: string): Promise<HttpResponse> {
    return this.#send("GET", path);
  }

  /** Details of processes by name, or of all. @throws {ApiError} */
  async getProcessDetails(names?: readonly string[]): Promise<ProcessesDocument> {
    return await this.#api("GET", `/processes${nameQuery(names)}`) as ProcessesDocument;
  }

  /** Why processes are as they are; without names, those with trouble. @throws {ApiError} */
  async getExplanations(names?: readonly string[]): Promise<ExplainDocument> {
    return await this.#api("GET", `/explain${nameQuery(names)}`) as ExplainDocument;
  }

  /** A stream of the JSON API. @throws {ApiError} */
  async openApiStream(path: string): Promise<HttpResponse> {
    const reply = await this.openStream(`/api/v1${path}`);
    if (reply.status === 200) return reply;
    await readDocument(reply);
    throw new ProtocolError(reply.status, reply.reason);
  }

  /** @param groups undefined for all. @throws {ApiError} */
  async update(groups: readonly string[] | undefined, dryRun: boolean): Promise<UpdateDocument> {
    const order = { ...(groups ? { groups } : {}), dry_run: dryRun };
    return await this.#api("POST", "/update", order) as UpdateDocument;
  }

  /** What processes take of the machine. @throws {ApiError} */
  async getUsage(withPss: boolean): Promise<UsageDocument> {
    return await this.#api("GET", `/usage${withPss ? "?memory=pss" : ""}`) as UsageDocument;
  }

  /** Rotates the logs of processes and groups by name, or of all. @throws {ApiError} */
  async rotateLogs(names?: readonly string[]): Promise<RotateDocument> {
    return await this.#api("POST", "/rotate", { names }) as RotateDocument;
  }

  /**
   * Lines of logs as they come.
   *
   * @param query As `GET /api/v1/logs` has it. @throws {ApiError}
   */
  async openLogs(query: URLSearchParams): Promise<AsyncIterable<Uint8Array>> {
    const reply = await this.openApiStream(`/logs?${query}`);
    return reply.body;
  }

  /** @throws {ApiError} */
  async reloadProgram(names: readonly string[]): Promise<ReloadDocument> {
    return await this.#api("POST", "/reload-program", { names }) as ReloadDocument;
  }

  async getAPIVersion(): Promise<string> {
    return fromString(await this.#supervisor("getVersion"));
  }

  async getSupervisorVersion(): Promise<string> {
    return fromString(await this.#supervisor("getSupervisorVersion"));
  }

  async getPID(): Promise<number> {
    return fromInt(await this.#supervisor("getPID"));
  }

  async shutdown(): Promise<void> {
    await this.#supervisor("shutdown");
  }

  async restart(): Promise<void> {
    await this.#supervisor("restart");
  }

  async reloadConfig(): Promise<ConfigChanges> {
    return readConfigChanges(await this.#supervisor("reloadConfig"));
  }

  async addProcessGroup(group: string): Promise<void> {
    await this.#supervisor("addProcessGroup", group);
  }

  async removeProcessGroup(group: string): Promise<void> {
    await this.#supervisor("removeProcessGroup", group);
  }

  async getProcessInfo(name: string): Promise<ProcessInfo> {
    return readProcessInfo(await this.#supervisor("getProcessInfo", name));
  }

  async getAllProcessInfo(): Promise<ProcessInfo[]> {
    return fromArray(await this.#supervisor("getAllProcessInfo"), readProcessInfo);
  }

  async getAllConfigInfo(): Promise<ConfigInfo[]> {
    return fromArray(await this.#supervisor("getAllConfigInfo"), readConfigInfo);
  }

  async startProcess(name: string): Promise<void> {
    await this.#supervisor("startProcess", name);
  }

  /** As `startProcess`, without waiting until it is up. */
  async startProcessNow(name: string): Promise<void> {
    await this.#supervisor("startProcess", name, false);
  }

  startProcessGroup(group: string): Promise<GroupResult[]> {
    return this.#results("startProcessGroup", group);
  }

  startAllProcesses(): Promise<GroupResult[]> {
    return this.#results("startAllProcesses");
  }

  async stopProcess(name: string): Promise<void> {
    await this.#supervisor("stopProcess", name);
  }

  stopProcessGroup(group: string): Promise<GroupResult[]> {
    return this.#results("stopProcessGroup", group);
  }

  stopAllProcesses(): Promise<GroupResult[]> {
    return this.#results("stopAllProcesses");
  }

  async signalProcess(name: string, signal: string): Promise<void> {
    await this.#supervisor("signalProcess", name, signal);
  }

  signalProcessGroup(group: string, signal: string): Promise<GroupResult[]> {
    return this.#results("signalProcessGroup", group, signal);
  }

  signalAllProcesses(signal: string): Promise<GroupResult[]> {
    return this.#results("signalAllProcesses", signal);
  }

  async clearProcessLogs(name: string): Promise<void> {
    await this.#supervisor("clearProcessLogs", name);
  }

  clearAllProcessLogs(): Promise<GroupResult[]> {
    return this.#results("clearAllProcessLogs");
  }

  /** As typed: nothing is added. */
  async sendProcessStdin(name: string, text: string): Promise<void> {
    await this.#supervisor("sendProcessStdin", name, text);
  }

  /** Offsets and lengths in bytes, as spec/control.md §5 has them. */
  async readLog(offset: number, length: number): Promise<string> {
    return fromString(await this.#supervisor("readLog", offset, length));
  }

  /** As `readLog`, for one channel of a process. */
  async readProcessLog(
    name: string,
    channel: "stdout" | "stderr",
    offset: number,
    length: number,
  ): Promise<string> {
    const method = channel === "stdout" ? "readProcessStdoutLog" : "readProcessStderrLog";
    return fromString(await this.#supervisor(method, name, offset, length));
  }

  /** @throws {ApiError} Also where what answers is no visor. */
  async #api(method: "GET" | "POST", path: string, document?: unknown): Promise<unknown> {
    const body = document === undefined ? undefined : JSON.stringify(document);
    const content = { type: "application/json", ...(body === undefined ? {} : { body }) };
    return await readDocument(await this.#send(method, `/api/v1${path}`, content));
  }

  #send(
    method: "GET" | "POST",
    path: string,
    { type, body }: { readonly type?: string; readonly body?: string } = {},
  ): Promise<HttpResponse> {
    const { serverurl, username, password } = this.connection;
    return this.request({
      address: parseServerUrl(serverurl),
      method,
      path,
      headers: {
        ...(type === undefined ? {} : { "Content-Type": type }),
        ...basicAuthorization(username, password),
      },
      ...(body === undefined ? {} : { body }),
    });
  }

  #supervisor(method: string, ...params: RpcValue[]): Promise<RpcValue> {
    return this.call(`supervisor.${method}`, ...params);
  }

  async #results(method: string, ...params: RpcValue[]): Promise<GroupResult[]> {
    return fromArray(await this.#supervisor(method, ...params), readGroupResult);
  }
}

/** `?name=a&name=b`; empty for all. */
export function nameQuery(names: readonly string[] = []): string {
  const query = names.map((name) => `name=${encodeURIComponent(name)}`).join("&");
  return query && `?${query}`;
}

/** @throws {ApiError | ProtocolError} What the reply says in place of a document. */
async function readDocument(reply: HttpResponse): Promise<unknown> {
  const body = await readText(reply.body);
  if (reply.status === 401) throw new ProtocolError(reply.status, reply.reason);
  return readApiReply(reply.status, body);
}

/** A whole body as text. Decoded piece by piece, so that no character is cut in two. */
async function readText(body: AsyncIterable<Uint8Array>): Promise<string> {
  const decoder = new TextDecoder();
  let text = "";
  for await (const piece of body) text += decoder.decode(piece, { stream: true });
  return text + decoder.decode();
}
