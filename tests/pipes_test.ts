/** How programs' output is read, where the kernel can watch all pipes at once and where it cannot. */
import assert from "node:assert/strict";
import fs from "node:fs";
import { have, labTests, program, skipAloud, VISOR } from "./support/lab.ts";

const test = labTests();

const LINES = `sh -c 'for i in 1 2 3; do echo "$i of $0"; done; exec sleep 1000'`;

for (const call of ["io_setup", "io_submit", "epoll_create1"]) {
  test(`without ${call} each pipe is watched by itself`, async (lab) => {
    if (!have("strace")) return skipAloud("there is no strace");
    const names = ["a", "b", "c"];
    lab.config(
      names.map((name) =>
        program(name, LINES.replace("$0", name), {
          stdout_logfile: `${lab.dir}/${name}.log`,
        })
      ).join(""),
    );
    // The runtime's own epoll set is its first, also of the one that visor starts anew as.
    const when = call === "epoll_create1" ? "3+" : "1+";
    const strace = ["strace", "-f", "-qq", "-o", lab.path("trace"), "-e", `trace=${call}`];
    const inject = ["-e", `inject=${call}:error=ENOSYS:when=${when}`];
    const daemon = [VISOR, "daemon", "-n", "-c", lab.conf];
    await lab.daemon([], { command: [...strace, ...inject, ...daemon], impatient: true });
    for (const name of names) {
      await lab.until(
        () => lab.read(`${name}.log`) === `1 of ${name}\n2 of ${name}\n3 of ${name}\n`,
        `the lines of ${name}`,
      );
    }
    assert.match(lab.read("trace"), /ENOSYS.*INJECTED/);
    const { pid } = await lab.info("a");
    assert.ok(fs.existsSync(`/proc/${pid}`));
    await lab.ctl("shutdown");
  });
}
