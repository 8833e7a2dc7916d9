/** The web interface of a daemon that is made of lists, for tests. */
import { until } from "../../../tests/support/bounded.ts";
import { FakeWorld, killed } from "../../../tests/support/fake_world.ts";
import { readBytes } from "../../logs/read_log.ts";
import type { Config, GroupConfig } from "../../model/config.ts";
import { SIGTERM } from "../../model/signal.ts";
import type { CommandTrouble } from "../daemon.ts";
import { webRoutes } from "./routes.tsx";
import type { Daemon } from "../daemon.ts";

export const HOST = "box:9001";

/** It can do what a page has business with. Programs that are told to stop do so at the next turn. */
export class FakeWeb {
  readonly world: FakeWorld;
  /** By `NAME.stdout` and `NAME.stderr`. */
  readonly logs = new Map<string, string>();
  readonly listeners = new Set<() => void>();
  /** Names of processes whose logs were cleared. */
  readonly cleared: string[] = [];
  /** Why a command cannot be run, by the name of the process. */
  readonly troubles = new Map<string, CommandTrouble>();
  readonly daemon: Daemon;
  readonly #routes: { fetch(request: Request): Response | Promise<Response> };

  constructor(...groups: readonly GroupConfig[]) {
    this.world = new FakeWorld(...groups);
    const { supervisor, clock } = this.world;
    this.world.onChange = ({ status, config }) => {
      this.change();
      if (status.state === "STOPPING") {
        setImmediate(() => this.world.exit(config.name, killed(SIGTERM)));
      }
    };
    const daemon: Partial<Daemon> = {
      supervisor,
      hostname: "box",
      config: () => ({ supervisord: { identifier: "shop" } }) as Config,
      onChange: (listener) => {
        this.listeners.add(listener);
        return () => this.listeners.delete(listener);
      },
      log: () => {},
      wall: clock.wall,
      checkCommand: ({ config }) => this.troubles.get(config.name),
      commandFile: () => null,
      latestOutput: ({ config }, channel) =>
        new TextEncoder().encode(this.logs.get(`${config.name}.${channel}`) ?? ""),
      logPaths: ({ config: { name } }) => ({ stdout: `${name}.stdout`, stderr: `${name}.stderr` }),
      clearLogs: ({ config }) => void this.cleared.push(config.name),
      openProcessLog: ({ config }, channel) => {
        const content = this.logs.get(`${config.name}.${channel}`);
        return content === undefined ? undefined : readBytes(new TextEncoder().encode(content));
      },
    };
    this.daemon = daemon as Daemon;
    this.#routes = webRoutes(this.daemon);
  }

  /** As the daemon says that something has changed. */
  change(): void {
    for (const listener of this.listeners) listener();
  }

  async fetch(path: string, init: RequestInit = {}): Promise<Response> {
    return await this.#routes.fetch(new Request(`http://${HOST}${path}`, init));
  }

  async page(path: string): Promise<string> {
    return await (await this.fetch(path)).text();
  }

  /** What the forms of the page have in them. */
  async token(): Promise<string> {
    return /name="token" value="([^"]+)"/.exec(await this.page("/"))![1]!;
  }

  /** Sends a form as a browser does; time goes on until there is an answer. */
  async press(
    fields: Record<string, string>,
    headers: Record<string, string> = { "Sec-Fetch-Site": "same-origin" },
    path = "/index.html",
  ): Promise<Response> {
    const body = new URLSearchParams({ token: await this.token(), ...fields }).toString();
    const all = { "Host": HOST, "Content-Length": String(body.length), ...headers };
    let reply: Response | undefined;
    const asked = this.fetch(path, { method: "POST", body, headers: all });
    asked.then((answer) => reply = answer);
    await until("an answer", () => {
      this.world.clock.tick(100);
      return reply !== undefined;
    });
    return reply!;
  }

  /** The message that a press led to. */
  async message(action: string, processname = ""): Promise<string> {
    const reply = await this.press({ action, processname });
    const location = new URL(reply.headers.get("location")!, `http://${HOST}/index.html`);
    return location.searchParams.get("message")!;
  }
}
