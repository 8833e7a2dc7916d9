"""What programs do and undergo, beyond what the shared scenarios prove."""
import re, signal, time
from oracle import children, scenario
from kit import TRAPS, call, ctl_sorted, feed, living, program, script, section, shell, text


def pids(lab, *names):
    return {n: lab.info(n)["pid"] for n in names}


def replace_groups(lab):
    """what an update by whole groups asks of the daemon"""
    ((added, changed, removed),) = lab.rpc("supervisor.reloadConfig")
    for group in changed + removed:
        lab.rpc("supervisor.stopProcessGroup", group)
        lab.rpc("supervisor.removeProcessGroup", group)
    for group in added + changed:
        lab.rpc("supervisor.addProcessGroup", group)


@scenario
def update_changes_numprocs(lab):
    """more and fewer processes in a group: reread says changed, and the whole group is replaced"""
    def config(n):
        lab.config(program("w", numprocs=n, process_name="w%(process_num)d") + program("other"))
    config(2)
    lab.daemon()
    lab.state("w:w1", "RUNNING")
    before = pids(lab, "w:w0", "other")
    config(4)
    lab.ctl("reread")
    replace_groups(lab)
    for n in range(4):
        lab.state(f"w:w{n}", "RUNNING")
    lab.ctl("status")
    after = pids(lab, "w:w0", "other")
    lab.note("other kept:", before["other"] == after["other"])
    config(1)
    replace_groups(lab)
    lab.state("w:w0", "RUNNING")
    lab.ctl("status")
    config(0)
    replace_groups(lab)
    lab.ctl("status")
    lab.ctl("status", "w:*")
    lab.ctl("start", "w:*")


@scenario
def update_moves_members(lab):
    """a program that joins, leaves or changes its group"""
    lab.config(program("a") + program("b") + program("c") + section("group:g", programs="a,b"))
    lab.daemon()
    lab.state("g:b", "RUNNING")
    lab.config(program("a") + program("b") + program("c") + section("group:g", programs="a,c"))
    lab.ctl("reread")
    lab.ctl("update")
    for n in ("g:a", "g:c", "b"):
        lab.state(n, "RUNNING")
    lab.ctl("status")
    lab.ctl("avail")
    lab.config(program("a") + program("b") + program("c"))
    lab.ctl("update", "g")
    lab.ctl("status")
    lab.ctl("update")
    lab.state("a", "RUNNING")
    lab.ctl("status")
    lab.config(program("a") + program("b") + program("c") + section("group:h", programs="a,a,b"))
    lab.ctl("update")
    lab.state("h:b", "RUNNING")
    lab.ctl("status")


@scenario
def environment_quoting(lab):
    """values of environment= with quotes, commas, blanks, percent signs and escapes reach the child"""
    script(lab, "show", "#!/bin/sh\nfor n in A B C D E F; do eval printf '%s' \"\\\"$n=<\\$$n>\\\"\"; echo; done >$1\nexec sleep 1000\n")
    for n, value in enumerate(('A="x,y",B=\'it is single\',C=plain', 'A="50%%",B="a=b",C="a;b",D="#no comment"',
                               'A="",B="two words"', 'A=/usr/bin:/bin,B=a-b_c.d+e(f),C="%(ENV_OUTER)s/x"', 'A="1",\n B="2",\n C="3"')):
        lab.write(f"p{n}.conf", program(f"p{n}", f"{{dir}}/show {{dir}}/p{n}.env", environment=value))
    lab.config("[include]\nfiles=p*.conf\n", more='environment=F="global, value",E="a=b c"')
    lab.daemon(env={"OUTER": "o%uter"})
    for n in range(5):
        lab.until(lambda: text(lab.dir / f"p{n}.env").count("\n") == 6, 10, f"p{n}")
        lab.note(n, text(lab.dir / f"p{n}.env").splitlines())


@scenario
def broken_environment(lab):
    """environment= that cannot be split is refused"""
    for value in ("A", "A=", "A=1,B", "=1", 'A="x'):
        lab.config(program("p", environment=value))
        rc, out, err = call(lab, "daemon", "-n", "-c", str(lab.dir / "s.conf"))
        lab.note(value, "exit", rc, "names the section:", "program:p" in err, "Unexpected end" in err, "No closing" in err)


@scenario
def tail_sizes(lab):
    """tail -N and maintail -N count bytes; the default is 1600; a stopped program's log can be read"""
    lab.config(program("p", "cat", stdout_logfile="{dir}/p.out", stderr_logfile="NONE") + program("q", "cat", stdout_logfile="NONE"))
    lab.daemon()
    lab.state("q", "RUNNING")
    feed(lab, "p", "".join(f"{i:04} é\n" for i in range(400)), lab.dir / "p.out")
    for args in (["tail", "p"], ["tail", "-9", "p"], ["tail", "-1", "p"], ["tail", "-100000", "p"], ["tail", "-0", "p"], ["tail", "p", "STDOUT"]):
        out, rc = lab.ctl(*args, record=False)
        lab.note(args, len(out.encode()), repr(out[:12]), repr(out[-12:]), rc)
    for args in (["tail", "p", "stderr"], ["tail", "q"], ["tail", "-9", "q", "stderr"], ["tail", "p:*"], ["tail", "p:p"], ["tail", "-f"], ["tail", "-9"]):
        out, rc = lab.ctl(*args, record=False)
        lab.note(args, repr(out.split("\n")[0][-12:]), rc)
    lab.ctl("stop", "p")
    out, rc = lab.ctl("tail", "-9", "p", record=False)
    lab.note(repr(out), rc)
    out, rc = lab.ctl("maintail", "-30", record=False)
    lab.note("maintail", len(out), rc)


@scenario
def signal_to_groups(lab):
    """signal to a name, a group, all, with numbers and names; what is down is left out or refused"""
    script(lab, "traps", TRAPS)
    lab.config("".join(program(n, f"{{dir}}/traps {{dir}}/{n}.got TERM", autostart=str(n != "c").lower()) for n in "abcd") + section("group:g", programs="a,b,c"))
    lab.daemon()
    for n in "abd":
        lab.until(lambda: "ready" in text(lab.dir / f"{n}.got"), 10, n)
    ctl_sorted(lab, "signal", "HUP", "g:*")
    ctl_sorted(lab, "signal", "10", "all")
    lab.ctl("signal", "sigusr2", "g:a", "d")
    for args in (["HUP", "g:c"], ["HUP", "ghost"], ["HUP", "ghost:*"], ["NOPE", "d"], ["99", "d"], ["0", "d"], ["WINCH", "d", "d"]):
        lab.ctl("signal", *args)
    lab.until(lambda: "WINCH" in text(lab.dir / "d.got"), 5, "WINCH")
    for n in "abd":
        lab.note(n, sorted(text(lab.dir / f"{n}.got").split()))
    lab.rpc("supervisor.signalProcessGroup", "g", "NOPE")
    lab.rpc("supervisor.signalAllProcesses", "WINCH")


@scenario
def stop_during_backoff(lab):
    """a program that is stopped between two tries is STOPPED, tries no more, and starts again when told to"""
    lab.config(program("bad", "sh -c 'exit 2'", startsecs=5, startretries=20))
    lab.daemon()
    lab.state("bad", "BACKOFF")
    lab.ctl("stop", "bad")
    info = lab.info("bad")
    lab.note(info["statename"], info["spawnerr"], info["pid"], info["exitstatus"])
    before = lab.log().count("exited: bad")
    time.sleep(3.5)
    lab.note("tried again:", lab.log().count("exited: bad") - before)
    lab.ctl("stop", "bad")
    lab.ctl("start", "bad")
    lab.state("bad", "BACKOFF")
    lab.ctl("start", "bad")
    lab.ctl("restart", "bad")
    lab.ctl("signal", "HUP", "bad")
    lab.ctl("pid", "bad")


@scenario
def start_waits_for_slow(lab):
    """start returns when startsecs are over; of several, in the order in which they are up"""
    lab.config(program("slow", startsecs=3, autostart="false") + program("quick", startsecs=1, autostart="false")
               + program("dies", "sh -c 'sleep 0.3; exit 4'", startsecs=3, startretries=5, autostart="false") + section("group:g", programs="slow,quick"))
    lab.daemon()
    t = time.time()
    lab.ctl("start", "g:*")
    lab.note("took at least startsecs:", time.time() - t >= 3)
    lab.ctl("start", "dies")
    lab.ctl("stop", "all")
    lab.rpc("supervisor.startProcess", "g:slow", False)
    lab.note(lab.info("g:slow")["statename"])
    lab.rpc("supervisor.startProcess", "g:slow")
    lab.rpc("supervisor.stopProcess", "g:slow", False)


@scenario
def include_overrides(lab):
    """a later file overrides single options of a section, also of [supervisord]; includes in includes are ignored"""
    lab.write("conf.d/10.conf", "[program:p]\ncommand=sleep 1000\npriority=10\nstartsecs=0\n[supervisord]\nidentifier=ten\n")
    lab.write("conf.d/20.conf", "[program:p]\npriority=20\n[include]\nfiles=more/*.conf\n[supervisord]\nidentifier=twenty\n")
    lab.write("conf.d/30.conf", "[program:q]\ncommand=%(here)s/run\nautostart=false\n; comment\n[group:g]\nprograms=p\n")
    lab.write("more/x.conf", "[program:x]\ncommand=cat\n")
    lab.config("[include]\nfiles=conf.d/2?.conf conf.d/[13]0.conf\n conf.d/nothing.conf\n" + program("p", "sleep 999", priority=5))
    lab.daemon()
    lab.state("g:p", "RUNNING")
    lab.rpc("supervisor.getIdentification")
    lab.ctl("avail")
    infos = lab.rpc_raw("supervisor.getAllConfigInfo")
    lab.note([(i["name"], i["command"].replace(str(lab.dir), "{dir}"), i["process_prio"]) for i in infos])
    lab.log_lines("Included|No file")


@scenario
def priorities_in_groups(lab):
    """shutdown goes from the highest priority down, and stops the members of a group together"""
    lab.config("".join(program(n, priority=p) for n, p in (("a", 30), ("b", 10), ("c", 20), ("late", 990), ("early", 2)))
               + section("group:g", programs="a,b,c", priority=500))
    lab.daemon()
    for n in ("g:a", "g:c", "late", "early"):
        lab.state(n, "RUNNING")
    lab.ctl("avail")
    lab.note("exit", lab.exit_daemon())
    stops = re.findall(r"stopped: (\w+)", lab.log())
    lab.note("stopped", stops[0], sorted(stops[1:4]), stops[4])


@scenario
def exit_codes(lab):
    """exitcodes= decides what is expected, for the log, the state and autorestart"""
    cases = {"none": (0, "", "unexpected"), "two": (2, "0,2", "unexpected"), "list": (3, " 1 , 2,3", "unexpected"), "zero": (0, "0", "false"), "odd": (7, "0", "false")}
    lab.config("".join(program(n, f"sh -c 'sleep 1.5; exit {code}'", exitcodes=codes, autorestart=restart, startsecs=1) for n, (code, codes, restart) in cases.items()))
    lab.daemon()
    for n in ("two", "list", "zero", "odd"):
        lab.state(n, "EXITED")
        info = lab.info(n)
        lab.note(n, info["exitstatus"], info["spawnerr"])
    lab.until(lambda: lab.log().count("spawned: 'none'") > 1, 10, "none is started again")
    for n in cases:
        lab.note(re.findall(rf"(\w+) exited: {n} (.*)", lab.log())[0])
    lab.ctl("status", "two", "odd")


@scenario
def killed_by_signal(lab):
    """a program that a signal ends was not expected to, has status -1, and autorestart=unexpected brings it back"""
    lab.config(program("back", autorestart="unexpected", exitcodes="0,9,137") + program("stays", autorestart="false"))
    lab.daemon()
    for n in ("back", "stays"):
        lab.state(n, "RUNNING")
    first = lab.info("back")["pid"]
    lab.ctl("signal", "KILL", "back")
    lab.ctl("signal", "USR1", "stays")
    lab.state("stays", "EXITED")
    lab.until(lambda: lab.info("back")["pid"] not in (0, first), 10, "back again")
    info = lab.info("stays")
    lab.note(info["exitstatus"], info["spawnerr"], info["statename"])
    lab.log_lines("exited:", sort=True)


@scenario
def no_retries(lab):
    """startretries=0: one try, then FATAL; a start by hand is one more"""
    lab.config(program("bad", "sh -c 'echo why >&2; exit 5'", startsecs=5, startretries=0, autostart="false", stderr_logfile="{dir}/err")
               + program("missing", "/no/such", startsecs=1, startretries=0, autostart="false"))
    lab.daemon()
    for n in ("bad", "missing"):
        lab.ctl("start", n)
        out, rc = lab.ctl("start", n, record=False)
        lab.note(n, "again:", out.strip(), rc)
    lab.state("bad", "FATAL")
    lab.note("spawned", lab.log().count("spawned: 'bad'"), "said", text(lab.dir / "err").split())
    lab.log_lines("gave up")
    lab.ctl("status")
    lab.ctl("stop", "bad")
    lab.ctl("clear", "bad")


@scenario
def expansions(lab):
    """%(...)s with formats, in every option that takes them, and what is refused"""
    lab.config(program("p", "sleep 10%(process_num)02d", numprocs=2, process_name="%(program_name)s-%(process_num)x-%(numprocs)s", numprocs_start=10,
                       directory="%(here)s", stdout_logfile="{dir}/%(program_name)s.%(process_num)05d.log", priority="%(ENV_PRIO)s",
                       environment="N=\"%(process_num)s\"", stopsignal="%(ENV_SIG)s", autostart="%(ENV_AUTO)s"))
    lab.daemon(env={"PRIO": "77", "SIG": "INT", "AUTO": "yes"})
    lab.until(lambda: len([p for p in lab.rpc_raw("supervisor.getAllProcessInfo") if p["statename"] == "RUNNING"]) == 2, 10, "both")
    lab.ctl("status")
    infos = lab.rpc_raw("supervisor.getAllConfigInfo")
    lab.note([(i["name"], i["command"], i["process_prio"], i["stopsignal"], i["autostart"]) for i in infos])
    lab.note(sorted(p.name for p in lab.dir.glob("p.*.log")))
    for value in ("%(nope)s", "%(here)q", "%(here", "50%", "%(ENV_NOSUCH)s"):
        lab.config(program("p", f"echo {value}"))
        out, rc = lab.ctl("reread", record=False)
        lab.note(value, "refused:", "CANT_REREAD" in out, rc)


@scenario
def restart_of_many(lab):
    """restart all and restart of names: first all are stopped, then those that are down are started"""
    lab.config(program("a", priority=1) + program("b", priority=2, autostart="false") + program("c", priority=3))
    lab.daemon()
    lab.state("c", "RUNNING")
    lab.ctl("stop", "c")
    lab.ctl("restart", "c", "b", "a")
    ctl_sorted(lab, "restart", "all")
    lab.ctl("stop", "a", "a", "ghost", "b")
    lab.ctl("start", "all", "ghost")
    lab.ctl("restart", "b:*")
    lab.ctl("restart", "b:b", "ghost:x")


@scenario
def stop_signals_by_option(lab):
    """stopsignal= by name and by number, in any case; a program that answers late is not killed early"""
    script(lab, "traps", TRAPS)
    script(lab, "late", "#!/bin/sh\ntrap 'sleep 1; echo late >>$1; exit 3' INT\necho ready >>$1\nwhile :; do sleep 0.05; done\n")
    sigs = {"a": "USR1", "b": "sigusr2", "c": "1", "d": "Quit"}
    names = {"a": "USR1", "b": "USR2", "c": "HUP", "d": "QUIT"}
    lab.config("".join(program(n, f"{{dir}}/traps {{dir}}/{n}.got {names[n]}", stopsignal=s) for n, s in sigs.items())
               + program("late", "{dir}/late {dir}/late.got", stopsignal="INT", stopwaitsecs=4, exitcodes="3"))
    lab.daemon()
    for n in [*sigs, "late"]:
        lab.until(lambda: "ready" in text(lab.dir / f"{n}.got"), 10, n)
    ctl_sorted(lab, "stop", "all")
    for n in [*sigs, "late"]:
        lab.note(n, text(lab.dir / f"{n}.got").split(), lab.info(n)["exitstatus"])
    lab.log_lines("stopped:|killing", sort=True)


@scenario
def odd_configs(lab):
    """continuations, comments, colons, repeated sections and options, indented ones, [DEFAULT]"""
    lab.write("s.conf", lab.BASE.replace("{more}", "") + """
; a comment
# another
[program:p]
command : sh -c 'sleep 1000' ; not part of it
   # neither is this
startsecs=5
startsecs = 0
environment=
  A="1",
  B="2"
priority=1;2
[program:q]
  command=sleep
     1000
  startsecs=0
[program:q]
priority=7 #seven
autostart=no
""".replace("priority=1;2\n", "priority=12\n"))
    lab.daemon()
    lab.state("p", "RUNNING")
    infos = lab.rpc_raw("supervisor.getAllConfigInfo")
    lab.note([(i["name"], i["command"], i["startsecs"], i["process_prio"], i["autostart"]) for i in infos])
    lab.ctl("start", "q")
    lab.ctl("status")


@scenario
def duplicate_names(lab):
    """a group called like a program, two programs with one process_name, a program in two groups"""
    lab.config(program("a") + program("b") + program("x", process_name="same") + program("y", "sleep 999", process_name="same")
               + section("group:one", programs="a,b") + section("group:two", programs="a") + section("group:xy", programs="x,y"))
    lab.daemon()
    lab.state("two:a", "RUNNING")
    lab.state("xy:same", "RUNNING")
    lab.ctl("status")
    lab.ctl("stop", "one:a")
    lab.ctl("status", "one:*", "two:*")
    lab.ctl("status", "a")
    lab.ctl("avail")


@scenario
def shutdown_replies(lab):
    """shutdown and reload answer their caller although nothing has to be stopped first"""
    lab.config("")
    p = lab.daemon()
    lab.ctl("reload")
    lab.until(lambda: lab.alive() and lab.rpc_raw("supervisor.getState")["statecode"] == 1, 15, "up again")
    lab.note("same pid:", lab.rpc_raw("supervisor.getPID") == p.pid)
    lab.ctl("shutdown")
    lab.note("exit", p.wait(10))


@scenario
def prompt_words(lab):
    """odd lines at the prompt: blanks, tabs, upper case, several names, help"""
    lab.config(program("a") + program("b"))
    lab.daemon()
    lab.state("b", "RUNNING")
    shell(lab, "  stop   a    b ", "START a", "help   stop", "!ls", "start a;stop b", "version 1", "pid", note=False)
    lab.ctl("status")
    shell(lab, "start a", "help nothing", "stop a b", "start b a")
    lab.ctl("stop  a")
    lab.ctl("status a b")
    lab.ctl("")
