/** Programs as they come from Debian, with the sections that people write for them. */
import assert from "node:assert/strict";
import fs from "node:fs";
import process from "node:process";
import { spawnSync } from "node:child_process";
import {
  have,
  isAlive,
  isRoot,
  type Lab,
  labTests,
  program,
  type Ran,
  signal,
  skipAloud,
} from "./support/lab.ts";

const test = labTests();

/** Whom a program runs as: an account of its package, or us where we cannot choose. */
interface Owner {
  readonly uid: number;
  readonly gid: number;
  /** Options of its section. */
  readonly options: Readonly<Record<string, string>>;
}

function ownerCalled(name: string): Owner {
  if (!isRoot) return { uid: process.getuid!(), gid: process.getgid!(), options: {} };
  const id = (what: string) => Number(spawnSync("id", [what, name], { encoding: "utf8" }).stdout);
  return { uid: id("-u"), gid: id("-g"), options: { user: name } };
}

/** A folder of the owner's in the lab, which others may then pass through. */
function ownFolder(lab: Lab, name: string, { uid, gid }: Owner): void {
  fs.chmodSync(lab.dir, 0o711);
  fs.mkdirSync(lab.path(name), { mode: 0o700 });
  fs.chownSync(lab.path(name), uid, gid);
}

/** Kills the process that visor started, and waits for the one that takes its place. */
async function crash(lab: Lab, name: string): Promise<void> {
  const { pid } = await lab.state(name, "RUNNING");
  signal(pid, "SIGKILL");
  await lab.until(async () => {
    const info = await lab.info(name);
    return info.statename === "RUNNING" && info.pid !== pid;
  }, `${name} runs again`);
}

test("redis answers, saves when it is stopped, and is back after a crash", async (lab) => {
  if (!have("redis-server")) return skipAloud("redis-server is not installed");
  const owner = ownerCalled("redis");
  ownFolder(lab, "redis", owner);
  lab.write("redis.conf", "port 0\nunixsocket {dir}/redis/s\ndir {dir}/redis\nsave 3600 1000\n");
  lab.config(program("redis", "/usr/bin/redis-server {dir}/redis.conf", {
    ...owner.options,
    autorestart: "true",
    stopwaitsecs: 30,
    stdout_logfile: "{dir}/redis.log",
  }));
  await lab.daemon();
  const cli = async (...words: string[]) =>
    (await lab.run(["redis-cli", "-s", lab.path("redis/s"), ...words])).stdout.trim();
  const up = () => lab.until(async () => await cli("ping") === "PONG", "it answers");
  await up();
  assert.equal(await cli("set", "colour", "green"), "OK");
  assert.equal((await lab.ctl("stop", "redis")).stdout, "redis: stopped\n");
  assert.match(lab.read("redis.log"), /DB saved on disk[^]*bye bye/);
  assert.match(lab.logged(/redis/).at(-1)!, /^INFO stopped: redis \(exit status 0\)$/);
  await lab.ctl("start", "redis");
  await up();
  assert.equal(await cli("get", "colour"), "green");
  await crash(lab, "redis");
  await up();
  assert.equal(await cli("get", "colour"), "green");
});

/** The folder with the newest server's programs, if there is one. */
function postgresPrograms(): string | undefined {
  const versions = "/usr/lib/postgresql";
  if (!fs.existsSync(versions)) return undefined;
  const newest = fs.readdirSync(versions).toSorted((a, b) => Number(a) - Number(b)).at(-1);
  return newest && fs.existsSync(`${versions}/${newest}/bin/postgres`)
    ? `${versions}/${newest}/bin`
    : undefined;
}

interface Postgres {
  /** The words of a client that runs a statement. */
  client(sql: string): string[];
  ask(sql: string): Promise<Ran>;
  log(): string;
}

/** A database of the lab's own, running. */
async function postgres(lab: Lab, bin: string): Promise<Postgres> {
  const owner = ownerCalled("postgres");
  ownFolder(lab, "data", owner);
  const { uid, gid } = owner;
  const init = [
    `${bin}/initdb`,
    "--no-sync",
    "--no-locale",
    "--auth=trust",
    "--username=lab",
    "-D",
  ];
  const made = await lab.run([...init, lab.path("data")], { uid, gid, cwd: "/" });
  assert.equal(made.status, 0, made.stderr);
  const settings = [
    "listen_addresses = ''",
    "unix_socket_directories = '{dir}/data'",
    "lc_messages = C",
  ];
  lab.write("postgresql.conf", `${settings.join("\n")}\n`);
  const command = `${bin}/postgres -D {dir}/data -c config_file={dir}/postgresql.conf`;
  lab.config(program("postgres", command, {
    ...owner.options,
    autorestart: "true",
    startsecs: 1,
    stopsignal: "INT",
    stopwaitsecs: 60,
    redirect_stderr: "true",
    stdout_logfile: "{dir}/postgres.log",
  }));
  await lab.daemon();
  const options = ["-h", lab.path("data"), "-U", "lab", "-d", "postgres", "-qAt"];
  const client = (sql: string) => [`${bin}/psql`, ...options, "-c", sql];
  const ask = (sql: string) => lab.run(client(sql));
  await lab.until(async () => (await ask("select 1")).stdout === "1\n", "it answers");
  return { client, ask, log: () => lab.read("postgres.log") };
}

test("postgres with stopsignal=INT stops cleanly while a query runs", async (lab) => {
  const bin = postgresPrograms();
  if (!bin) return skipAloud("postgresql is not installed");
  const database = await postgres(lab, bin);
  const query = lab.start(database.client("select pg_sleep(1000)"), { stdio: "ignore" });
  const busy = "select count(*) from pg_stat_activity where query ~ '^select pg_sleep'";
  await lab.until(async () => (await database.ask(busy)).stdout === "1\n", "the query runs");
  const stopped = await lab.ctl("stop", "postgres");
  assert.equal(stopped.stdout, "postgres: stopped\n");
  assert.match(lab.logged(/stopped: postgres/)[0]!, /exit status 0/);
  const log = database.log();
  assert.match(log, /received fast shutdown request[^]*database system is shut down\n$/);
  await lab.until(() => !isAlive(query.pid!), "the client is told");
  await lab.ctl("start", "postgres");
  await lab.until(async () => (await database.ask("select 1")).status === 0, "it answers");
  assert.doesNotMatch(database.log(), /not properly shut down/);
});

test("postgres whose postmaster is killed comes back and recovers", async (lab) => {
  const bin = postgresPrograms();
  if (!bin) return skipAloud("postgresql is not installed");
  const database = await postgres(lab, bin);
  const created = await database.ask("create table t as select generate_series(1, 1000) as n");
  assert.equal(created.status, 0, created.stderr);
  lab.start(database.client("select pg_sleep(1000)"), { stdio: "ignore" });
  await crash(lab, "postgres");
  const count = async () => (await database.ask("select count(*) from t")).stdout;
  await lab.until(async () => await count() === "1000\n", "it has what it had");
  assert.match(database.log(), /automatic recovery in progress/);
  assert.equal((await lab.ctl("stop", "postgres")).stdout, "postgres: stopped\n");
  assert.match(database.log(), /database system is shut down\n$/);
});
