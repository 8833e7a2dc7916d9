#!/usr/bin/env python3
"""Measures what side_by_side.py leaves out, for both programs in turn; tooling_bench.ts calls it.

  tooling_bench_measures.py SIDE_BY_SIDE VISOR BUN --json FILE [--programs N] [--only NAME,NAME]

  raw, raw_n       getAllProcessInfo per second, one connection that is kept, the reply not parsed;
                   2 and N programs
  rss_raw, dirty_raw  memory of the daemon after that, N programs, MB
  writes           CPU seconds of the daemon per million writes of 100 bytes by N/10 programs
  writes_rate      how many such writes a second there were
  check            from exec until a mistake in the last of 5 x N programs is reported, s
  wake_main, wake_all  system calls in 10 s of a daemon with 2 idle programs: main thread, all threads
Limit beside them: bare_server, empty replies per second of node:http on Bun to the same client.
visor alone, with N and with 5 x N programs (--only grown): start_s, status_ms, stop_s, and forks_s,
what bash needs to fork as many.
"""
import argparse, contextlib, importlib.util, json, re, socket, statistics, subprocess, sys, tempfile, time
from pathlib import Path

CALL = b"<?xml version='1.0'?><methodCall><methodName>supervisor.getAllProcessInfo</methodName></methodCall>"
REQUEST = (b"POST /RPC2 HTTP/1.1\r\nHost: localhost\r\nContent-Type: text/xml\r\n"
           b"Content-Length: %d\r\n\r\n" % len(CALL)) + CALL
LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.I)
BUSY_SECONDS = 10
IDLE_SECONDS = 40  # what a daemon has to tidy up after its start is over by then

# Each keeps to its thousand a second, so that both daemons get the same; who is late catches up.
WRITER = ("import os, time\n"
          "line = b'x' * 99 + b'\\n'\n"
          "due = time.monotonic()\n"
          "while True:\n"
          "    os.write(1, line)\n"
          "    due += 0.001\n"
          "    time.sleep(max(0, due - time.monotonic()))\n")


class Client:
    """As little of a client as can be, so that the time is the server's."""

    def __init__(self, path):
        self.socket = socket.socket(socket.AF_UNIX)
        self.socket.settimeout(60)
        self.socket.connect(path)
        self.buffer = memoryview(bytearray(1 << 20))

    def call(self):
        self.socket.sendall(REQUEST)
        head = b""
        while (end := head.find(b"\r\n\r\n")) < 0:
            head += self.read()
        left = int(LENGTH.search(head, 0, end)[1]) - (len(head) - end - 4)
        while left > 0:
            left -= len(self.read())

    def read(self):
        got = self.socket.recv_into(self.buffer)
        if got == 0:
            raise EOFError("the server closed the connection")
        return self.buffer[:got]

    def rate(self, seconds=3):
        self.call()
        started, calls = time.perf_counter(), 0
        while (passed := time.perf_counter() - started) < seconds:
            self.call()
            calls += 1
        return calls / passed


class Bench:
    """Runs and measures; the daemons are those of side_by_side.py."""

    def __init__(self, side_by_side, tools, programs):
        self.given, self.tools, self.programs = side_by_side, tools, programs

    @contextlib.contextmanager
    def daemon(self, body):
        run = self.given.Run(self.tools, body)
        try:
            yield run
        finally:
            run.close()

    def raw(self):
        with self.daemon(self.given.many(2)) as run:
            run.running(2)
            return {"raw": Client(str(run.dir / "s.sock")).rate()}

    def raw_n(self):
        with self.daemon(self.given.many(self.programs)) as run:
            run.running(self.programs)
            rate = Client(str(run.dir / "s.sock")).rate()
            time.sleep(5)
            rss, dirty = run.mem()
            return {"raw_n": rate, "rss_raw": rss, "dirty_raw": dirty}

    def writes(self):
        count = max(1, self.programs // 10)
        body = (f"[program:w]\ncommand=/usr/bin/python3 -I -S {{dir}}/writer.py\nnumprocs={count}\n"
                "process_name=w_%(process_num)d\nautostart=false\nstartsecs=0\nredirect_stderr=true\n"
                "stdout_logfile={dir}/w.%(process_num)d.log\nstdout_logfile_maxbytes=0\n")
        with self.daemon(body + self.given.IDLE.replace("{i}", "1")) as run:
            (run.dir / "writer.py").write_text(WRITER)
            run.running(1)
            run.rpc.startProcessGroup("w", False)
            logs = [run.dir / f"w.{i}.log" for i in range(count)]
            while not all(log.exists() and log.stat().st_size > 0 for log in logs):
                time.sleep(0.1)
            time.sleep(1)  # the writers' own start is over
            written = lambda: sum(log.stat().st_size for log in logs) / 100
            lines, cpu, started = written(), run.cpu(), time.perf_counter()
            time.sleep(BUSY_SECONDS)
            lines, cpu = written() - lines, run.cpu() - cpu
            rate = lines / (time.perf_counter() - started)
            return {"writes": cpu / 1000 / (lines / 1e6), "writes_rate": rate}

    def check(self):
        """Supervisor has no --check. Its start reads the same file, and ends at the same mistake."""
        sections = "".join(self.given.IDLE.replace("{i}", str(i)) for i in range(self.programs * 5))
        with tempfile.TemporaryDirectory(prefix="vb-") as folder:
            conf = Path(folder) / "c.conf"
            conf.write_text(f"[supervisord]\nlogfile={folder}/d.log\npidfile={folder}/d.pid\n"
                            f"{sections}[program:last]\ncommand=/bin/sleep 1000\nnumprocs=many\n")
            return {"check": statistics.median(self.refusal(conf) for _ in range(3))}

    def refusal(self, conf):
        command = [*self.tools["daemon"], *self.tools["check"], "-c", str(conf)]
        started = time.perf_counter()
        ran = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True, cwd=conf.parent)
        took = time.perf_counter() - started
        if ran.returncode == 0 or "program:last" not in ran.stdout + ran.stderr:
            raise RuntimeError(f"not the expected refusal: {ran.stdout}{ran.stderr}")
        return took

    def grown(self, programs):
        # No pipe for stderr and no log file: 20,000 descriptors are a usual limit.
        body = self.given.many(programs) + "redirect_stderr=true\nstdout_logfile=NONE\n"
        with self.daemon(body) as run:
            start, status, stop = seen_running(run, programs), run.ctl_ms("status", n=5), run.down()
        forks = self.given.limits(programs)["fork_s"]
        return {"start_s": start, "status_ms": status, "stop_s": stop, "forks_s": forks}


def seen_running(run, programs):
    """The activity log tells without a call that would itself grow with the programs."""
    log, seen, read = run.dir / "d.log", 0, 0
    while seen < programs:
        if run.p.poll() is not None:
            raise RuntimeError("daemon died: " + (run.dir / "err").read_text()[-500:])
        if time.perf_counter() - run.t0 > 120:
            raise TimeoutError(f"{seen} of {programs} programs are RUNNING")
        time.sleep(0.01)
        if log.exists():
            with log.open("rb") as file:
                file.seek(read)
                new = file.read()
            whole = new[:new.rfind(b"\n") + 1]
            read, seen = read + len(whole), seen + whole.count(b"entered RUNNING state")
    return time.perf_counter() - run.t0


def wake_ups(benches):
    """Of all daemons at once, because it is mostly waiting."""
    with contextlib.ExitStack() as stack:
        runs = [stack.enter_context(bench.daemon(bench.given.many(2))) for bench in benches]
        for run in runs:
            seen_running(run, 2)  # a connection that stays open would be a reason to wake up
        time.sleep(IDLE_SECONDS)
        attached = time.time()
        command = ["timeout", str(BUSY_SECONDS + 1), "strace", "-f", "-ttt", "-qq", "-o"]
        traces = [subprocess.Popen([*command, str(run.dir / "trace"), "-p", str(run.p.pid)]) for run in runs]
        for trace in traces:
            trace.wait()
        return [calls(run.p.pid, (run.dir / "trace").read_text(), attached + 1) for run in runs]


def calls(pid, trace, since):
    """Counts what came back. In the first second it is strace itself that interrupts."""
    done = re.findall(r"^(\d+) +([\d.]+) .*\) += ", trace, re.M)
    threads = [int(thread) for thread, at in done if float(at) >= since]
    return {"wake_main": threads.count(pid), "wake_all": len(threads)}


@contextlib.contextmanager
def bare_server(bun):
    with tempfile.TemporaryDirectory(prefix="vb-") as folder:
        path = f"{folder}/s.sock"
        server = subprocess.Popen([bun, str(Path(__file__).with_name("tooling_bench_bare_server.ts")), path],
                                  stdin=subprocess.DEVNULL)
        try:
            while not Path(path).exists():
                if server.poll() is not None:
                    raise RuntimeError("the bare server did not start")
                time.sleep(0.05)
            yield path
        finally:
            server.kill()
            server.wait()


def limit(bun):
    with bare_server(bun) as path:
        return {"bare_server": Client(path).rate()}


def load(path):
    spec = importlib.util.spec_from_file_location("side_by_side", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for word in ("side_by_side", "visor", "bun"):
        parser.add_argument(word)
    parser.add_argument("--json", required=True)
    parser.add_argument("--programs", type=int, default=1000)
    parser.add_argument("--only", default="")
    args = parser.parse_args()
    only = set(filter(None, args.only.split(",")))
    want = lambda *names: not only or any(name in only for name in names)

    given = load(args.side_by_side)
    path = str(Path(args.visor).resolve())
    visor = {"daemon": [path, "daemon"], "ctl": [path, "ctl"], "check": ["--check"]}
    theirs = Bench(given, {**given.PY, "check": ["-n"]}, args.programs)
    ours = Bench(given, visor, args.programs)
    measures, limits, grown = {}, {}, []

    def keep(pair):
        for name, value in pair[0].items():
            measures[name] = {"supervisor": value, "visor": pair[1][name]}
            print(f"{name:12} {value:12.3f} {pair[1][name]:12.3f}", flush=True)

    print(f"{'measure':12} {'supervisor':>12} {'visor':>12}")
    # What one measure heats up, the other side finds as hot: each pair is measured in a row.
    for names, measure in ((["raw"], Bench.raw), (["raw_n", "rss_raw", "dirty_raw"], Bench.raw_n),
                           (["writes", "writes_rate"], Bench.writes), (["check"], Bench.check)):
        if want(*names):
            keep([measure(theirs), measure(ours)])
    if want("bare_server"):
        limits = limit(args.bun)
    if want("grown"):
        grown = [{"programs": n, **ours.grown(n)} for n in (args.programs, args.programs * 5)]
    if want("wake_main", "wake_all"):
        keep(wake_ups([theirs, ours]))
    print(limits, *grown, sep="\n")
    Path(args.json).write_text(json.dumps({"measures": measures, "limits": limits, "grown": grown}, indent=1))


if __name__ == "__main__":
    sys.exit(main())
