/** When what has ended is started again, where a program has options of ours for that. */
import assert from "node:assert/strict";
import fs from "node:fs";
import { fileURLToPath } from "node:url";
import { type Lab, labTests, program } from "./support/lab.ts";

const test = labTests();

const EXAMPLE = fileURLToPath(new URL("examples/restart.conf", import.meta.url));

interface Details {
  readonly state: string;
  readonly description: string;
  readonly next_try_at: number | null;
  readonly spawnerr: string | null;
}

async function details(lab: Lab, name: string): Promise<Details & { readonly now: number }> {
  const { body } = await lab.http("GET", `/api/v1/processes?name=${name}`);
  const { now, processes: [process] } = JSON.parse(body);
  return { ...process, now };
}

/** Whole milliseconds between what the log says happened. */
function pauses(lab: Lab, pattern: RegExp): number[] {
  const times = lab.log().split("\n").filter((line) => pattern.test(line))
    .map((line) => Date.parse(line.slice(0, 23).replace(",", ".").replace(" ", "T")));
  return times.slice(1).map((time, i) => time - times[i]!);
}

test("the example of the README does what it says", async (lab) => {
  lab.write("s.conf", fs.readFileSync(EXAMPLE, "utf8"));
  await lab.daemon();
  const { exitstatus } = await lab.state("migrate", "EXITED");
  assert.equal(exitstatus, 0);
  await lab.state("crasher", "FATAL");
  assert.equal((await details(lab, "crasher")).spawnerr, "restarted 3 times in 60 s");
  assert.equal(lab.logged(/spawned: 'crasher'/).length, 4);
  assert.deepEqual(lab.logged(/gave up/), [
    "INFO gave up: crasher entered FATAL state, restarted 3 times in 60 s",
  ]);
  await lab.until(() => lab.logged(/slowed down/)[0], "flaky is slow");
  assert.deepEqual(lab.logged(/slowed down/), [
    "WARN slowed down: flaky was restarted 2 times in 60 s",
  ]);
  const flaky = await details(lab, "flaky");
  assert.match(flaky.description, /^\w+ \d+ \d+:\d+ [AP]M, next try in 0:00:5\d$/);
  assert.ok(flaky.next_try_at! - flaky.now > 40_000, `${flaky.next_try_at! - flaky.now} ms`);
  await lab.until(() => lab.logged(/spawned: 'worker'/).length >= 3, "worker is tried again");
  const worker = await details(lab, "worker");
  assert.ok(["STARTING", "BACKOFF"].includes(worker.state), worker.state);
  const { stdout } = await lab.ctl("start", "crasher");
  assert.equal(stdout, "crasher: started\n", "an operator's start begins at the beginning");
});

test("restartbackoff makes each wait longer, in BACKOFF and after RUNNING", async (lab) => {
  const options = { autorestart: "true", restartdelaysecs: 0.1, restartbackoff: "3, 60" };
  lab.config(
    program("ends", "true", options) +
      program("fails", "true", { ...options, startsecs: 10, startretries: 4 }),
  );
  await lab.daemon();
  for (const name of ["ends", "fails"]) {
    const pattern = new RegExp(`spawned: '${name}'`);
    await lab.until(() => lab.logged(pattern).length >= 4, `${name} is started four times`);
    const [first, second, third] = pauses(lab, pattern);
    assert.ok(first! >= 98 && second! >= 298 && third! >= 898, `${[first, second, third]} ms`);
  }
  const { description, next_try_at, now } = await details(lab, "ends");
  assert.match(description, /, next try in 0:00:0\d$/);
  assert.ok(next_try_at! > now - 1000 && next_try_at! < now + 10_000);
  const status = (await lab.ctl("status", "fails")).stdout;
  assert.match(status, /BACKOFF +Exited too quickly .*, next try in 0:00:0\d\n/);
});

test("a wait for a restart can be stopped", async (lab) => {
  lab.config(program("web", "true", { autorestart: "true", restartdelaysecs: 600 }));
  await lab.daemon();
  await lab.state("web", "EXITED");
  assert.equal((await lab.ctl("stop", "web")).stdout, "web: stopped\n");
  assert.equal((await details(lab, "web")).next_try_at, null);
  assert.equal((await lab.ctl("start", "web")).stdout, "web: started\n");
  assert.equal(lab.logged(/spawned: 'web'/).length, 2);
});

test("a oneshot is tried again after a failure, and is done after a success", async (lab) => {
  const once = `sh -c "test -e done && exit 0; touch done; exit 3"`;
  const options = { type: "oneshot", directory: lab.dir, restartdelaysecs: 0.1 };
  lab.config(
    program("job", once, options) +
      program("hopeless", `sh -c "exit 3"`, { ...options, startretries: 1 }) +
      program("never", `sh -c "exit 3"`, { ...options, autorestart: "false" }),
  );
  await lab.daemon();
  await lab.state("hopeless", "FATAL");
  assert.equal((await lab.info("hopeless")).spawnerr, "Bad exit code 3");
  assert.equal(lab.logged(/spawned: 'hopeless'/).length, 2);
  const done = async () => {
    const { statename, exitstatus } = await lab.info("job");
    return statename === "EXITED" && exitstatus === 0;
  };
  await lab.until(done, "the job is done");
  assert.equal(lab.logged(/spawned: 'job'/).length, 2);
  assert.equal((await lab.state("never", "EXITED")).exitstatus, 3);
  assert.equal(lab.logged(/spawned: 'never'/).length, 1);
});

test("startretries=-1 never gives up, and a status without options of ours is as ever", async (lab) => {
  lab.config(program("web", "/no/such/program", { startretries: -1, startsecs: 1 }));
  await lab.daemon();
  await lab.until(() => lab.logged(/spawnerr/).length >= 2, "it is tried again");
  const { state, description } = await details(lab, "web");
  assert.deepEqual([state, description], ["BACKOFF", "can't find command '/no/such/program'"]);
});

test("contradictions are told with their places", async (lab) => {
  lab.config(program("job", "true", { type: "oneshot", autorestart: "true" }));
  const { status, stderr } = await lab.visor("daemon", "--check", "-c", lab.conf);
  assert.equal(status, 2);
  assert.match(stderr, /s\.conf:\d+: \[program:job\] autorestart: expected unexpected/);
});
