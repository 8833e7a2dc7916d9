/** Reads, follows and disturbs: what may happen at any time, and changes no program's state. */
import http from "node:http";
import net from "node:net";
import { faultNameOf, RpcFault } from "../../src/rpc/faults.ts";
import { type Daemon, type Lab, signal, sleep, VISOR } from "./lab.ts";
import { groupOf, GROUPS, PROCESSES, Violation } from "./soak_knowledge.ts";
import { ctl, CTL_CONF } from "./soak_operator.ts";
import type { Deed } from "./soak_plan.ts";

export class Bystander {
  readonly #lab: Lab;
  readonly #daemon: Daemon;

  constructor(lab: Lab, daemon: Daemon) {
    this.#lab = lab;
    this.#daemon = daemon;
  }

  async do(deed: Deed): Promise<void> {
    switch (deed.type) {
      case "read":
        return await this.#read(deed.name, deed.method, deed.offset, deed.length);
      case "clear":
        return await this.#read(deed.name, "clearProcessLogs");
      case "tail":
        return await this.#tail(deed.name);
      case "follow":
        return await (deed.by === "ctl"
          ? this.#followByCtl(deed.name, deed.ms)
          : this.#followByHttp(deed.name, deed.ms));
      case "drop":
        return await this.#drop(deed.bytes, deed.half, deed.ms);
      case "status":
        return await this.#status();
      case "reopen":
        return this.#daemon.kill("SIGUSR2");
    }
  }

  async #read(name: string, method: string, ...numbers: readonly number[]): Promise<void> {
    try {
      await this.#lab.rpc(`supervisor.${method}`, name, ...numbers);
    } catch (error) {
      const fault = error instanceof RpcFault ? faultNameOf(error.code) : undefined;
      const isAllowed = fault === "BAD_NAME" && isMutable(name) ||
        fault === "NO_FILE" && method.startsWith("read");
      if (!isAllowed) throw new Violation(`${method} of ${name}: ${error}`);
    }
  }

  async #tail(name: string): Promise<void> {
    const { stdout } = await ctl(this.#lab, "tail", name);
    if (/ERROR \(no such process name\)/.test(stdout) && !isMutable(name)) {
      throw new Violation(`ctl tail ${name}: ${stdout}`);
    }
  }

  async #status(): Promise<void> {
    const { stdout } = await ctl(this.#lab, "status");
    const least = [...PROCESSES.keys()].filter((name) => !isMutable(name)).length;
    const count = stdout.trim().split("\n").length;
    if (count < least || count > PROCESSES.size) throw new Violation(`ctl status: ${stdout}`);
  }

  async #followByCtl(name: string, ms: number): Promise<void> {
    const words = ["ctl", "-c", this.#lab.path(CTL_CONF), "tail", "-f", name];
    const child = this.#lab.start([VISOR, ...words], { stdio: "ignore" });
    const ended = new Promise((resolve) => child.once("exit", resolve));
    await Promise.race([ended, sleep(ms)]);
    if (child.exitCode === null && child.signalCode === null) signal(child.pid!, "SIGTERM");
    await ended;
  }

  /** Reads a little, and is gone. */
  #followByHttp(name: string, ms: number): Promise<void> {
    return new Promise((resolve, reject) => {
      const request = http.request(
        { socketPath: this.#lab.socket, agent: false, path: `/logtail/${name}` },
        (reply) => {
          reply.resume();
          reply.once("error", () => {});
          const isAllowed = reply.statusCode === 200 ||
            reply.statusCode === 404 && isMutable(name);
          setTimeout(() => {
            request.destroy();
            if (isAllowed) resolve();
            else reject(new Violation(`/logtail/${name}: ${reply.statusCode}`));
          }, ms);
        },
      );
      request.once("error", () => resolve());
      request.end();
    });
  }

  /** A connection on which a request begins, or several that nobody reads the answers of. */
  #drop(bytes: string, half: boolean, ms: number): Promise<void> {
    return new Promise((resolve) => {
      const socket = net.connect(this.#lab.socket, () => {
        socket.write(bytes);
        if (half) socket.end();
      });
      socket.once("error", () => {});
      setTimeout(() => {
        socket.destroy();
        resolve();
      }, ms);
    });
  }
}

function isMutable(name: string): boolean {
  return GROUPS.get(groupOf(name))!.mutable;
}
