/** compile.sh, as those meet it who build. */
import assert from "node:assert/strict";
import fs from "node:fs";
import { dirname } from "node:path";
import process from "node:process";
import { executableFor, ROOT, TARGETS } from "../support/builds.ts";
import { type Lab, labTests, type Ran } from "../support/lab.ts";

const test = labTests();

type Variables = Readonly<Record<string, string>>;

function compile(
  folder: string,
  lab: Lab,
  words: readonly string[],
  env?: Variables,
): Promise<Ran> {
  return lab.run(["bash", `${folder}/compile.sh`, ...words], env ? { env } : {});
}

/** A second working copy, with what it has installed. */
async function copyOfSources(lab: Lab): Promise<string> {
  const folder = lab.path("elsewhere");
  fs.mkdirSync(folder);
  const names = ["cli.ts", "compile.sh", "deno.json", "deno.lock", "node_modules", "src"];
  const { status } = await lab.run(["cp", "-a", ...names.map((name) => ROOT + name), folder]);
  assert.equal(status, 0);
  return folder;
}

test("what is built does not depend on the folder, the user and the variables around", async (lab) => {
  const folder = await copyOfSources(lab);
  // Those that need nothing from the network, whose settings may be the user's.
  const targets = TARGETS.filter((target) => target.split("-")[1] === process.arch);
  const env = { HOME: lab.path("home"), USER: "another", NODE_ENV: "test", SECRET: "x".repeat(32) };
  const { status, stderr } = await compile(folder, lab, targets, env);
  assert.deepEqual({ status, stderr }, { status: 0, stderr: "" });
  for (const target of targets) {
    const built = fs.readFileSync(`${folder}/dist/visor-${target}`);
    assert.ok(built.equals(fs.readFileSync(executableFor(target))), target);
  }
});

const REFUSED: readonly (readonly [words: string, env: Variables, message: string])[] = [
  [
    "linux-x64 linux-sparc",
    {},
    `unknown target "linux-sparc": expected ${TARGETS.join(" ")} or all`,
  ],
  ["--instal", {}, `unknown target "--instal": expected ${TARGETS.join(" ")} or all`],
  ["linux-x64", { RUNTIME: "node" }, 'unknown RUNTIME "node": expected bun or deno'],
];

for (const [words, env, message] of REFUSED) {
  test(`compile.sh ${words} with ${JSON.stringify(env)} says what is wrong, and builds nothing`, async (lab) => {
    assert.deepEqual(await compile(ROOT, lab, words.split(" "), env), {
      status: 2,
      stdout: "",
      stderr: `compile.sh: ${message}\n`,
    });
  });
}

test("compile.sh says that Deno has no runtime for musl", async (lab) => {
  const { status, stderr } = await compile(ROOT, lab, ["linux-x64-musl"], { RUNTIME: "deno" });
  assert.equal(status, 1);
  assert.equal(stderr, "compile.sh: Deno has no runtime for linux-x64-musl; build it with Bun\n");
});

test("without a network, compile.sh says in a line what it cannot fetch, and leaves nothing", async (lab) => {
  const folder = await copyOfSources(lab);
  const other = TARGETS.find((target) => target.split("-")[1] !== process.arch)!;
  const { status, stdout, stderr } = await compile(folder, lab, [other], {
    PATH: `${dirname(Deno.execPath())}:${process.env.PATH}`, // npx would need the network, too
    DENO_DIR: lab.path("deno"),
    NPM_CONFIG_REGISTRY: "http://127.0.0.1:9/",
  });
  assert.deepEqual({ status, stdout }, { status: 1, stdout: "" });
  assert.match(
    stderr,
    new RegExp(`^compile\\.sh: cannot install Bun for ${other}: .+Connection refused.*\\n$`),
  );
  assert.deepEqual(fs.readdirSync(`${folder}/dist`), []);
});
