import assert from "node:assert/strict";
import { test } from "node:test";
import type { GroupStep, ProcessStep, UpdateDocument } from "../model/update.ts";
import { fault } from "../rpc/faults.ts";
import { ctl } from "./fake_daemon.ts";

/** `web -+`: `-` stops, `+` starts. */
function process(
  action: ProcessStep["action"],
  told: string,
  changes: ProcessStep["changes"] = [],
): ProcessStep {
  const [name = "", signs = ""] = told.split(" ");
  return { name, action, stops: signs.includes("-"), starts: signs.includes("+"), changes };
}

const option = (option: string, from: string | null, to: string | null) => (
  { option, from, to, names: null }
);
const priority = option("priority", "999", "5");
const command = option("command", '"a"', '"b"');
const wait = option("stopwaitsecs", "10", "30");
const environment = { option: "environment", from: null, to: null, names: "A changed, B added" };

function step(
  action: GroupStep["action"],
  group: string,
  processes: readonly ProcessStep[],
  changes: GroupStep["changes"] = [],
): GroupStep {
  return { group, action, changes, processes };
}

interface Case {
  readonly step: GroupStep;
  /** What `plan` says, and what `update` does. */
  readonly plan: readonly string[];
  readonly update: readonly string[];
}

const numprocs = (from: number, to: number) => option("numprocs", String(from), String(to));
const numbers = (count: number) => Array.from({ length: count }, (_, i) => `w_${i}`);

const cases: readonly Case[] = [
  {
    step: step("add", "web", [process("add", "web +")]),
    plan: ["web: add and start"],
    update: ["web: added process group"],
  },
  {
    step: step("add", "web", [process("add", "web")]),
    plan: ["web: add, not start (autostart=false)"],
    update: ["web: added process group"],
  },
  {
    step: step("add", "w", numbers(5).map((name) => process("add", `${name} +`))),
    plan: ["w: add and start w_0 ... w_4 (5 processes)"],
    update: ["w: added process group"],
  },
  {
    step: step("remove", "old", [process("remove", "old -")]),
    plan: ["old: stop and remove"],
    update: ["old: stopped", "old: removed process group"],
  },
  {
    step: step("remove", "old", [process("remove", "old")]),
    plan: ["old: remove"],
    update: ["old: stopped", "old: removed process group"],
  },
  {
    step: step("replace", "web", [process("change", "web -+", [command, environment])]),
    plan: ['web: restart (command: "a" -> "b"; environment: A changed, B added)'],
    update: ["web: stopped", "web: updated process group"],
  },
  {
    step: step("replace", "web", [process("change", "web -", [command])]),
    plan: ['web: stop and leave down (command: "a" -> "b")'],
    update: ["web: stopped", "web: updated process group"],
  },
  {
    step: step("replace", "web", [process("change", "web", [command])]),
    plan: ['web: leave down (command: "a" -> "b")'],
    update: ["web: stopped", "web: updated process group"],
  },
  {
    step: step("replace", "web", [process("change", "web -+", [priority])], [priority]),
    plan: ["web: restart (priority: 999 -> 5)"],
    update: ["web: stopped", "web: updated process group"],
  },
  {
    step: step("replace", "g", [process("change", "a -+"), process("change", "b -+")], [priority]),
    plan: ["g: restart as a whole (priority: 999 -> 5)"],
    update: ["g: stopped", "g: updated process group"],
  },
  {
    step: step("change", "w", [process("add", "w_2 +"), process("add", "w_3 +")], [numprocs(2, 4)]),
    plan: ["w: start w_2, w_3 (numprocs: 2 -> 4)"],
    update: ["w:w_2: added", "w:w_3: added"],
  },
  {
    step: step("change", "w", [process("add", "w_1")], [numprocs(1, 2)]),
    plan: ["w:w_1: add, not start (numprocs: 1 -> 2)"],
    update: ["w:w_1: added, not started"],
  },
  {
    step: step("change", "w", [process("remove", "w_0"), process("remove", "w_1 -")], [
      numprocs(3, 1),
    ]),
    plan: ["w:w_0: remove (numprocs: 3 -> 1)", "w:w_1: stop and remove (numprocs: 3 -> 1)"],
    update: ["w:w_0: removed", "w:w_1: stopped and removed"],
  },
  {
    step: step("change", "g", [
      process("change", "a -+", [command]),
      process("change", "b", [wait]),
      process("change", "c", [option("stdout_logfile", '"AUTO"', '"/x"')]),
      process("change", "d +", [wait]),
      process("change", "e -", [option("autostart", "true", "false")]),
    ]),
    plan: [
      'g:a: restart (command: "a" -> "b")',
      "g:b: in place (stopwaitsecs: 10 -> 30)",
      'g:c: in place (stdout_logfile: "AUTO" -> "/x")',
      "g:d: start (stopwaitsecs: 10 -> 30)",
      "g:e: stop and leave down (autostart: true -> false)",
    ],
    update: [
      "g:a: restarted",
      "g:b: options changed, not restarted",
      "g:c: logs changed, not restarted",
      "g:d: options changed, started",
      "g:e: stopped, options changed",
    ],
  },
  {
    step: step("change", "w", numbers(6).map((name) => process("change", name, [wait]))),
    plan: ["w: in place w_0 ... w_5 (6 processes) (stopwaitsecs: 10 -> 30)"],
    update: numbers(6).map((name) => `w:${name}: options changed, not restarted`),
  },
  {
    step: step("change", "g", []),
    plan: ["g: in place"],
    update: ["g: options changed, not restarted"],
  },
];

function document(more: Partial<UpdateDocument>): UpdateDocument {
  return { schema: 1, dry_run: false, steps: [], troubles: [], unknown: [], ...more };
}

/** A daemon that answers so, and what it was asked for. */
function daemon(answer: UpdateDocument | { error: unknown }) {
  const asked: unknown[] = [];
  const api = { "POST /update": (order: unknown) => (asked.push(order), answer) };
  return { asked, api };
}

const linesOf = (stdout: string) => stdout.split("\n").slice(0, -1);

for (const { step, plan, update } of cases) {
  test(`plan says ${plan.join(", ")}`, async () => {
    const { asked, api } = daemon(document({ steps: [step] }));
    const run = await ctl("plan", { api });
    assert.deepEqual([linesOf(run.stdout), run.exitStatus], [plan, 6]);
    assert.deepEqual(asked, [{ dry_run: true }]);
  });

  test(`update says ${update.join(", ")}`, async () => {
    const { asked, api } = daemon(document({ steps: [step] }));
    const run = await ctl("update", { api });
    assert.deepEqual([linesOf(run.stdout), run.exitStatus], [update, 0]);
    assert.deepEqual(asked, [{ dry_run: false }]);
  });
}

const troubles: readonly (readonly [GroupStep, process: string | null, lines: string[]])[] = [
  [step("remove", "old", []), "old", [
    "old: stopped",
    "old: ERROR (why)",
    "old: has problems; not removing",
  ]],
  [step("replace", "web", []), null, [
    "web: stopped",
    "web: ERROR (why)",
    "web: has problems; not updating",
  ]],
  [step("change", "g", [process("remove", "a -"), process("add", "b +")]), "a", [
    "g:b: added",
    "g:a: ERROR (why)",
  ]],
];

for (const [step, process, lines] of troubles) {
  test(`update tells of trouble as ${lines.join(", ")}`, async () => {
    const { group } = step;
    const { api } = daemon(
      document({ steps: [step], troubles: [{ group, process, text: "why" }] }),
    );
    const run = await ctl("update", { api });
    assert.deepEqual([linesOf(run.stdout), run.exitStatus], [lines, 1]);
  });
}

const steps = [cases[0]!.step];
const others: readonly {
  readonly action: string;
  readonly answer: UpdateDocument | { error: unknown };
  readonly lines: readonly string[];
  readonly exitStatus?: number;
  readonly asked?: readonly unknown[];
}[] = [
  { action: "update", answer: document({}), lines: [] },
  { action: "plan", answer: document({}), lines: ["No config updates to processes"] },
  {
    action: "update all web",
    answer: document({}),
    lines: [],
    asked: [{ dry_run: false }],
  },
  {
    action: "update zz web zz",
    answer: document({ steps, unknown: ["zz"] }),
    lines: ["ERROR: no such group: zz", "web: added process group"],
    exitStatus: 1,
    asked: [{ groups: ["zz", "web"], dry_run: false }],
  },
  {
    action: "plan zz",
    answer: document({ steps, unknown: ["zz"] }),
    lines: ["web: add and start", "ERROR: no such group: zz"],
    exitStatus: 1,
    asked: [{ groups: ["zz"], dry_run: true }],
  },
  {
    action: "update --dry-run web",
    answer: document({ steps }),
    lines: ["web: add and start"],
    exitStatus: 6,
    asked: [{ groups: ["web"], dry_run: true }],
  },
  {
    action: "plan --json",
    answer: document({ steps: [] }),
    lines: [JSON.stringify(document({}))],
  },
  {
    action: "update --json --dry-run",
    answer: document({ steps }),
    lines: [JSON.stringify(document({ steps }))],
    exitStatus: 6,
  },
  {
    action: "update --json",
    answer: document({ unknown: ["zz"] }),
    lines: [JSON.stringify(document({ unknown: ["zz"] }))],
    exitStatus: 1,
  },
  {
    action: "update",
    answer: { error: { code: "SHUTDOWN_STATE", message: "SHUTDOWN_STATE" } },
    lines: ["ERROR: already shutting down"],
    exitStatus: 1,
  },
  {
    action: "update",
    answer: { error: { code: "CANT_REREAD", message: "CANT_REREAD: it's bad" } },
    lines: [
      `error: <class 'xmlrpc.client.Fault'>, <Fault 92: "CANT_REREAD: it's bad">: ` +
      "file: ctl line: 0",
    ],
    exitStatus: 1,
  },
  {
    action: "plan",
    answer: { error: { code: "CANT_REREAD", message: "CANT_REREAD: it's bad" } },
    lines: ["ERROR: CANT_REREAD: it's bad"],
    exitStatus: 1,
  },
];

for (const { action, answer, lines, exitStatus = 0, asked } of others) {
  test(`ctl ${action} says ${lines.join(", ") || "nothing"}`, async () => {
    const given = daemon(answer);
    const run = await ctl(action, { api: given.api });
    assert.deepEqual([linesOf(run.stdout), run.exitStatus], [lines, exitStatus]);
    if (asked) assert.deepEqual(given.asked, asked);
  });
}

test("plan and update --json need a daemon that has the API", async () => {
  for (const action of ["plan", "update --dry-run", "update --json"]) {
    const run = await ctl(action, { methods: { reloadConfig: fault("FAILED") } });
    assert.match(run.stdout, /the daemon has no such API/, action);
    assert.deepEqual([run.exitStatus, run.calls], [1, []]);
  }
});

test("an option that there is not is a mistake", async () => {
  for (const action of ["plan --dry-run", "update --force", "plan --json=yes"]) {
    const run = await ctl(action);
    assert.match(run.stdout, /^Error: (?:no such option: |option )--/, action);
    assert.equal(run.exitStatus, 2);
  }
});
