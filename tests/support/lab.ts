/**
 * A scratch folder, the built executable in it, and the ends of everything that was started.
 *
 *   const test = labTests();
 *   test("a crash is answered at once", async (lab) => {
 *     lab.config(program("web", "sleep 1000"));
 *     await lab.daemon();
 *     …
 *   });
 */
import { type ChildProcess, spawn, type SpawnOptions, spawnSync } from "node:child_process";
import fs from "node:fs";
import http from "node:http";
import net from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { test as nodeTest } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { readResponse } from "../../src/rpc/read_xml.ts";
import { type ProcessInfo, readProcessInfo } from "../../src/rpc/structs.ts";
import { writeCall } from "../../src/rpc/write_xml.ts";
import type { RpcValue } from "../../src/rpc/xml_value.ts";

/** The executable under test. */
export const VISOR: string = fileURLToPath(new URL("../../dist/visor", import.meta.url));

export const isRoot: boolean = process.getuid?.() === 0;

/** Every process of a lab has this variable, so that none is left behind. */
const MARK = "VISOR_LAB";
const WAIT_MS = 15_000;
const POLL_MS = 20;

/** How a command ended, and what it printed. */
export interface Ran {
  /** Its exit status, or the signal that ended it. */
  readonly status: number | string;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunOptions {
  readonly env?: Readonly<Record<string, string>>;
  /** Nothing of our own environment. */
  readonly bare?: boolean;
  readonly cwd?: string;
  readonly input?: string;
  readonly uid?: number;
  readonly gid?: number;
  readonly seconds?: number;
}

/** A daemon in the foreground. */
export interface Daemon {
  readonly pid: number;
  /** Its exit status, or the signal that ended it; rejects if it does not end. */
  end(): Promise<number | string>;
  kill(signal?: NodeJS.Signals): void;
}

export interface DaemonOptions extends RunOptions {
  /** Where its stdout and stderr go: a descriptor, or the file `daemon.out`. */
  readonly out?: number | "pipe";
  /** Do not wait until it answers. */
  readonly impatient?: boolean;
  /** What is executed in place of `visor daemon -n -c FILE`. */
  readonly command?: readonly string[];
}

export interface HttpReply {
  readonly status: number;
  readonly headers: http.IncomingHttpHeaders;
  readonly body: string;
}

/** With --filter some run ahead whose turn never comes; and a run can be ended before its end. */
const openLabs = new Set<Lab>();
globalThis.addEventListener("unload", () => openLabs.forEach((lab) => lab.abandon()));

export class Lab {
  /** Short, because the path of a unix socket must be. */
  readonly dir: string = fs.mkdtempSync(join(tmpdir(), "vl-"));
  readonly conf: string = this.path("s.conf");
  readonly socket: string = this.path("s.sock");
  readonly #cleanups: (() => void)[] = [];

  constructor() {
    openLabs.add(this);
  }

  path(name: string): string {
    return join(this.dir, name);
  }

  /** Writes a file; `{dir}` in the text is the lab's folder. */
  write(name: string, text: string, mode = 0o644): string {
    const path = this.path(name);
    fs.mkdirSync(join(path, ".."), { recursive: true });
    fs.writeFileSync(path, text.replaceAll("{dir}", this.dir));
    fs.chmodSync(path, mode);
    return path;
  }

  /** An executable script. */
  script(name: string, text: string): string {
    return this.write(name, text, 0o755);
  }

  /** @returns "" if there is no such file. */
  read(name: string): string {
    const path = this.path(name);
    return fs.existsSync(path) ? fs.readFileSync(path, "utf8") : "";
  }

  log(): string {
    return this.read("daemon.log");
  }

  /** Lines of the activity log that match, without their time stamps. */
  logged(pattern: RegExp): string[] {
    const lines = this.log().split("\n").map((line) => line.replace(/^\S+ \S+ /, ""));
    return lines.filter((line) => pattern.test(line));
  }

  /**
   * Writes the configuration: a daemon with its socket, pidfile and logs in the lab, and `sections`.
   *
   * @param more Lines for `[supervisord]`.
   * @param server Lines for `[unix_http_server]`.
   */
  config(sections = "", more = "", server = ""): string {
    const head = `[unix_http_server]\nfile={dir}/s.sock\n${server}
[supervisord]
logfile={dir}/daemon.log
pidfile={dir}/daemon.pid
childlogdir={dir}
user=${isRoot ? "root" : process.getuid?.()}
${more}
[rpcinterface:supervisor]
supervisor.rpcinterface_factory = supervisor.rpcinterface:make_main_rpcinterface
[supervisorctl]
serverurl=unix://{dir}/s.sock
`;
    return this.write("s.conf", head + sections);
  }

  /** Starts the daemon in the foreground, and waits until it answers. */
  async daemon(args: readonly string[] = [], options: DaemonOptions = {}): Promise<Daemon> {
    const out = options.out ?? fs.openSync(this.path("daemon.out"), "a");
    const [file, ...words] = options.command ?? [VISOR, "daemon", "-n", "-c", this.conf, ...args];
    const child = spawn(file!, words, { ...this.#how(options), stdio: ["ignore", out, out] });
    if (options.out === undefined) fs.closeSync(out as number);
    const pid = child.pid!;
    let ending: number | string | undefined;
    const ended = endOf(child).then((status) => ending = status);
    const notEnding = async () => {
      await delay(WAIT_MS, undefined, { ref: false });
      throw new Error(`the daemon does not end within ${WAIT_MS} ms`);
    };
    const daemon: Daemon = {
      pid,
      end: () => Promise.race([ended, notEnding()]),
      // Not child.kill(): under Deno it only works once, and decides what `exit` reports.
      kill: (name = "SIGTERM") => void (ending === undefined && signal(pid, name)),
    };
    this.atEnd(() => daemon.kill("SIGKILL"));
    if (options.impatient) return daemon;
    await this.until(async () => {
      if (ending !== undefined) {
        throw new Fatal(`the daemon ended with ${ending}:\n${this.read("daemon.out")}`);
      }
      return await this.#answers(pid);
    }, "the daemon answers");
    return daemon;
  }

  async #answers(pid: number): Promise<boolean> {
    const state = await this.rpc("supervisor.getState") as ReadonlyMap<string, RpcValue>;
    return state.get("statecode") === 1 && await this.rpc("supervisor.getPID") === pid;
  }

  /** Runs a command to its end. */
  async run(command: readonly string[], options: RunOptions = {}): Promise<Ran> {
    const [file, ...words] = command;
    const child = spawn(file!, words, {
      ...this.#how(options),
      stdio: [options.input === undefined ? "ignore" : "pipe", "pipe", "pipe"],
    });
    const limit = setTimeout(() => signal(child.pid!, "SIGKILL"), (options.seconds ?? 30) * 1000);
    const texts = ["", ""];
    const pipes = [child.stdout!, child.stderr!];
    const read = pipes.map((pipe, i) => {
      pipe.setEncoding("utf8");
      pipe.on("data", (text: string) => texts[i] += text);
      return new Promise((resolve) => pipe.once("close", resolve));
    });
    if (options.input !== undefined) {
      child.stdin!.on("error", () => {}); // it need not read all of it
      child.stdin!.end(options.input);
    }
    const status = await endOf(child);
    clearTimeout(limit);
    // What it left running in the background may hold its pipes open.
    await Promise.race([Promise.all(read), delay(1000, undefined, { ref: false })]);
    for (const pipe of pipes) pipe.destroy();
    return { status, stdout: texts[0]!, stderr: texts[1]! };
  }

  visor(...words: readonly string[]): Promise<Ran> {
    return this.run([VISOR, ...words]);
  }

  ctl(...words: readonly string[]): Promise<Ran> {
    return this.run([VISOR, "ctl", "-c", this.conf, ...words]);
  }

  /** A command that goes on until the lab ends it. */
  start(command: readonly string[], options: SpawnOptions = {}): ChildProcess {
    const [file, ...words] = command;
    const child = spawn(file!, words, { ...this.#how({}), ...options });
    this.atEnd(() => {
      if (child.exitCode === null && child.signalCode === null) signal(child.pid!, "SIGKILL");
    });
    return child;
  }

  #how({ env, bare, cwd, uid, gid }: RunOptions): SpawnOptions {
    return {
      cwd: cwd ?? this.dir,
      env: { ...(bare ? {} : process.env), [MARK]: this.dir, ...env },
      ...(uid === undefined ? {} : { uid }),
      ...(gid === undefined ? {} : { gid }),
    };
  }

  /** Runs before the folder is removed. */
  atEnd(cleanup: () => void): void {
    this.#cleanups.push(cleanup);
  }

  /** @throws {RpcFault} */
  async rpc(method: string, ...params: readonly RpcValue[]): Promise<RpcValue> {
    const { status, body } = await this.http("POST", "/RPC2", writeCall(method, params));
    if (status !== 200) throw new Error(`${method}: HTTP ${status}`);
    return readResponse(body);
  }

  http(
    method: string,
    path: string,
    body?: string,
    headers: http.OutgoingHttpHeaders = {},
  ): Promise<HttpReply> {
    return new Promise((resolve, reject) => {
      const request = http.request({
        socketPath: this.socket,
        agent: false,
        method,
        path,
        headers: { ...(body === undefined ? {} : { "Content-Length": bytesIn(body) }), ...headers },
      }, (reply) => {
        let text = "";
        reply.setEncoding("utf8");
        reply.on("data", (piece: string) => text += piece);
        reply.once("error", reject);
        reply.once(
          "end",
          () => resolve({ status: reply.statusCode!, headers: reply.headers, body: text }),
        );
      });
      request.once("error", reject);
      const late = setTimeout(
        () => request.destroy(new Error(`${method} ${path}: no answer`)),
        2 * WAIT_MS,
      );
      request.once("close", () => clearTimeout(late));
      request.end(body);
    });
  }

  async info(name: string): Promise<ProcessInfo> {
    return readProcessInfo(await this.rpc("supervisor.getProcessInfo", name));
  }

  /** Waits for a state. @returns The process then. */
  async state(name: string, wanted: string): Promise<ProcessInfo> {
    const found = async () => {
      const info = await this.info(name);
      return info.statename === wanted ? info : undefined;
    };
    return await this.until(found, `${name} is ${wanted}`);
  }

  /** Polls until `condition` gives something; what it throws until then counts as not yet. */
  async until<T>(
    condition: () => T | Promise<T>,
    what: string,
    ms = WAIT_MS,
  ): Promise<NonNullable<T>> {
    const end = performance.now() + ms;
    let last: unknown;
    while (performance.now() < end) {
      try {
        const found = await condition();
        if (found) return found;
      } catch (error) {
        if (error instanceof Fatal) throw error;
        last = error;
      }
      await delay(POLL_MS);
    }
    throw new Error(`not within ${ms} ms: ${what}${last ? ` (${last})` : ""}`);
  }

  /** Ends everything that was started here, and removes the folder. */
  async close(): Promise<void> {
    for (const pid of this.marked()) signal(pid, "SIGTERM");
    const gone = () => this.marked().length === 0;
    for (let tries = 0; tries < 25 && !gone(); tries++) await delay(POLL_MS);
    this.abandon();
  }

  /** As `close`, at once. */
  abandon(): void {
    openLabs.delete(this);
    for (let tries = 0; tries < 100 && this.marked().length > 0; tries++) {
      for (const pid of this.marked()) signal(pid, "SIGKILL");
    }
    for (const cleanup of this.#cleanups.toReversed()) cleanup();
    fs.rmSync(this.dir, { recursive: true, force: true });
  }

  /** Every process that comes from here, also an orphan. */
  marked(): number[] {
    const mark = `${MARK}=${this.dir}\0`;
    return pids().filter((pid) => isAlive(pid) && readProc(pid, "environ").includes(mark));
  }
}

/** Not worth waiting any longer. */
export class Fatal extends Error {}

/**
 * `test` of node:test, for bodies that get a lab of their own. A few run ahead while one is waited
 * for: they mostly sleep.
 */
export function labTests(
  atOnce = 4,
): (name: string, body: (lab: Lab) => Promise<void>) => void {
  const bodies: ((lab: Lab) => Promise<void>)[] = [];
  const running: Promise<void>[] = [];
  return (name, body) => {
    const index = bodies.push(body) - 1;
    nodeTest(name, async () => {
      for (let i = index; i < Math.min(index + atOnce, bodies.length); i++) {
        running[i] ??= inLab(bodies[i]!);
        running[i]!.catch(() => {}); // it is told when its turn comes
      }
      await running[index];
    });
  };
}

async function inLab(body: (lab: Lab) => Promise<void>): Promise<void> {
  const lab = new Lab();
  try {
    await body(lab);
  } catch (error) {
    const said = `${lab.log()}\n${lab.read("daemon.out")}`.trim().split("\n").slice(-30);
    if (error instanceof Error) error.message += `\n--- the daemon said:\n${said.join("\n")}`;
    throw error;
  } finally {
    await lab.close();
  }
}

/** A section of a configuration. */
export function section(head: string, options: Readonly<Record<string, string | number>>): string {
  const lines = Object.entries(options).map(([name, value]) => `${name}=${value}\n`);
  return `[${head}]\n${lines.join("")}`;
}

/** A program that counts as RUNNING at once unless `startsecs` says otherwise. */
export function program(
  name: string,
  command = "sleep 1000",
  options: Readonly<Record<string, string | number>> = {},
): string {
  return section(`program:${name}`, { command, startsecs: 0, ...options });
}

function endOf(child: ChildProcess): Promise<number | string> {
  return new Promise((resolve, reject) => {
    child.once("exit", (code, signal) => resolve(code ?? signal ?? "unknown"));
    child.once("error", reject);
  });
}

export function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch {
    // gone already
  }
}

export function pids(): number[] {
  return fs.readdirSync("/proc").filter((name) => /^\d+$/.test(name)).map(Number);
}

/** A file of /proc/PID; "" if the process is gone. */
export function readProc(pid: number, name: string): string {
  try {
    return fs.readFileSync(`/proc/${pid}/${name}`, "utf8");
  } catch {
    return "";
  }
}

/** One line of /proc/PID/status, e.g. `SigBlk`. */
export function procStatus(pid: number, key: string): string {
  return new RegExp(`^${key}:\\s*(.*)$`, "m").exec(readProc(pid, "status"))?.[1] ?? "";
}

/** Fields of /proc/PID/stat from the third on: state, parent, process group, session … */
function stat(pid: number): string[] {
  return readProc(pid, "stat").replace(/^.*\) /s, "").split(" ");
}

/** It exists, and is not a zombie. */
export function isAlive(pid: number): boolean {
  return !["", "Z", "X"].includes(stat(pid)[0]!);
}

export function parentOf(pid: number): number {
  return Number(stat(pid)[1]);
}

export function processGroupOf(pid: number): number {
  return Number(stat(pid)[2]);
}

export function sessionOf(pid: number): number {
  return Number(stat(pid)[3]);
}

/** Processor time so far, in seconds. */
export function cpuSeconds(pid: number): number {
  const fields = stat(pid);
  return (Number(fields[11]) + Number(fields[12])) / 100;
}

export function childrenOf(pid: number): number[] {
  return pids().filter((each) => parentOf(each) === pid);
}

/** Open descriptors and what they are, e.g. `0 pipe:[1234]`. */
export function descriptorsOf(pid: number): Map<number, string> {
  const folder = `/proc/${pid}/fd`;
  return new Map(fs.readdirSync(folder).map((fd) => [Number(fd), linkOf(`${folder}/${fd}`)]));
}

/** @returns "" if it is none, or gone. */
export function linkOf(path: string): string {
  try {
    return fs.readlinkSync(path);
  } catch {
    return "";
  }
}

/** Is there such a command on this machine? */
export function have(command: string): boolean {
  return spawnSync("sh", ["-c", `command -v ${command}`], { stdio: "ignore" }).status === 0;
}

/** Can a listener use Supervisor's own library for listeners? */
export function hasChildutils(): boolean {
  return spawnSync("/usr/bin/python3", ["-c", "import supervisor.childutils"]).status === 0;
}

/** Tells, for everybody to see, that something could not be tried. */
export function skipAloud(what: string): void {
  console.log(`SKIPPED: ${what}`);
}

export function bytesIn(text: string): number {
  return new TextEncoder().encode(text).length;
}

/** Sends bytes to a socket and collects what comes until it closes, or for `ms`. */
export function exchange(
  target: net.NetConnectOpts,
  bytes: string | Uint8Array,
  ms = 1000,
): Promise<string> {
  return new Promise((resolve) => {
    let got = "";
    const socket = net.connect(target, () => socket.write(bytes));
    const done = () => {
      clearTimeout(limit);
      socket.destroy();
      resolve(got);
    };
    const limit = setTimeout(done, ms);
    socket.setEncoding("latin1");
    socket.on("data", (piece: string) => got += piece);
    socket.once("error", done);
    socket.once("close", done);
  });
}

export function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = net.createServer().listen(0, "127.0.0.1", () => {
      const { port } = server.address() as net.AddressInfo;
      server.close(() => resolve(port));
    });
  });
}

export function sleep(ms: number): Promise<void> {
  return delay(ms);
}
