/** A daemon made of a few functions, and `ctl` talking to it. For tests. */
import type { Clock } from "../platform/clock.ts";
import type { Screen } from "../platform/screen.ts";
import type { HttpRequest, HttpResponse } from "../platform/http_request.ts";
import { fault, type FaultName, RpcFault } from "../rpc/faults.ts";
import { readCall } from "../rpc/read_xml.ts";
import { type ProcessInfo, writeProcessInfo } from "../rpc/structs.ts";
import { writeFault, writeResponse } from "../rpc/write_xml.ts";
import { type RpcValue, struct } from "../rpc/xml_value.ts";
import { STATE_CODES } from "../model/state.ts";
import { FakeClock } from "../../tests/support/fake_clock.ts";
import { runCtl } from "./run_ctl.ts";

/** What each `supervisor.*` method answers; a FaultName or an error is thrown. */
export type FakeMethods = Record<
  string,
  RpcValue | Error | ((...params: RpcValue[]) => RpcValue | Promise<RpcValue>)
>;

export interface FakeRun {
  readonly exitStatus: number;
  /** Prompts included. */
  readonly stdout: string;
  readonly stderr: string;
  /** Calls as `startProcess web`, without the greeting that most verbs begin with. */
  readonly calls: readonly string[];
}

export interface FakeSituation {
  readonly methods?: FakeMethods;
  /** Lines to be typed. */
  readonly typed?: readonly string[];
  readonly interactive?: boolean;
  /** Fails every connection, as node's error with this code. */
  readonly unreachable?: string;
  readonly serverurl?: string;
  /** What streams by their paths give; after that they stay open until Ctrl-C is pressed. */
  readonly streams?: Readonly<Record<string, string>>;
  /**
   * Documents of the JSON API by `GET /processes?name=web`; a function is given what was sent. Any
   * other request is answered as by a daemon without the API. Streams come before them.
   */
  readonly api?: Readonly<Record<string, unknown>>;
  readonly clock?: Clock & { tick?(ms: number): void };
  /** Once a stream has been read, it is not Ctrl-C: all timers run out, or the daemon goes away. */
  readonly then?: "timers" | "away";
  /** A terminal; without it there is none. */
  readonly screen?: Screen;
  /** `user:password` that the daemon insists on. */
  readonly credentials?: string;
}

/** Longer than any timer that is not for ever. */
const LONG_MS = 3_600_000;

/** Run `ctl` with an action, or with none for the prompt. */
export async function ctl(action: string, situation: FakeSituation = {}): Promise<FakeRun> {
  const typed = [...situation.typed ?? []];
  const calls: string[] = [];
  let stdout = "";
  let stderr = "";
  let pressInterrupt = () => {};
  const clock = situation.clock ?? new FakeClock();
  const streaming: Streaming = {
    streams: new Map(Object.entries(situation.streams ?? {})),
    onRead: () => situation.then === "timers" ? clock.tick?.(LONG_MS) : pressInterrupt(),
    ends: situation.then === "away",
  };
  const readLine = (prompt: string) => {
    stdout += prompt;
    return Promise.resolve(typed.shift() ?? null);
  };
  const exitStatus = await runCtl({
    config: {
      serverurl: situation.serverurl ?? "unix:///s",
      username: null,
      password: null,
      prompt: "lab",
      history_file: null,
    },
    interactive: situation.interactive ?? false,
    words: action === "" ? [] : action.split(" "),
    json: false,
    io: {
      stdout: (text) => stdout += text,
      stderr: (text) => stderr += text,
      readLine,
      readPassword: readLine,
      clock,
      openScreen: () => situation.screen ?? null,
      onInterrupt(handler) {
        pressInterrupt = handler;
        return () => pressInterrupt = () => {};
      },
    },
    // Async, so that what answer() throws is a rejection, as with a real connection.
    // deno-lint-ignore require-await
    request: async (request) =>
      request.path.startsWith(API)
        ? streaming.streams.has(request.path) ? stream(request, streaming) : api(request, situation)
        : request.method === "GET"
        ? stream(request, streaming)
        : answer(request, situation, calls),
  });
  return { exitStatus, stdout, stderr, calls };
}

/** What is to happen later happens soon, and then it is later. */
export function impatientClock(): Clock {
  let now = 0;
  return {
    now: () => now,
    wall: () => now,
    after(ms, task) {
      now += ms;
      Promise.resolve().then(task);
      return () => {};
    },
  };
}

const API = "/api/v1";

function api({ method, path, body }: HttpRequest, { api = {} }: FakeSituation): HttpResponse {
  const found = api[`${method} ${path.slice(API.length)}`];
  if (found === undefined) {
    return reply(404, "Not Found", "<head>\r\n<title>Error response</title>");
  }
  const document = typeof found === "function" ? found(body && JSON.parse(body)) : found;
  const status = Object.hasOwn(document, "error") ? 400 : 200;
  return reply(status, "", `${JSON.stringify(document)}\n`);
}

interface Streaming {
  readonly streams: ReadonlyMap<string, string>;
  /** Everything there is has been read. */
  readonly onRead: () => void;
  readonly ends: boolean;
}

function stream({ path }: HttpRequest, { streams, onRead, ends }: Streaming): HttpResponse {
  const text = streams.get(path);
  if (text === undefined) return reply(404, "Not Found", "");
  const body = (async function* () {
    for (const byte of new TextEncoder().encode(text)) yield new Uint8Array([byte]);
    if (ends) return;
    onRead();
    await new Promise(() => {});
  })();
  // The generator waits for ever: leaving it early must not wait for it.
  return {
    status: 200,
    reason: "OK",
    body: { [Symbol.asyncIterator]: () => ({ next: () => body.next() }) },
  };
}

async function answer(
  request: HttpRequest,
  situation: FakeSituation,
  calls: string[],
): Promise<HttpResponse> {
  const { unreachable, credentials, methods = {} } = situation;
  if (unreachable) throw Object.assign(new Error("connect"), { code: unreachable });
  if (credentials && request.headers.Authorization !== `Basic ${btoa(credentials)}`) {
    return reply(401, "Unauthorized", "");
  }
  const { method, params } = readCall(request.body!);
  const name = method.replace("supervisor.", "");
  if (name !== "getVersion") calls.push([name, ...params].join(" "));
  try {
    const answered = await perform({ getVersion: "3.0", ...methods }, name, params);
    return reply(200, "OK", writeResponse(answered));
  } catch (error) {
    if (error instanceof RpcFault) return reply(200, "OK", writeFault(error));
    throw error;
  }
}

function perform(
  methods: FakeMethods,
  name: string,
  params: readonly RpcValue[],
): RpcValue | Promise<RpcValue> {
  const made = methods[name];
  if (made === undefined) throw fault("UNKNOWN_METHOD");
  if (made instanceof Error) throw made;
  return typeof made === "function" ? made(...params) : made;
}

function reply(status: number, reason: string, text: string): HttpResponse {
  const bytes = new TextEncoder().encode(text);
  const body = (async function* () {
    yield await Promise.resolve(bytes);
  })();
  return { status, reason, body };
}

/** A method that knows some names and answers BAD_NAME to others. */
export function byName(
  answers: Record<string, RpcValue | Error>,
): (...params: RpcValue[]) => RpcValue {
  return (name) => {
    const made = answers[String(name)] ?? fault("BAD_NAME", String(name));
    if (made instanceof Error) throw made;
    return made;
  };
}

/** A process in a state, as getProcessInfo describes it. `g:m` puts it in a group. */
export function process(spec: string, state: keyof typeof STATE_CODES, pid = 0): RpcValue {
  const [group, name = group] = spec.split(":") as [string, string?];
  const info: ProcessInfo = {
    name,
    group,
    start: 0,
    stop: 0,
    now: 0,
    state: STATE_CODES[state],
    statename: state,
    spawnerr: "",
    exitstatus: 0,
    logfile: "",
    stdout_logfile: "",
    stderr_logfile: "",
    pid,
    description: state === "RUNNING" ? `pid ${pid}, uptime 0:00:01` : "",
  };
  return writeProcessInfo(info);
}

/** One of a group's results: `OK`, or the name of a fault. */
export function result(spec: string, outcome: FaultName | "OK"): RpcValue {
  const [group, name = group] = spec.split(":") as [string, string?];
  const status = outcome === "OK" ? 80 : fault(outcome).code;
  return struct({ name, group, status, description: outcome });
}
