/** The control server over a fake world: requests in, replies out, no socket. */
import { conf, load } from "../../src/config/testing.ts";
import { type Follower, followFile } from "../../src/logs/follow_file.ts";
import { followStream } from "../../src/logs/follow_stream.ts";
import { openParts } from "../../src/logs/log_parts.ts";
import { LogWatchers } from "../../src/logs/log_watchers.ts";
import { RecentOutput } from "../../src/logs/recent_output.ts";
import type { ManagedProcess } from "../../src/engine/process.ts";
import type { Channel, Config, GroupConfig } from "../../src/model/config.ts";
import { SCHEMA } from "../../src/model/details.ts";
import type { UpdateDocument } from "../../src/model/update.ts";
import type { TreeUsage } from "../../src/model/usage.ts";
import { RpcFault } from "../../src/rpc/faults.ts";
import { readResponse } from "../../src/rpc/read_xml.ts";
import { writeCall } from "../../src/rpc/write_xml.ts";
import { isStruct, type RpcValue } from "../../src/rpc/xml_value.ts";
import { createApp } from "../../src/server/app.ts";
import type { Credentials } from "../../src/server/auth.ts";
import type { Changes, CommandTrouble, Daemon } from "../../src/server/daemon.ts";
import { FakeLogFiles } from "./fake_log_files.ts";
import { FakeWorld } from "./fake_world.ts";

/** Whom requests come from. */
export const PEER = "192.0.2.7";

export const ACTIVITY_LOG = "/var/log/supervisord.log";

const base = load(conf("identifier=lab"));

export class FakeServer {
  readonly world: FakeWorld;
  readonly files = new FakeLogFiles();
  readonly watchers = new LogWatchers();
  /** What the daemon was asked to do: `shutdown`, `clear web`, `stdin web: text`, … */
  readonly deeds: string[] = [];
  /** The last read configuration. */
  config: Config;
  changes: Changes | Error = { added: [], changed: [], removed: [] };
  /** By process name. */
  readonly commandTrouble = new Map<string, CommandTrouble>();
  /** Paths by `web stdout`; absent: there is no such log. */
  readonly logPaths = new Map<string, string>();
  /** By pid. */
  readonly usages = new Map<number, TreeUsage>();
  activityLog: string | null = ACTIVITY_LOG;
  stdinOpen = true;
  /** Thrown when a log is to be cleared or opened. */
  logError: Error | null = null;
  /** Those who want to hear of changes. */
  readonly listeners = new Set<() => void>();
  /** What the last runs printed, by `web stdout`. */
  readonly outputs = new Map<string, string>();
  readonly daemon: Daemon;
  readonly #app: ReturnType<typeof createApp>;

  /** @param hosts Names it may be called by; null: any. */
  constructor(
    groups: readonly GroupConfig[] = [],
    credentials: Credentials | null = null,
    hosts: ReadonlySet<string> | null = null,
  ) {
    this.world = new FakeWorld(...groups);
    this.world.onChange = () => this.change();
    const rpcinterface = { section: "rpcinterface:supervisor", name: "supervisor" };
    const rpcinterfaces = [{ ...rpcinterface, factory: "", options: new Map() }];
    this.config = { ...base, groups, rpcinterfaces };
    this.daemon = this.#daemon();
    this.#app = createApp(this.daemon, { credentials, hosts });
  }

  /** Every address that the server itself answers at, `*` standing for anything. */
  get routes(): readonly { readonly method: string; readonly path: string }[] {
    return this.#app.routes;
  }

  /** @param path Or a whole URL. */
  async fetch(path: string, init: RequestInit = {}): Promise<Response> {
    const request = new Request(new URL(path, "http://localhost"), init);
    return await this.#app.fetch(request, { peer: PEER });
  }

  /** Posts a body as it is, with its length. */
  post(body: string, headers: Record<string, string> = {}): Promise<Response> {
    const length = String(new TextEncoder().encode(body).length);
    return this.fetch("/RPC2", {
      method: "POST",
      body,
      headers: { "content-length": length, ...headers },
    });
  }

  /** A call by its full name. @throws {RpcFault} What the reply carries. */
  async call(method: string, ...params: readonly RpcValue[]): Promise<RpcValue> {
    const reply = await this.post(writeCall(method, params));
    const text = await reply.text();
    if (reply.status !== 200) throw new Error(`HTTP ${reply.status}: ${this.world.lines.at(-1)}`);
    return readResponse(text);
  }

  /** A call that fails, as `10 BAD_NAME: x`. */
  async faultOf(method: string, ...params: readonly RpcValue[]): Promise<string> {
    try {
      const result = await this.call(method, ...params);
      return `no fault, but ${JSON.stringify(plain(result))}`;
    } catch (error) {
      if (!(error instanceof RpcFault)) throw error;
      return `${error.code} ${error.text}`;
    }
  }

  #daemon(): Daemon {
    const { world, deeds } = this;
    const { supervisor, clock } = world;
    return {
      supervisor,
      pid: 4711,
      hostname: "box",
      reload: ({ config }) => {
        deeds.push(`reload ${config.name}`);
        return Promise.resolve(config.reload_command === "fails" ? "it exited with 1" : null);
      },
      onChange: (listener) => {
        this.listeners.add(listener);
        return () => void this.listeners.delete(listener);
      },
      config: () => this.config,
      log: (level, text) => void world.lines.push(`${level.toUpperCase()} ${text}`),
      wall: clock.wall,
      reread: () => {
        if (this.changes instanceof Error) throw this.changes;
        return this.changes;
      },
      planUpdate: (groups) => this.#update(groups, true),
      update: (groups) => Promise.resolve().then(() => this.#update(groups, false)),
      shutdown: () => void deeds.push("shutdown"),
      restart: () => void deeds.push("restart"),
      checkCommand: ({ config }) => this.commandTrouble.get(config.name),
      commandFile: () => null,
      logPaths: (process) => ({
        stdout: this.#pathOf(process, "stdout"),
        stderr: this.#pathOf(process, "stderr"),
      }),
      clearLogs: ({ config }) => this.#touchLog(`clear ${config.name}`),
      rotateLogs: ({ config }) => {
        this.#touchLog(`rotate ${config.name}`);
        return [`/var/log/${config.name}`];
      },
      activityLogPath: () => this.activityLog,
      clearActivityLog: () => this.#touchLog("clear activity log"),
      openActivityLog: () => this.#openLog(this.activityLog),
      openProcessLog: (process, channel) => this.#openLog(this.#pathOf(process, channel)),
      followActivityLog: () => this.#follow(this.activityLog),
      openLogParts: (process, channel) => {
        if (this.logError) throw this.logError;
        const path = this.#pathOf(process, channel);
        return path === null ? [] : openParts(this.files, path);
      },
      followProcess: (process, channel, startBytes) =>
        this.#follow(this.#pathOf(process, channel), startBytes),
      latestOutput: (process, channel) => this.#output(process, channel),
      readRun: (process, channel) => this.#output(process, channel),
      followRun: (process, channel) =>
        followStream(this.#recent(process, channel), Infinity, clock.wall()),
      sendStdin: ({ config }, bytes) => {
        deeds.push(`stdin ${config.name}: ${new TextDecoder().decode(bytes)}`);
        return this.stdinOpen;
      },
      measureTrees: (pids, withPss) => {
        deeds.push(`measure${withPss ? " pss" : ""} ${pids.join(" ")}`);
        return Promise.resolve(this.usages);
      },
      sendRemoteEvent: (type, data) => void deeds.push(`event ${type}: ${data}`),
    };
  }

  /** As the daemon says that something has changed. */
  change(): void {
    for (const listener of [...this.listeners]) listener();
  }

  #output({ config }: ManagedProcess, channel: Channel): Uint8Array {
    return new TextEncoder().encode(this.outputs.get(`${config.name} ${channel}`) ?? "");
  }

  #recent(process: ManagedProcess, channel: Channel): RecentOutput {
    const recent = new RecentOutput();
    recent.push(this.#output(process, channel));
    return recent;
  }

  #update(groups: ReadonlySet<string> | undefined, dry_run: boolean): UpdateDocument {
    if (this.changes instanceof Error) throw this.changes;
    this.deeds.push(`${dry_run ? "plan" : "update"} ${[...groups ?? ["all"]]}`);
    return { schema: SCHEMA, dry_run, steps: [], troubles: [], unknown: [] };
  }

  #pathOf({ config }: ManagedProcess, channel: Channel): string | null {
    return this.logPaths.get(`${config.name} ${channel}`) ?? null;
  }

  #openLog(path: string | null) {
    if (this.logError) throw this.logError;
    return path === null ? undefined : this.files.openReader(path);
  }

  #follow(path: string | null, startBytes = 1024): Follower | undefined {
    const { files, watchers, world } = this;
    if (path === null) return undefined;
    return followFile(path, startBytes, { files, clock: world.clock, watchers });
  }

  #touchLog(deed: string): void {
    if (this.logError) throw this.logError;
    this.deeds.push(deed);
  }
}

/** Structs as objects, so that a test can compare them with literals. */
export function plain(value: RpcValue): unknown {
  if (isStruct(value)) {
    return Object.fromEntries([...value].map(([name, member]) => [name, plain(member)]));
  }
  return Array.isArray(value) ? value.map(plain) : value;
}

/** One line of a group's results, as `site:web 80 OK`. */
export function results(value: RpcValue): string[] {
  return (value as RpcValue[]).map((each) => {
    if (!isStruct(each)) throw new Error("a result is a struct");
    const [name, group, status, description] = [...each.values()];
    return `${group}:${name} ${status} ${description}`;
  });
}
