import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import type { CliDescription } from "./completion_data.ts";
import { completionScript, type Shell } from "./completions.ts";

const description: CliDescription = {
  program: "visor",
  commands: [
    {
      name: "daemon",
      link: "supervisord",
      summary: "Supervise, as the file's `author` $(wants)",
      options: [{ flags: ["-d", "--directory"], summary: "Where to: there", value: "folder" }],
    },
    {
      name: "ctl",
      link: "supervisorctl",
      summary: "Ask a daemon",
      options: [
        { flags: ["-s", "--serverurl"], summary: "Which daemon", value: "text" },
        { flags: ["-i"], summary: "Prompt" },
        { flags: ["--json"], summary: "Document" },
      ],
      actions: [
        { name: "start", summary: "Start processes", takes: "processes" },
        {
          name: "status",
          summary: "Show them",
          takes: "processes",
          options: ["--json", "--watch"],
        },
        { name: "update", summary: "Reread", takes: "groups" },
        { name: "help", summary: "Explain", takes: "actions" },
        { name: "shutdown", summary: "End" },
      ],
    },
  ],
};

/** A visor that knows three processes, one with a name that a shell must not run. */
const STAND_IN = `#!/bin/sh
[ "$*" = "ctl -s unix:///x status" ] || { echo Server requires authentication; exit 1; }
echo 'a                                RUNNING   pid 7, uptime 0:00:01'
echo 'g:m                              STOPPED   Not started'
echo '$(touch\${IFS}bad)               FATAL     '
`;

const folder = mkdtempSync(join(tmpdir(), "completions-"));
after(() => rmSync(folder, { recursive: true }));
writeFileSync(join(folder, "visor"), STAND_IN);
chmodSync(join(folder, "visor"), 0o755);
const shells: readonly Shell[] = ["bash", "zsh", "fish"];
for (const shell of shells) {
  writeFileSync(join(folder, `script.${shell}`), completionScript(shell, description));
}

function isInstalled(shell: Shell): boolean {
  try {
    execFileSync(shell, ["-c", "exit 0"]);
    return true;
  } catch {
    return false;
  }
}

for (const shell of shells) {
  test(`completionScript() writes ${shell} that parses`, { skip: !isInstalled(shell) }, () => {
    execFileSync(shell, ["-n", join(folder, `script.${shell}`)]);
  });

  test(`completionScript() for ${shell} serves the links too`, () => {
    assert.match(completionScript(shell, description), /'supervisorctl'/);
  });
}

/** What bash would offer for a line with the cursor at its end. */
function offered(line: string): string[] {
  const ask =
    'source script.bash; COMP_LINE=$1; COMP_POINT=${#1}; _visor; printf "%s\\n" "${COMPREPLY[@]}"';
  const env = { PATH: `${folder}:/usr/bin:/bin` };
  const options = { cwd: folder, env, encoding: "utf8" } as const;
  const output = execFileSync("bash", ["-c", ask, "bash", line], options);
  return output.trim() === "" ? [] : output.trimEnd().split("\n");
}

const cases = [
  { line: "visor ", offers: ["daemon", "ctl"] },
  { line: "visor c", offers: ["ctl"] },
  { line: "visor ctl s", offers: ["start", "status", "shutdown"] },
  { line: "visor ctl -", offers: ["-s", "--serverurl", "-i", "--json"] },
  { line: "supervisorctl -i s", offers: ["start", "status", "shutdown"] },
  { line: "visor ctl help up", offers: ["update"] },
  {
    line: "visor ctl -s unix:///x start ",
    offers: ["a", "g:*", "g:m", "\\$\\(touch\\$\\{IFS\\}bad\\)"],
  },
  { line: "visor ctl -s unix:///x start g:", offers: ["*", "m"] },
  { line: "visor ctl -s unix:///x update g", offers: ["g"] },
  { line: "visor ctl --json -s unix:///x start a", offers: ["a"] },
  { line: "visor ctl status -", offers: ["--json", "--watch"] },
  { line: "supervisorctl -i status a --w", offers: ["--watch"] },
  { line: "visor ctl start ", offers: [] },
  { line: "visor ctl shutdown ", offers: [] },
  { line: "supervisord script.b", offers: ["script.bash"] },
];

for (const { line, offers } of cases) {
  test(`bash completes "${line}"`, { skip: !isInstalled("bash") }, () => {
    assert.deepEqual(offered(line), offers);
  });
}
