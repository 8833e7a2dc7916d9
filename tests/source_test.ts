/** The daemon from its source, on both runtimes: a supported way to run it. */
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { isAlive, labTests, program, signal } from "./support/lab.ts";

const test = labTests();

const CLI = fileURLToPath(new URL("../cli.ts", import.meta.url));
const COMPILE = fileURLToPath(new URL("../compile.sh", import.meta.url));

const runtimes: readonly (readonly [name: string, command: () => readonly string[]])[] = [
  ["Deno", () => [Deno.execPath(), "run", "-A", CLI]],
  ["Bun", () => [execFileSync("bash", [COMPILE, "--bun"], { encoding: "utf8" }).trim(), CLI]],
];

for (const [name, command] of runtimes) {
  test(`on ${name} programs are supervised from the source`, async (lab) => {
    const visor = command();
    const talk = `sh -c 'echo hello; echo oops >&2; exec sleep 1000'`;
    lab.config(
      program("web", talk, {
        stdout_logfile: "{dir}/out.log",
        stderr_logfile: "{dir}/err.log",
      }) +
        program("crash", "sh -c 'exit 3'", { startretries: 0, startsecs: 1 }) +
        program("stubborn", `sh -c "trap '' TERM; sleep 1000 & wait; wait"`, {
          stopwaitsecs: 1,
          killasgroup: "true",
        }),
    );
    const daemon = await lab.daemon([], {
      command: [...visor, "daemon", "-n", "-c", lab.conf],
    });
    const { pid } = await lab.state("web", "RUNNING");
    await lab.until(() => lab.read("out.log") === "hello\n", "its output");
    await lab.until(() => lab.read("err.log") === "oops\n", "its complaints");
    await lab.state("crash", "FATAL");
    signal(pid, "SIGKILL");
    await lab.until(async () => {
      const now = await lab.info("web");
      return now.statename === "RUNNING" && now.pid !== pid;
    }, "it is there again");
    const status = await lab.run([...visor, "ctl", "-c", lab.conf, "status"]);
    assert.match(status.stdout, /^web +RUNNING +pid \d+, uptime/m);
    assert.equal(status.status, 3);
    const ours = [await lab.info("web"), await lab.info("stubborn")].map((info) => info.pid);
    daemon.kill("SIGTERM");
    assert.equal(await daemon.end(), 0);
    assert.deepEqual(ours.filter(isAlive), []);
  });

  test(`on ${name} the daemon goes into the background from the source`, async (lab) => {
    const visor = command();
    lab.config(program("web"));
    const started = await lab.run([...visor, "daemon", "-c", lab.conf]);
    assert.deepEqual([started.status, started.stderr], [0, ""]);
    assert.match((await lab.ctl("status")).stdout, /^web +RUNNING/);
    assert.match((await lab.ctl("shutdown")).stdout, /Shut down/);
    await lab.until(() => lab.read("daemon.pid") === "", "it is gone");
  });
}
