/** Four times as much takes about four times as long: no reader can be kept busy with one text. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { check } from "../../src/config/testing.ts";
import { readDotenv } from "../../src/config/dotenv.ts";
import { commandWords } from "../../src/config/lexer.ts";
import { complete } from "../../src/ctl/completion.ts";
import { select, statusLines } from "../../src/ctl/status.ts";
import { ctl, process } from "../../src/ctl/fake_daemon.ts";
import { VERBS } from "../../src/ctl/verbs.ts";
import { ListenerProtocol } from "../../src/events/listener_protocol.ts";
import { CaptureScanner } from "../../src/logs/capture.ts";
import { oneLine } from "../../src/logs/one_line.ts";
import { stripAnsi } from "../../src/logs/strip_ansi.ts";
import { readProcessInfo } from "../../src/rpc/structs.ts";
import { readCall, readResponse } from "../../src/rpc/read_xml.ts";
import { FakeServer } from "../support/fake_server.ts";
import { SECONDS } from "./fuzz.ts";

/** Bytes, or whatever is counted, of the larger input. */
const MANY = SECONDS > 1 ? 1 << 20 : 1 << 18;

interface Case {
  readonly name: string;
  /** How many there are at most, where each is more than a byte. */
  readonly most?: number;
  /** An input of a size, and what reads it. */
  readonly reads: (size: number) => () => unknown;
}

const HEAD = "[supervisord]\n[program:x]\ncommand=cat\n";

const config = (name: string, text: (size: number) => string, most?: number): Case => {
  const reads = (size: number) => {
    const input = text(size);
    return () => check(input);
  };
  return { name: `a config with ${name}`, reads, ...(most === undefined ? {} : { most }) };
};

const dotenv = (name: string, text: (size: number) => string): Case => ({
  name: `a file of variables with ${name}`,
  reads(size) {
    const input = new TextEncoder().encode(text(size));
    return () => attempt(() => readDotenv(input));
  },
});

const call = (params: string) =>
  `<methodCall><methodName>supervisor.getState</methodName><params>${params}</params></methodCall>`;

const xml = (name: string, text: (size: number) => string): Case => ({
  name: `XML with ${name}`,
  reads(size) {
    const input = text(size);
    return () => [attempt(() => readCall(input)), attempt(() => readResponse(input))];
  },
});

const value = (name: string, text: (size: number) => string): Case =>
  xml(name, (size) => call(`<param><value>${text(size)}</value></param>`));

const listener = (name: string, text: (size: number) => string): Case => ({
  name: `a listener that writes ${name}`,
  reads(size) {
    const chunks = inChunks(new TextEncoder().encode(text(size)));
    return () => {
      const protocol = new ListenerProtocol(() => "processed");
      for (const chunk of chunks) {
        protocol.feed(chunk);
        if (protocol.state === "READY") protocol.sent();
        if (protocol.state === "UNKNOWN") protocol.restart();
      }
    };
  },
});

const capture = (name: string, text: (size: number) => string): Case => ({
  name: `output with ${name}`,
  reads(size) {
    const chunks = inChunks(new TextEncoder().encode(text(size)));
    const ignore = () => {};
    return () => {
      const handlers = { onText: ignore, onCaptured: ignore, onMessage: ignore };
      const scanner = new CaptureScanner(MANY, handlers);
      for (const chunk of chunks) scanner.write(chunk);
      chunks.forEach(stripAnsi);
    };
  },
});

const line = (name: string, text: (size: number) => string): Case => ({
  name: `a line at the prompt with ${name}`,
  reads(size) {
    const input = text(size);
    return async () => {
      await ctl(input, { methods: { getAllProcessInfo: [process("web", "RUNNING", 7)] } });
      await complete(input, VERBS, () => Promise.resolve([]));
      attempt(() => commandWords(input));
    };
  },
});

const cases: readonly Case[] = [
  config("a line of 1 MB", (n) => `${HEAD}environment=${"a".repeat(n)}\n`),
  config("a name of 1 MB", (n) => `[supervisord]\n[program:${"a".repeat(n)}]\ncommand=cat\n`),
  config("a key of 1 MB", (n) => `${HEAD}${"a".repeat(n)}=1\n`),
  config("blanks", (n) => `${HEAD}directory=/${" ".repeat(n)}x\n`),
  config("blanks at the end", (n) => `${HEAD}directory=/x${" ".repeat(n)}\n`),
  config("a line of blanks", (n) => `${HEAD}${" ".repeat(n)}`),
  config("tabs and blanks", (n) => `${HEAD}directory=${" \t".repeat(n / 2)}x\n`),
  config(
    "continuation lines",
    (n) => `${HEAD}environment=A="1"${",\n  B='2'".repeat(n)}\n`,
    40_000,
  ),
  config("empty continuation lines", (n) => `${HEAD}environment=A=1\n${"\n".repeat(n)}`),
  config(
    "sections",
    (n) => HEAD + Array.from({ length: n }, (_, i) => `[s${i}]\na=1\n`).join(""),
    100_000,
  ),
  config("one section many times", (n) => HEAD + "[program:x]\n".repeat(n), 100_000),
  config(
    "programs",
    (n) => HEAD + Array.from({ length: n }, (_, i) => `[program:p${i}]\ncommand=cat\n`).join(""),
    4_000,
  ),
  config(
    "a group of programs",
    (n) => {
      const names = Array.from({ length: n }, (_, i) => `p${i}`);
      const programs = names.map((name) => `[program:${name}]\ncommand=cat\n`);
      return `${HEAD}[group:g]\nprograms=${names}\n${programs.join("")}`;
    },
    4_000,
  ),
  config(
    "groups of lost programs",
    (n) => HEAD + Array.from({ length: n }, (_, i) => `[group:g${i}]\nprograms=x\n`).join(""),
    4_000,
  ),
  config(
    "options",
    (n) => HEAD + Array.from({ length: n }, (_, i) => `o${i}=1\n`).join(""),
    100_000,
  ),
  config("lines that are wrong", (n) => HEAD + "wrong\n".repeat(n), 100_000),
  config("lines before all sections", (n) => "wrong\n".repeat(n), 100_000),
  config("%( without an end", (n) => `${HEAD}directory=${"%(".repeat(n / 2)}\n`),
  config("%(here)s", (n) => `${HEAD}environment=A="${"%(here)s".repeat(n / 8)}"\n`),
  config("%(( nested", (n) => `${HEAD}directory=%(${"(".repeat(n / 2)}${")".repeat(n / 2)})s\n`),
  config("%%", (n) => `${HEAD}directory=${"%%".repeat(n / 2)}\n`),
  config("digits in a format", (n) => `${HEAD}directory=%(here)${"1".repeat(n)}s\n`),
  config("brackets", (n) => `${HEAD}${"[".repeat(n / 2)}${"]".repeat(n / 2)}\n`),
  config("; and # in one line", (n) => `${HEAD}directory=${"a;b#".repeat(n / 4)}\n`),
  config("quotes that are open", (n) => `${HEAD}environment=A='${'"'.repeat(n)}\n`),
  config("quotes", (n) => `${HEAD}environment=A=${`"a"`.repeat(n / 3)}\n`),
  config("variables", (n) => `${HEAD}environment=${"A=1,".repeat(n / 4)}\n`),
  config("backslashes", (n) => `[supervisord]\n[program:x]\ncommand=${"\\\\".repeat(n / 2)}\n`),
  config("words", (n) => `[supervisord]\n[program:x]\ncommand=${"a ".repeat(n / 2)}\n`),
  config("exit codes", (n) => `${HEAD}exitcodes=${"1,".repeat(n / 2)}1\n`),
  config("digits", (n) => `${HEAD}startsecs=${"1".repeat(n)}\n`),
  config("digits and a letter", (n) => `${HEAD}stdout_logfile_maxbytes=${"1".repeat(n)}x\n`),
  config(
    "events",
    (n) => `${HEAD}[eventlistener:e]\ncommand=e\nevents=${"TICK_5,".repeat(n / 7)}\n`,
  ),
  config("patterns", (n) => `${HEAD}[include]\nfiles=${"*.c ".repeat(n / 4)}\n`, 40_000),
  config("a pattern of stars", (n) => `${HEAD}[include]\nfiles=${"*a".repeat(n / 2)}\n`, 40_000),
  config("bytes that are no text", (n) => `${HEAD}${"\ud800".repeat(n)}\n`),
  dotenv("a name of 1 MB", (n) => "a".repeat(n)),
  dotenv("a value of 1 MB", (n) => `A=${"a".repeat(n)}`),
  dotenv("blanks", (n) => `${" ".repeat(n)}A`),
  dotenv("blanks after a value", (n) => `A=${" ".repeat(n)}x`),
  dotenv("an export without an end", (n) => `export${" ".repeat(n)}`),
  dotenv("empty lines", (n) => "\n".repeat(n)),
  dotenv("variables", (n) => "A=1\n".repeat(n / 4)),
  dotenv("quotes", (n) => `A="" # "\n`.repeat(n / 9)),
  dotenv("a quote that is open", (n) => `A="${'\\"'.repeat(n / 2)}`),
  dotenv("escapes", (n) => `A="${"\\n".repeat(n / 2)}"`),
  dotenv("comments that are none", (n) => `A=${"a#".repeat(n / 2)}`),
  xml("tags that are open", (n) => "<a>".repeat(n / 3)),
  xml("<", (n) => "<".repeat(n)),
  xml("blanks before it", (n) => " ".repeat(n) + call("")),
  xml("a tag of 1 MB", (n) => `<${"a".repeat(n)}>`),
  xml(
    "attributes",
    (n) => `<a ${Array.from({ length: n / 16 }, (_, i) => `a${i}="x"`).join(" ")}/>`,
  ),
  xml("one attribute many times", (n) => `<a ${"a='' ".repeat(n / 5)}/>`),
  xml("a comment", (n) => `<!--${"- ".repeat(n / 2)}-->${call("")}`),
  xml("an instruction", (n) => `<?a ${"? ".repeat(n / 2)}?>${call("")}`),
  xml("a DOCTYPE", (n) => `<!DOCTYPE a [${"<!ENTITY a 'b'>".repeat(n / 15)}]>`),
  xml("parameters", (n) => call("<param><value/></param>".repeat(n / 23))),
  value("text", (n) => "a".repeat(n)),
  value("entities", (n) => "&amp;".repeat(n / 5)),
  value("numbers of characters", (n) => "&#65;".repeat(n / 5)),
  value("an entity of 1 MB", (n) => `&${"a".repeat(n)};`),
  value("sections of text", (n) => "<![CDATA[]]>".repeat(n / 12)),
  value("]", (n) => `<![CDATA[${"]".repeat(n)}]]>`),
  value("digits and a letter", (n) => `<int>${"1".repeat(n)}x</int>`),
  value("blanks and a letter", (n) => `<int>${" ".repeat(n)}x</int>`),
  value("digits for a double", (n) => `<double>${"1".repeat(n)}x</double>`),
  value("digits behind a point", (n) => `<double>1.${"1".repeat(n)}x</double>`),
  value("base64", (n) => `<base64>${"QUFB".repeat(n / 4)}</base64>`),
  value("a date", (n) => `<dateTime.iso8601>${" ".repeat(n)}x</dateTime.iso8601>`),
  value("an array", (n) => `<array><data>${"<value>1</value>".repeat(n / 16)}</data></array>`),
  value(
    "a struct",
    (n) => `<struct>${"<member><name>a</name><value/></member>".repeat(n / 39)}</struct>`,
  ),
  listener("no line end", (n) => "READY\nRESULT " + "9".repeat(n)),
  listener("line ends", (n) => "\n".repeat(n)),
  listener("READY again and again", (n) => "READY\n".repeat(n / 6)),
  listener("results", (n) => "READY\n" + "RESULT 2\nOKREADY\n".repeat(n / 17)),
  listener("a long result", (n) => `READY\nRESULT ${n}\n${"x".repeat(n)}`),
  capture("<", (n) => "<".repeat(n)),
  capture("beginnings of the token", (n) => "<!--XSUPERVISOR:BEGIN-".repeat(n / 22)),
  capture("a message without an end", (n) => "<!--XSUPERVISOR:BEGIN-->" + "<!--".repeat(n / 4)),
  capture("messages", (n) => "<!--XSUPERVISOR:BEGIN-->x<!--XSUPERVISOR:END-->".repeat(n / 47)),
  capture("escapes", (n) => "\x1b[".repeat(n / 2)),
  line("blanks", (n) => `status${" ".repeat(n)}x`),
  line("blanks at the end", (n) => `nothing${" ".repeat(n)}\x00`),
  line("letters", (n) => "a".repeat(n)),
  line("names", (n) => `status ${"web ".repeat(n / 4)}`),
  line("colons", (n) => `status ${":".repeat(n)}`),
  line("open quotes", (n) => `'"`.repeat(n / 2)),
  {
    name: "the status of many",
    most: 40_000,
    reads(size) {
      const infos = Array.from({ length: size }, (_, i) => process(`p${i}`, "RUNNING", i))
        .map(readProcessInfo);
      return () => statusLines(select(infos, []).listed);
    },
  },
  {
    name: "a line for the log",
    reads(size) {
      const text = "\n\x1b".repeat(size / 2);
      return () => oneLine(text);
    },
  },
  {
    name: "a form",
    most: 1 << 14,
    reads(size) {
      const server = new FakeServer();
      const body = "a=%41&".repeat(size / 6);
      const headers = { "content-length": String(body.length) };
      return () => server.fetch("/index.html", { method: "POST", body, headers });
    },
  },
  {
    name: "an address",
    most: 1 << 14,
    reads(size) {
      const server = new FakeServer();
      return () => server.fetch(`/logtail/${"%41/".repeat(size / 4)}`);
    },
  },
];

/**
 * Less than this at the larger size is short, and says little about ratios: a large text has costs
 * of its own in the runtime. What is not linear takes many seconds for a megabyte.
 */
const SHORT_MS = 400;

/**
 * What takes the square of its input's size would take sixteen times as long. Collecting more
 * garbage, beside other programs, has been seen to make it seven.
 */
const TOO_MANY_TIMES = 10;

/** Somebody else may have the processor for a while. */
const TRIES = 6;

for (const { name, most = Infinity, reads } of cases) {
  test(`${name} is read in linear time`, { timeout: 120_000 }, async () => {
    const size = Math.min(MANY, most);
    const [few, many] = [reads(size / 4), reads(size)];
    let [short, long] = [await time(few), await time(many)];
    for (let tries = 1; tries < TRIES && isTooLong(short, long); tries++) {
      short = Math.min(short, await time(few));
      long = Math.min(long, await time(many));
    }
    assert.ok(
      !isTooLong(short, long),
      `${short.toFixed(1)} ms, four times as much ${long.toFixed(1)} ms`,
    );
  });
}

function isTooLong(short: number, long: number): boolean {
  return long > SHORT_MS && long > TOO_MANY_TIMES * short;
}

async function time(read: () => unknown): Promise<number> {
  const started = performance.now();
  await read();
  return performance.now() - started;
}

/** As it comes from a child that writes little at a time. */
function inChunks(bytes: Uint8Array): Uint8Array[] {
  const count = Math.ceil(bytes.length / CHUNK_BYTES);
  return Array.from(
    { length: count },
    (_, i) => bytes.slice(i * CHUNK_BYTES, (i + 1) * CHUNK_BYTES),
  );
}

const CHUNK_BYTES = 100;

function attempt(read: () => unknown): unknown {
  try {
    return read();
  } catch (error) {
    return error;
  }
}
