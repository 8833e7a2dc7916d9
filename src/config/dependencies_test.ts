import assert from "node:assert/strict";
import { test } from "node:test";
import type { ProcessConfig } from "../model/config.ts";
import { describe } from "./problems.ts";
import { check, conf, load } from "./testing.ts";

/** The programs that there are in every case; `web` is for it to say. */
const AROUND = [
  "[program:db]\ncommand=cat\nhealthcheck_tcp=localhost:9",
  "[program:many]\ncommand=cat\nnumprocs=2\nprocess_name=m%(process_num)d",
  "[program:loop]\ncommand=cat\nautorestart=true",
  "[program:job]\ncommand=cat\nhealthcheck_tcp=localhost:9",
  "[program:mail]\ncommand=cat\nhealthcheck_tcp=localhost:9",
  "[group:site]\nprograms=job,mail",
  "[program:ready]\ncommand=cat",
  "[group:a]\nprograms=ready",
  "[program:b]\ncommand=cat",
  "[group:c]\nprograms=b",
  "[program:c]\ncommand=cat",
  "[group:d]\nprograms=c",
  "[fcgi-program:fast]\ncommand=cat\nsocket=tcp://127.0.0.1:9",
  "[eventlistener:ear]\ncommand=cat\nevents=TICK_5",
];

function withWeb(...options: readonly string[]): string {
  return conf(...AROUND, "[program:web]", "command=cat", ...options);
}

function processOf(text: string, group: string, name = group): ProcessConfig {
  const found = load(text).groups.find((each) => each.name === group);
  return found!.processes.find((process) => process.name === name)!;
}

const accepted = [
  { written: "", means: null },
  { written: "db", means: ["db:* started"] },
  { written: "db:ready", means: ["db:* ready"] },
  { written: " db:healthy ,\n  job:completed", means: ["db:* healthy", "site:job completed"] },
  { written: "many", means: ["many:* started"] },
  { written: "many:m1", means: ["many:m1 started"] },
  { written: "many:m1:ready", means: ["many:m1 ready"] },
  { written: "site", means: ["site:* started"] },
  { written: "site:*", means: ["site:* started"] },
  { written: "site:*:healthy", means: ["site:* healthy"] },
  { written: "site:mail:started", means: ["site:mail started"] },
  { written: "a:ready:started", means: ["a:ready started"] },
  { written: "a:*:ready", means: ["a:* ready"] },
  { written: "c:*, d:c", means: ["c:* started", "d:c started"] },
  { written: "fast, ear", means: ["fast:* started", "ear:* started"] },
  { written: "%(ENV_DB)s", means: ["db:* started"] },
];

for (const { written, means } of accepted) {
  test(`depends_on=${JSON.stringify(written)} means ${means?.join(", ")}`, () => {
    const text = withWeb(`depends_on=${written}`);
    const { groups } = load(text, { env: { DB: "db" } });
    const [web] = groups.find(({ name }) => name === "web")!.processes;
    const told = web!.depends_on?.map(({ group, process, condition }) =>
      `${group}:${process ?? "*"} ${condition}`
    );
    assert.deepEqual(told ?? null, means);
  });
}

const WEB = "/etc/v/main.conf:40: [program:web] depends_on: ";
const FORM = "expected name, name:condition, group:process or group:process:condition, " +
  "with commas between, got ";

const refused = [
  { written: "dv", says: `there is no program "dv"` },
  { written: "mayl", says: `there is no program "mayl"; did you mean mail?` },
  { written: "sight:job", says: `there is no group "sight"` },
  {
    written: "site:jub",
    says: `the group site has no process "jub", nor is that a condition; did you mean job?`,
  },
  {
    written: "db:helthy",
    says: `the group db has no process "helthy", nor is that a condition; did you mean healthy?`,
  },
  {
    written: "job:redy",
    says: `expected one of started, ready, healthy, completed at its end, got "redy"; ` +
      "did you mean ready?",
  },
  {
    written: "site:job:up",
    says: `expected one of started, ready, healthy, completed at its end, got "up"`,
  },
  { written: "db job", says: `${FORM}"db job"` },
  { written: "db,", says: `${FORM}""` },
  { written: ":db", says: `${FORM}":db"` },
  { written: "a:b:c:ready", says: `${FORM}"a:b:c:ready"` },
  {
    written: "a:ready",
    says: "the group a has a process that is called ready, which is a condition, too: " +
      "write a:ready:started for that process, or a:*:ready for the group",
  },
  {
    written: "c",
    says: "there is a group c and a program c: write c:* for the group, or d:c for the program",
  },
  { written: "web", says: "web would wait for itself: web -> web" },
  {
    written: "loop:completed",
    says: "loop never completes: it has autorestart=true; " +
      "expected unexpected or false for what is to end",
  },
  {
    written: "loop:healthy",
    says: "loop is never healthy: nothing checks it; " +
      "expected a healthcheck_command, _http or _tcp where it is described",
  },
];

for (const { written, says } of refused) {
  test(`depends_on=${written} is refused with its line`, () => {
    const { errors } = check(withWeb(`depends_on=${written}`));
    assert.deepEqual(errors.map(describe), [WEB + says]);
  });
}

test("every mistake is told, each with the line that it is on", () => {
  const text = conf(
    "[program:a]\ncommand=cat\ndepends_on=b,\n  nope,\n  a",
    "[program:b]\ncommand=cat\ndepends_on=c",
    "[program:c]\ncommand=cat\ndepends_on=b",
    "[program:d]\ncommand=cat\nnumprocs=2\nprocess_name=%(process_num)d\ndepends_on=lost",
  );
  assert.deepEqual(check(text).errors.map(describe), [
    `/etc/v/main.conf:5: [program:a] depends_on: there is no program "nope"`,
    `/etc/v/main.conf:17: [program:d] depends_on: there is no program "lost"`,
    "/etc/v/main.conf:9: [program:b] depends_on: these would wait for each other: b -> c -> b",
    "/etc/v/main.conf:4: [program:a] depends_on: a would wait for itself: a -> a",
  ]);
});

test("a member that waits for its group would wait for itself", () => {
  const text = conf("[group:g]\nprograms=x", "[program:x]\ncommand=cat\ndepends_on=g:*");
  const [error] = check(text).errors;
  assert.match(error!.detail, /g:x would wait for itself: g:x -> g:x/);
});

test("each process of a program can depend on one of another", () => {
  const text = withWeb(
    "numprocs=2",
    "process_name=w%(process_num)d",
    "depends_on=many:m%(process_num)d",
  );
  assert.deepEqual(processOf(text, "web", "w1").depends_on, [
    { group: "many", process: "m1", condition: "started" },
  ]);
});

test("a program in two groups is depended on in both", () => {
  const text = withWeb("depends_on=db") + "\n[group:one]\nprograms=db\n[group:two]\nprograms=db\n";
  assert.deepEqual(processOf(text, "web").depends_on?.map(({ group }) => group), ["one", "two"]);
});

test("what starts with the daemon and waits for what does not is worth a warning", () => {
  const text = conf(
    "[program:db]\ncommand=cat\nautostart=false",
    "[program:web]\ncommand=cat\nnumprocs=2\nprocess_name=w%(process_num)d\ndepends_on=db",
  );
  assert.deepEqual(check(text).warnings.map(describe), [
    "/etc/v/main.conf:9: [program:web] depends_on: web:w0 starts with the daemon, but db, which it " +
    "waits for, does not: it has autostart=false",
  ]);
});
