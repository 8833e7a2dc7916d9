import assert from "node:assert/strict";
import fs from "node:fs";
import { test } from "node:test";
import { until } from "../../tests/support/bounded.ts";
import { environment, request, runChild } from "../../tests/support/run_child.ts";
import { tempFolder } from "../../tests/support/temp_folder.ts";
import { secureDescriptors } from "./descriptors.ts";
import { ERRNO } from "./errno.ts";
import { cString, openLibrary } from "./ffi.ts";
import { libc } from "./libc.ts";
import { getLimit, setLimit } from "./limits.ts";
import { waitForExit } from "./reaper.ts";
import { makePipe, posixSpawn, spawn, type SpawnRequest } from "./spawn.ts";

const folder = tempFolder();
const isRoot = process.getuid!() === 0;
const ok = { type: "code", code: 0 };

/** The pipes that this process holds an end of. A runtime has files of its own, which come and go. */
function openPipes(): ReadonlySet<string> {
  const pipes = new Set<string>();
  for (const fd of fs.readdirSync("/proc/self/fd")) {
    try {
      const target = fs.readlinkSync(`/proc/self/fd/${fd}`);
      if (target.startsWith("pipe:")) pipes.add(target);
    } catch {
      // closed meanwhile
    }
  }
  return pipes;
}

function newPipes(before: ReadonlySet<string>): string[] {
  return [...openPipes()].filter((pipe) => !before.has(pipe));
}

function file(name: string, content: string, mode: number): string {
  const path = `${folder}/${name}`;
  fs.writeFileSync(path, content);
  fs.chmodSync(path, mode);
  return path;
}

test("a child has stdin, stdout and stderr, and nothing else that we have", async () => {
  const leak = libc().open(cString("/dev/null"), 0, 0); // as our caller may have left it
  secureDescriptors();
  const { stdout } = await runChild(request("ls /proc/$$/fd; true"));
  libc().close(leak);
  assert.deepEqual(stdout.trim().split("\n"), ["0", "1", "2"]);
});

test("a child's stdin, stdout and stderr are pipes, which it can also open by name", async () => {
  const script = "for fd in 0 1 2; do test -p /proc/self/fd/$fd && echo $fd; done;" +
    "echo out >/dev/stdout; echo err >/dev/stderr";
  const { stdout, stderr } = await runChild(request(script));
  assert.equal(stdout, "0\n1\n2\nout\n");
  assert.equal(stderr, "err\n");
});

test("a child reads what is written to its stdin", async () => {
  const { stdout, exit } = await runChild(request("read line; echo got $line"), "héllo\n");
  assert.deepEqual([stdout, exit], ["got héllo\n", ok]);
});

test("a descriptor of our own can be a child's stdin, and stays ours", async () => {
  const input = fs.openSync(file("input", "from a file", 0o644), "r");
  const fd = libc().fcntl(input, 0, 100); // a duplicate that no runtime keeps track of
  const own = fd >= 0 ? fd : input;
  const spawned = await runChild(request("cat", { stdin: own }));
  assert.equal(spawned.stdout, "from a file");
  assert.notEqual(libc().fcntl(own, 1, 0), -1);
  if (own !== input) libc().close(own);
  fs.closeSync(input);
});

test("with mergeStderr both streams come in the order in which they were written", async () => {
  const script = "echo 1; echo 2 >&2; echo 3; echo 4 >&2";
  const { stdout, stderr } = await runChild(request(script, { mergeStderr: true }));
  assert.deepEqual([stdout, stderr], ["1\n2\n3\n4\n", ""]);
});

test("a child leads its own process group, in our session", async () => {
  const stat = fs.readFileSync("/proc/self/stat", "utf8");
  const session = stat.slice(stat.lastIndexOf(")") + 2).split(" ")[3];
  const { stdout, pid } = await runChild(request("cut -d' ' -f1,5,6 /proc/$$/stat; true"));
  assert.equal(stdout.trim(), `${pid} ${pid} ${session}`);
});

test("a child blocks no signal, and ignores SIGPIPE alone", async () => {
  const { stdout } = await runChild(request(["/bin/cat", "/proc/self/status"]));
  const mask = (name: string) => BigInt(`0x${new RegExp(`${name}:\\s*(\\w+)`).exec(stdout)![1]}`);
  assert.deepEqual(["SigBlk", "SigIgn", "SigCgt"].map(mask), [0n, 1n << 12n, 0n]);
});

test("a signal that we block is not blocked in a child", async () => {
  const names = ["libc.so.6", "libc.musl-x86_64.so.1", "libc.musl-aarch64.so.1"];
  const { pthread_sigmask: setMask } = openLibrary(names, {
    pthread_sigmask: { parameters: ["i32", "buffer", "buffer"], result: "i32" },
  });
  const SIG_BLOCK = 0, SIG_SETMASK = 2;
  const usr1 = new Uint8Array(128);
  usr1[1] = 1 << (10 - 1 - 8);
  const before = new Uint8Array(128);
  setMask(SIG_BLOCK, usr1, before);
  const child = runChild(request(["/bin/cat", "/proc/self/status"]));
  setMask(SIG_SETMASK, before, usr1);
  assert.equal(usr1[1]! & 2, 2, "it was blocked");
  assert.match((await child).stdout, /^SigBlk:\s*0+$/m);
});

test("umask applies to the child, and to nobody else", async () => {
  const before = process.umask();
  const { stdout } = await runChild(request("umask", { umask: 0o027 }));
  assert.match(stdout, /^0?027\n$/);
  assert.equal(process.umask(), before);
  const inherited = await runChild(request("umask"));
  assert.equal(parseInt(inherited.stdout, 8), before);
});

test("a child starts in its directory, we stay in ours", async () => {
  const before = process.cwd();
  const { stdout } = await runChild(request("pwd -P", { directory: folder }));
  assert.equal(stdout.trim(), fs.realpathSync(folder));
  assert.equal(process.cwd(), before);
});

test("a child's environment is what it is given, byte for byte", async () => {
  const odd = Uint8Array.from([0x58, 0x3d, 0xff, 0xfe, 0x3d, 0x0a]); // X=\xff\xfe=\n
  const what = request(["/usr/bin/od", "-An", "-tx1", "/proc/self/environ"], {
    environment: [odd],
  });
  const { stdout } = await runChild(what);
  assert.equal(stdout.replace(/\s+/g, " ").trim(), "58 3d ff fe 3d 0a 00");
});

test("argv is handed on as it is", async () => {
  const script = ["/bin/sh", "-c", 'printf "<%s>" "$0" "$@"', "", "a b", "é'\"", "$HOME"];
  assert.equal((await runChild(request(script))).stdout, `<><a b><é'"><$HOME>`);
});

const outcomes = [
  { script: "exit 0", exit: ok },
  { script: "exit 7", exit: { type: "code", code: 7 } },
  { script: "exit 255", exit: { type: "code", code: 255 } },
  { script: "kill -TERM $$", exit: { type: "signal", signal: 15, core: false } },
  { script: "kill -KILL $$", exit: { type: "signal", signal: 9, core: false } },
];

for (const { script, exit } of outcomes) {
  test(`a child that does "${script}" is reaped as ${JSON.stringify(exit)}`, async () => {
    assert.deepEqual((await runChild(request(script))).exit, exit);
  });
}

const failures: readonly {
  readonly name: string;
  readonly what: () => SpawnRequest;
  readonly errno: number;
}[] = [
  {
    name: "a file that is not there",
    what: () => request([`${folder}/none`]),
    errno: ERRNO.ENOENT,
  },
  {
    name: "a file that is not executable",
    what: () => request([file("plain", "#!/bin/sh\n", 0o644)]),
    errno: ERRNO.EACCES,
  },
  { name: "a folder", what: () => request([folder]), errno: ERRNO.EACCES },
  {
    name: "a script that does not say what runs it",
    what: () => request([file("script", "echo hi\n", 0o755)]),
    errno: ERRNO.ENOEXEC,
  },
  {
    name: "a script whose interpreter is not there",
    what: () => request([file("lost", "#!/none/sh\n", 0o755)]),
    errno: ERRNO.ENOENT,
  },
  {
    name: "a directory that is not there",
    what: () => request("true", { directory: `${folder}/none` }),
    errno: ERRNO.ENOENT,
  },
  {
    name: "a directory that is none",
    what: () => request("true", { directory: file("file", "", 0o644) }),
    errno: ERRNO.ENOTDIR,
  },
];

for (const { name, what, errno } of failures) {
  test(`spawn() says why it cannot start ${name}, and leaves nothing open`, () => {
    const before = openPipes();
    for (const mergeStderr of [true, false]) {
      const result = spawn({ ...what(), mergeStderr });
      assert.deepEqual(result, { ok: false, step: "exec", errno });
    }
    assert.deepEqual(newPipes(before), []);
  });
}

test("a failed spawn leaves our umask alone", () => {
  const before = process.umask();
  spawn({ ...request([`${folder}/none`]), umask: 0 });
  assert.equal(process.umask(), before);
});

test("the last descriptors that we may have are not for children", () => {
  const limit = getLimit("NOFILE");
  const before = openPipes();
  const lowest = libc().open(cString("/dev/null"), 0, 0);
  libc().close(lowest);
  setLimit("NOFILE", { ...limit, soft: lowest + 6 }); // six would do, but for what is kept
  const result = spawn(request("true"));
  setLimit("NOFILE", limit);
  assert.deepEqual(result, { ok: false, step: "pipe", errno: ERRNO.EMFILE });
  assert.deepEqual(newPipes(before), []);
});

const nobody = { uid: 65_534, gid: 65_533, groups: [65_533, 4, 20] };

if (isRoot) {
  test("user= gives a child all four user and group ids, and the groups", async () => {
    const groups = process.getgroups!();
    const { stdout } = await runChild(
      request(["/bin/cat", "/proc/self/status"], { credentials: nobody }),
    );
    const line = (name: string) => new RegExp(`^${name}:\\s*(.*)$`, "m").exec(stdout)![1]!.trim();
    const words = (name: string) => line(name).split(/\s+/).map(Number);
    assert.deepEqual(words("Uid"), [65_534, 65_534, 65_534, 65_534]);
    assert.deepEqual(words("Gid"), [65_533, 65_533, 65_533, 65_533]);
    assert.deepEqual(words("Groups").sort((a, b) => a - b), [4, 20, 65_533]);
    assert.deepEqual([process.getuid!(), process.geteuid!(), process.getegid!()], [0, 0, 0]);
    assert.deepEqual(process.getgroups!(), groups);
  });

  test("user= counts when the directory is entered", () => {
    const closed = `${folder}/closed`;
    fs.mkdirSync(closed, { mode: 0o700 });
    const result = spawn(request("true", { credentials: nobody, directory: closed }));
    assert.deepEqual(result, { ok: false, step: "exec", errno: ERRNO.EACCES });
    assert.equal(process.geteuid!(), 0);
  });
} else {
  test("user= needs root", () => {
    const result = spawn(request("true", { credentials: nobody }));
    assert.deepEqual(result, { ok: false, step: "root", errno: ERRNO.EPERM });
  });
}

test("user= is no trouble where we are that user already", async () => {
  const uid = process.getuid!();
  const credentials = { uid, gid: 12_345, groups: [12_345] };
  const { stdout } = await runChild(request("id -g", { credentials }));
  assert.equal(Number(stdout), process.getgid!());
});

test("a pipe hands neither end on", () => {
  const pipe = makePipe()!;
  const FD_CLOEXEC = 1;
  const flags = [pipe.read, pipe.write].map((fd) => libc().fcntl(fd, 1, 0));
  libc().close(pipe.read);
  libc().close(pipe.write);
  assert.deepEqual(flags, [FD_CLOEXEC, FD_CLOEXEC]);
});

test("posixSpawn() can make a child lead a session, and waitForExit() waits for it", () => {
  const script = `set -- $(cut -d' ' -f1,6 /proc/$$/stat); test $1 = $2 && exit 5`;
  const { pid, errno } = posixSpawn({
    path: "/bin/sh",
    argv: ["sh", "-c", script],
    environment: environment(),
    directory: null,
    descriptors: [0, 1, 2],
    leads: "session",
  });
  assert.equal(errno, 0);
  assert.equal(waitForExit(pid), 5);
});

test("the last lines of children that end at once are never lost", async () => {
  const children = Array.from({ length: 60 }, async (_, i) => {
    const { stdout, stderr, exit } = await runChild(request(`echo out ${i}; echo err ${i} >&2`));
    assert.deepEqual({ stdout, stderr, exit }, {
      stdout: `out ${i}\n`,
      stderr: `err ${i}\n`,
      exit: ok,
    });
  });
  await Promise.all(children);
});

test("a flood that ends with its writer arrives whole", async () => {
  const { stdout } = await runChild(request("head -c 3000000 /dev/zero | tr '\\0' x"));
  assert.equal(stdout.length, 3_000_000);
});

test("nothing is left open by children that have ended", async () => {
  const before = openPipes();
  for (let i = 0; i < 5; i++) await runChild(request("true"));
  await until("every pipe to be closed", () => newPipes(before).length === 0);
});
