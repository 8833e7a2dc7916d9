/** A daemon with programs in every state, for tests that look at its pages. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { bounded } from "./bounded.ts";

export const LOGIN = { username: "me", password: "pass:word" };

const PROGRAMS = `
[program:web]
command=/bin/sh -c 'echo "listening on :8080"; while read line; do echo "<b>$line</b>"; done; sleep 600'
startsecs=0
stdout_logfile={dir}/web.log
[program:worker]
command=sleep 600
process_name=%(program_name)s_%(process_num)02d
numprocs=2
startsecs=0
[program:mailer]
command=/bin/sh -c 'echo "cannot open mailer.conf" >&2; exit 3'
startretries=0
startsecs=60
[program:missing]
command={dir}/no-such-program
startretries=0
[program:cron]
command=sleep 600
autostart=false
startsecs=0
`;

export class ShopDaemon {
  /** The address of the server without a password, and of that with one. */
  readonly home: string;
  readonly guarded: string;
  readonly #config: string;
  #process: ChildProcess | undefined;

  /** @param folder Where its files go. */
  static async in(folder: string): Promise<ShopDaemon> {
    return new ShopDaemon(folder, await freePort(), await freePort());
  }

  private constructor(folder: string, open: number, closed: number) {
    this.home = `http://127.0.0.1:${open}/`;
    this.guarded = `http://127.0.0.1:${closed}/`;
    this.#config = join(folder, "visor.conf");
    writeFileSync(this.#config, configText(open, closed).replaceAll("{dir}", folder));
  }

  /** Resolves when it has started what it starts. */
  async start(): Promise<void> {
    const daemon = spawn("dist/visor", ["daemon", "-c", this.#config], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    this.#process = daemon;
    let said = "";
    const started = new Promise<void>((resolve, reject) => {
      daemon.stdout.on("data", (piece) => {
        said += piece;
        if (said.includes("entered FATAL") && said.includes("success: worker_01")) resolve();
      });
      daemon.once("exit", () => reject(new Error(`the daemon ended: ${said}`)));
    });
    await bounded("the daemon is up", started);
  }

  async stop(): Promise<void> {
    const daemon = this.#process;
    if (!daemon || daemon.exitCode !== null || daemon.signalCode !== null) return;
    const ended = once(daemon, "exit");
    daemon.kill("SIGTERM");
    try {
      await bounded("the daemon ends", ended);
    } finally {
      daemon.kill("SIGKILL");
    }
  }
}

function configText(open: number, closed: number): string {
  return `
[supervisord]
identifier=shop
nodaemon=true
logfile={dir}/visor.log
pidfile={dir}/visor.pid
childlogdir={dir}
[inet_http_server:open]
port=127.0.0.1:${open}
[inet_http_server:closed]
port=127.0.0.1:${closed}
username=${LOGIN.username}
password=${LOGIN.password}
[rpcinterface:supervisor]
supervisor.rpcinterface_factory=supervisor.rpcinterface:make_main_rpcinterface
${PROGRAMS}`;
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as { port: number };
  server.close();
  await once(server, "close");
  return port;
}
