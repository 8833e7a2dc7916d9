/** Opening the HTTP servers of a configuration. @see spec/processes.md §2, step 8 */
import type { Config, InetServerConfig, ServerConfig, UnixServerConfig } from "../model/config.ts";
import type { Clock } from "../platform/clock.ts";
import { ERRNO, errorCode } from "../platform/errno.ts";
import type { Answering } from "../platform/answering.ts";
import { type HttpServer, listenInet } from "../platform/http_server.ts";
import type { KeptNews } from "../platform/kept_file.ts";
import { portHolder } from "../platform/port_holder.ts";
import { PathTaken } from "../platform/socket_path.ts";
import { listenUnix } from "../platform/unix_server.ts";
import { pathRemedy } from "./path_remedy.ts";
import { StartError } from "./start_error.ts";

export interface ServerNotices {
  readonly clock: Clock;
  critical(text: string): void;
  warn(text: string): void;
  info(text: string): void;
  /** Told of a socket that was left behind and is replaced. */
  stale(path: string): void;
}

const IN_USE = "Another program is already listening on a port that one of our HTTP servers is " +
  "configured to use.  Shut this program down first before starting supervisord.";

/**
 * Opens all of them, or none.
 *
 * @throws {StartError}
 */
export async function openServers(
  config: Config,
  handlerFor: (server: ServerConfig) => Answering,
  notices: ServerNotices,
): Promise<readonly HttpServer[]> {
  const opened: HttpServer[] = [];
  try {
    for (const server of config.servers) {
      opened.push(await open(server, handlerFor(server), notices));
      for (const { name } of config.rpcinterfaces) {
        notices.info(`RPC interface '${name}' initialized`);
      }
      if (server.username === null) {
        notices.critical(
          `Server '${server.section}' running without any HTTP authentication checking`,
        );
        if (isExposed(server)) notices.warn(exposure(server));
      }
    }
    return opened;
  } catch (error) {
    await Promise.all(opened.map((server) => server.close()));
    throw error;
  }
}

/** Others than this machine can reach it. */
function isExposed(server: ServerConfig): server is InetServerConfig {
  return server.kind === "inet" && server.host !== "localhost" && !server.host.startsWith("127.");
}

function exposure({ section, host, port }: InetServerConfig): string {
  return `[${section}] listens on ${
    host || "*"
  }:${port} without a password: whoever reaches that ` +
    "address can run programs as this user. Set username= and password=, or listen on 127.0.0.1.";
}

async function open(
  server: ServerConfig,
  handler: Answering,
  { clock, stale, warn }: ServerNotices,
): Promise<HttpServer> {
  const onFull = () => warn(full(server));
  try {
    if (server.kind === "inet") {
      return await listenInet({ host: server.host, port: server.port, onFull }, handler);
    }
    return await listenUnix({
      path: server.file,
      mode: server.chmod,
      uid: server.chown?.user.id ?? -1,
      gid: server.chown?.group?.id ?? -1,
      clock,
      onStale: stale,
      onNews: (news) => warn(describe(news, server)),
      onFull,
    }, handler);
  } catch (error) {
    throw new StartError(explain(error, server), { cause: error });
  }
}

function full({ section }: ServerConfig): string {
  return `[${section}] refuses connections until others end: a server takes 4096, a quarter of the ` +
    "descriptors there may be (minfds=, up to the hard limit of open files), and none of the last.";
}

function describe(news: KeptNews, { section, file }: UnixServerConfig): string {
  switch (news.type) {
    case "restored":
      return `[${section}] ${file} was removed; it is made again`;
    case "taken":
      return `[${section}] ${file} was replaced by somebody else's: remove that to have it back`;
    case "lost":
      return `[${section}] ${file} was removed and cannot be made again (${news.reason}), trying on`;
  }
}

/** Supervisor's words, and which server it is about. */
function explain(error: unknown, server: ServerConfig): string {
  const code = errorCode(error);
  const where = server.kind === "unix"
    ? server.file + pathRemedy(code, server.file)
    : `${server.host || "*"}:${server.port}`;
  const holder = code === "EADDRINUSE" ? holderOf(error, server) : null;
  const held = holder === null ? "" : `, held by pid ${holder}`;
  const which = `([${server.section}] ${where}${held})`;
  if (code === undefined) return `Cannot open an HTTP server: ${(error as Error).message} ${which}`;
  if (code === "EADDRINUSE") return `${IN_USE} ${which}`;
  if (code === "ENOTFOUND" || code === "EAI_AGAIN") {
    return `Cannot open an HTTP server: socket.error reported -2 ${which}`;
  }
  const number = (ERRNO as Readonly<Record<string, number>>)[code];
  const shown = number === undefined ? code : `errno.${code} (${number})`;
  return `Cannot open an HTTP server: socket.error reported ${shown} ${which}`;
}

function holderOf(error: unknown, server: ServerConfig): number | null {
  if (server.kind === "inet") return portHolder(server.port);
  return error instanceof PathTaken ? error.pid : null;
}
