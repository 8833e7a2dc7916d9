import assert from "node:assert/strict";
import { test } from "node:test";
import { loadConfig } from "./config.ts";
import { check, conf, fakeHost, load, refusal } from "./testing.ts";

const included = (files: string) => conf("[include]", `files=${files}`);
const names = (config: ReturnType<typeof load>) => config.groups.map(({ name }) => name);

test("include takes patterns in order, and files sorted within one", () => {
  const files = Object.fromEntries(
    ["b.ini", "a.ini", "z/1.conf"].map((
      name,
    ) => [`/etc/v/${name}`, `[program:p]\ncommand=${name}`]),
  );
  const config = load(included("z/*.conf\n *.ini"), { files });
  assert.deepEqual(config.messages.info, [
    'Included extra file "/etc/v/z/1.conf" during parsing',
    'Included extra file "/etc/v/a.ini" during parsing',
    'Included extra file "/etc/v/b.ini" during parsing',
  ]);
  assert.equal(config.groups[0]!.processes[0]!.command, "b.ini");
});

test("an include that matches nothing is a warning with the whole pattern", () => {
  const { config, warnings } = check(included("none/*.conf"));
  assert.deepEqual(config?.messages.warn, ['No file matches via include "/etc/v/none/*.conf"']);
  assert.equal(warnings[0]!.place.line, 3);
});

test("include knows here, the host's name and the environment", () => {
  const files = { "/etc/v/box-web.ini": "[program:p]\ncommand=cat" };
  const text = included("%(here)s/%(host_node_name)s-%(ENV_ROLE)s.ini");
  assert.deepEqual(names(load(text, { files, env: { ROLE: "web" } })), ["p"]);
});

test("an include within an included file means nothing", () => {
  const files = {
    "/etc/v/a.ini": "[include]\nfiles=/etc/v/b.conf",
    "/etc/v/b.conf": "[program:p]\ncommand=cat",
  };
  assert.deepEqual(names(load(included("a.ini"), { files })), []);
});

test("an included folder is mentioned and skipped", () => {
  const config = load(included("d*"), { files: { "/etc/v/d/x": "" } });
  assert.deepEqual(config.messages.info, ['Included extra file "/etc/v/d" during parsing']);
});

test("here is the folder of the file it stands in", () => {
  const files = {
    "/etc/v/conf.d/a.ini":
      "[program:in]\ncommand=%(here)s/x\n[inet_http_server]\nport=1\nusername=%(here)s\npassword=x",
  };
  const text = included("conf.d/*") + "[program:out]\ncommand=%(here)s/x";
  const config = load(text, { files });
  assert.deepEqual(config.groups.map(({ processes }) => processes[0]!.command), [
    "/etc/v/conf.d/x",
    "/etc/v/x",
  ]);
  assert.equal(config.servers[0]!.username, "/etc/v/conf.d");
});

test("here in [DEFAULT] is the folder of the file that says it", () => {
  const files = { "/etc/v/d/a.ini": "[DEFAULT]\ndirectory=%(here)s\n[program:p]\ncommand=x" };
  assert.equal(load(included("d/*"), { files }).groups[0]!.processes[0]!.directory, "/etc/v/d");
});

test("include needs files", () => {
  const error = refusal(conf("[include]"));
  assert.equal(error.message, ".ini file has [include] section, but no files setting");
  assert.deepEqual(error.place, {
    file: "/etc/v/main.conf",
    line: 2,
    section: "include",
    option: "files",
  });
});

test("a mistake in an included file is shown there", () => {
  const files = { "/etc/v/a.ini": "[program:p]\ncommand=cat\nstartsecs=x\n" };
  const error = refusal(included("a.ini"), { files });
  assert.deepEqual(error.place, {
    file: "/etc/v/a.ini",
    line: 3,
    section: "program:p",
    option: "startsecs",
  });
  assert.ok(error.message.endsWith(" in section 'program:p' (file: '/etc/v/a.ini')"));
  const broken = refusal(included("b.ini"), { files: { "/etc/v/b.ini": "x" } });
  assert.equal(broken.place.file, "/etc/v/b.ini");
});

test("a later file overrides single options", () => {
  const files = { "/etc/v/a.ini": "[supervisord]\nminfds=5" };
  assert.equal(load(included("a.ini"), { files }).supervisord.minfds, 5);
});

test("a file that is missing or cannot be read is named as it was given", () => {
  const host = fakeHost();
  const find = { code: "NO_FILE", message: "could not find config file a.conf" };
  assert.throws(() => loadConfig({ path: "a.conf", host }), find);
  const readFile = () => {
    throw Object.assign(new Error(), { code: "EACCES" });
  };
  const read = { code: "UNREADABLE_FILE", message: "could not read config file a.conf" };
  assert.throws(() => loadConfig({ path: "a.conf", host: { ...host, readFile } }), read);
});

test("bytes that are no text are found with their line", () => {
  const bytes = new Uint8Array([...new TextEncoder().encode("[supervisord]\n;"), 0xff]);
  const error = refusal("", { files: { "/etc/v/main.conf": bytes } });
  assert.equal(
    error.message,
    "'utf-8' codec can't decode byte 0xff in position 15: invalid start byte",
  );
  assert.equal(error.place.line, 2);
});
