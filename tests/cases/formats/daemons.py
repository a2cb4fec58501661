"""Logs of daemons and of what is laid around their lines: stamps of several years, long lines, separators inside messages."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from tests.cases.formats.words import HARD, go_trace, java_trace
from tests.cases.formats.writing import Plain, Say, Species, Written, cut, expected, one

ISO = "%Y-%m-%d %H:%M:%S"
SLASHES = "%Y/%m/%d %H:%M:%S"
ZULU = "%Y-%m-%dT%H:%M:%S.%fZ"
PYTHON = ("INFO", "WARNING", "ERROR", "DEBUG", "CRITICAL")
UPPER = ("INFO", "WARN", "ERROR", "DEBUG")
HOSTS = ("web-3", "db-01", "edge7.shop.test", "10.1.2.3")
#: A line as long as a request's dump, the marks that formats separate with, and Chinese text with marks of its own.
LONG = "dump of lease 812: " + " ".join(f"field{i}=value-{i * 7919 % 1009}" for i in range(180))
MARKS = (
    LONG,
    "a | b: c | d",
    "state: [old] -> (new.State) [main]",
    "shard: keeper/4: late: 3 of 5: gave up",
    "租约：分片 12 已丢失（原因：超时），重试 3 次后放弃",
    "【告警】存储空间不足: /data | 剩余 3%",
)
SHOWN = (*HARD, *MARKS)
#: What begins with a word: nothing of it could be a header's.
FIRM = tuple(words for words in SHOWN if words and words[0].isalpha() and " " in words)


def elsewhen(write: Callable[[Say], Written]) -> Callable[[Say], Written]:
    """Return a program whose records are of several years."""
    return lambda said: write(replace(said, at=said.at.replace(year=2018 + said.n * 3 % 8)))


def capnslog(said: Say) -> Written:
    """A member that cannot go on dies of a panic below what it said."""
    line = f"{said.stamp(ISO + '.%f', 6)} {said.level} | {said.module}: {said.message}"
    record = (0, expected(said.at, said.level, said.module, said.message))
    if said.level != "C":
        return Written((line,), (record,))
    trace = go_trace(said.rng)
    died = (1, expected(None, "FATAL", "", "\n".join(trace.lines), trace.attributes))
    return Written((line, *trace.lines), (record, died))


def go_log_file_level(said: Say) -> Written:
    """With microseconds and without."""
    form, digits = ((SLASHES, 0), (SLASHES + ".%f", 6))[said.n % 2]
    line = f"{said.stamp(form, 6)} {said.module}:{said.n + 12}: [{said.level}] {said.message}"
    return one([line], cut(said.at, digits), said.level.upper(), said.module, said.message)


def kafka_thread(said: Say) -> Written:
    """Who says it stands behind what is said, and a stack trace below both."""
    thread = ("main", "data-plane-kafka-request-handler-3", "kafka-scheduler-7", "QuorumController[id=2]")[said.n % 3]  # fmt: skip
    line = f"{said.stamp(ISO + ',%f')} {said.level:<5} {said.message} ({said.module}) [{thread}]"
    trace = java_trace(said.rng) if said.n % 9 == 4 else None
    words = "\n".join([said.message, *trace.lines]) if trace else said.message
    lines = [line, *(trace.lines if trace else ())]
    shown = trace.attributes if trace else None
    return one(lines, cut(said.at, 3), said.level, said.module, words, shown)


def php_fpm_access(said: Say) -> Written:
    """With a user or none, behind a web server or asked directly."""
    status = said.rng.choice((200, 200, 302, 404, 500, 502, 503))
    client = ("127.0.0.1", "10.9.8.7", "fe80::1", "-")[said.n % 4]
    user = (" ", "ops ", "admin@shop.test ")[said.n % 3]
    path = ("/index.php", f"/lease.php?shard={said.n}&q=%E7%A7%9F", "/a b.php", "/503.php", "/租约.php")[said.n % 5]  # fmt: skip
    words = f'"{("GET", "POST", "HEAD")[said.n % 3]} {path}" {status}'
    line = f"{client} - {user}{said.stamp('%d/%b/%Y:%H:%M:%S +0800')} {words}"
    return one([line], cut(said.at, 0), "ERROR" if status >= 500 else "", "", words)


def coturn(said: Say) -> Written:
    stamp = said.stamp("%Y-%m-%dT%H:%M:%S+0800")
    line = f"{stamp}({said.n + 7}): {said.level}: {said.message}"
    return one([line], cut(said.at, 0), said.level, "", said.message)


def freeswitch(said: Say) -> Written:
    """Of a call its number stands before the time."""
    call = "" if said.n % 3 else f"b6a4a8c8-0000-4000-8000-{said.n:012} "
    idle = f"{said.rng.randrange(10_001) / 100:.2f}%"
    line = f"{call}{said.stamp(ISO + '.%f', 6)} {idle} [{said.level}] {said.module}:{said.n + 12} {said.message}"
    return one([line], said.at, said.level, said.module, said.message)


def tdengine(said: Say) -> Written:
    """Of levels it names some; the thread is a number or an address."""
    thread = (f"{said.n + 812:08}", f"0x7f23{said.n:04x}f700")[said.n % 2]
    level = said.level + " " if said.level else ""
    line = f"{said.stamp('%m/%d %H:%M:%S.%f', 6)} {thread} {said.module:<3} {level}{said.message}"
    return one([line], said.at, said.level, said.module, said.message)


def skynet_failed(said: Say) -> Written:
    """Its own words for what failed, and what services say of themselves."""
    failed = (
        f"init service failed: {said.message}",
        f"lua call [{said.n:x} to :f : {said.n} msgsz = 24] error : ./service/lease.lua:{said.n}: {said.message}",
        f"socket: error on {said.n}",
        f"Connect to 10.1.2.3:{said.n} failed",
        f"socket: disconnect detected 10.0.0.4 {said.n}",
        f"LAUNCH snlua keeper {said.n}",
    )
    words = failed[said.n % 6]
    stamp, digits = (f"{said.stamp('%H:%M:%S')} : ", 0), (f"[{said.stamp(ISO + '.%f', 2)}] ", 2)
    shown, kept = (stamp, digits)[said.n // 6 % 2]
    line = f"{shown}[:{said.n + 10:08x}] {words}"
    return one([line], cut(said.at, kept), "ERROR" if said.n % 6 < 4 else "", "", words)


def _syslog(said: Say, service: str) -> str:
    day = said.local.strftime(f"%b {said.local.day:2} %H:%M:%S")
    return f"{day} {HOSTS[said.n % 4]} {service}[{said.n + 7}]: "


def hashicorp_in_syslog(said: Say) -> Written:
    """Of versions before and after they wrote stamps with a zone."""
    old = said.n % 3 == 2
    stamp = f"    {said.stamp(SLASHES)}" if old else said.stamp("%Y-%m-%dT%H:%M:%S.%f+0800")
    level = f"[{said.level}]" + " " * (1 if old else 6 - len(said.level))
    line = f"{_syslog(said, ('consul', 'vault', 'nomad')[said.n % 3])}{stamp} {level}{said.module}: {said.message}"
    return one([line], cut(said.at, 0), said.level, said.module, said.message)


def gunicorn_in_syslog(said: Say) -> Written:
    line = f"{_syslog(said, 'gunicorn')}[{said.stamp(ISO + ' +0800')}] [{said.n + 7}] [{said.level}] {said.message}"
    return one([line], cut(said.at, 0), said.level, "", said.message)


def grep_output(said: Say) -> Written:
    """What was found in several files, each with lines of its own kind."""
    found = ("./store.log", "/var/log/keeper/app-3.log.2025-03-04.gz", "logs/mail.out.12", "a-b/错误/keeper.log", r"C:\shop\logs\keeper.log")[said.n % 5]  # fmt: skip
    number = f"{said.n * 77 + 1}:" if said.n % 2 else ""
    inside, module, digits = (
        (f"{said.stamp(ISO + ',%f')} {said.level} {said.message}", "", 3),
        (f"{said.stamp(ISO + ',%f')} [main] {said.level:<5} {said.module} - {said.message}", said.module, 3),
        (f"[{said.stamp(ISO + '.%f')}] [{said.level}] {said.message}", "", 3),
    )[said.n % 3]  # fmt: skip
    where: dict[str, object] = {"log.file.name": found, "source_line": number[:-1] or None}
    line = f"{found}:{number}{inside}"
    return one([line], cut(said.at, digits), said.level, module, said.message, where)


def rocketmq(said: Say) -> Written:
    """Where a class is expected a thread is named; a name that is none is a class."""
    thread = ("main", "RemotingExecutorThread_1", "NSScheduledThread1", "brokerOutApi_thread_3", "NettyServerNIOSelector_3_2", "LeaseKeeper")[said.n % 6]  # fmt: skip
    is_class = thread == "LeaseKeeper"
    line = f"{said.stamp(ISO)} {said.level} {thread} - {said.message}"
    where: dict[str, object] = {"thread.name": None if is_class else thread}
    return one([line], cut(said.at, 0), said.level, thread if is_class else "", said.message, where)


def glassfish(said: Say) -> Written:
    """Of its two layouts one begins with a mark of its own; the message stands on a line of its own, with a stack trace or none."""
    stamp, words = said.stamp("%Y-%m-%dT%H:%M:%S.%f+0800"), said.message or "-"
    trace = java_trace(said.rng) if said.n % 5 == 4 else None
    said_all = "\n".join([words, *(trace.lines if trace else ())])
    thread = f"http-listener-1({said.n})"
    if said.n % 3 == 0:
        text = f"[#|{stamp}|{said.level}|glassfish3.1.2|{said.module}|_ThreadID={said.n};_ThreadName={thread};|{said_all}"
    elif said.n % 3 == 1:
        text = f"[#|{stamp}|{said.level}|Payara 5.2022.1|{said.module}|_ThreadID={said.n};_TimeMillis=1741064767891;_LevelValue=900;|\n  {said_all}"
    else:
        code = ("", "KEPR-0812")[said.n // 3 % 2]
        text = f"[{stamp}] [Payara 5] [{said.level}] [{code}] [{said.module}] [tid: _ThreadID={said.n} _ThreadName={thread}] [timeMillis: 1741064767891] [levelValue: 900] [[\n  {said_all}"
    # Below a stack trace the mark at the end is a line of it.
    mark = "]]" if said.n % 3 == 2 else "|#]"
    shown = dict(trace.attributes) if trace else {}
    lines = [*(text + ("\n" if trace else "") + mark).split("\n"), ""]
    said_all += f"\n{mark}" if trace else ""
    return one(lines, cut(said.at, 3), said.level, said.module, said_all, shown)


def erlang_reports(said: Say) -> Written:
    """The header stands before each line of a report; what another process says goes between reports, not into them."""
    head = f"{said.stamp(ISO + '.%f+08:00', 6)} [{said.level}] <0.{said.n // 2 + 812}.0>"
    if said.level != "error":
        words = said.message or "-"
        return one([f"{head} {words}"], said.at, said.level.upper(), "", words)
    report: tuple[str, ...] = (
        ("** Generic server keeper terminating", f"** Last message in was {{lease,{said.n}}}", "** Reason for termination ==", "** {lease_lost,", "      [{keeper,renew,1}]}", ""),
        ("  crasher:", f"    initial call: keeper:renew/{said.n}", "    exception error: lease lost", "      in function  keeper:renew/1", "  neighbours:"),
        ("    supervisor: {local,keeper_sup}", "    errorContext: shutdown_error", f"    reason: {said.message}"),
    )[said.n % 3]  # fmt: skip
    lines = [f"{head} {line}" if line else head for line in report]
    return one(lines, said.at, "ERROR", "", "\n".join(report))


def coturn_uptime(said: Say) -> Written:
    """How long it has been running is no time."""
    pid = f"({said.n + 7})" if said.n % 2 else ""
    line = f"{said.n * said.n * 137}: {pid}: {said.level}: {said.message}"
    return one([line], None, said.level, "", said.message)


def calico_in_syslog(said: Say) -> Written:
    """What a network plugin writes, kubelet writes on."""
    line = f"{_syslog(said, 'kubelet')}{said.stamp(ISO + '.%f')} [{said.level}][{said.n + 56}] {said.module} {said.n + 7}: {said.message}"
    return one([line], cut(said.at, 0), said.level, said.module, said.message)


def celery_function(said: Say) -> Written:
    """The level is said once more behind the function."""
    where = f"{said.module}:{said.n + 12} - renew() {said.level}: {said.message}"
    head = (f"[{said.stamp(ISO + ',%f')}: {said.level}/ForkPoolWorker-3]", said.stamp(ISO + ",%f"), f"[{said.stamp(ISO + ',%f')}]")[said.n % 3]  # fmt: skip
    told: dict[str, object] = {"code.function.name": "renew"}
    return one([f"{head} {where}"], cut(said.at, 3), said.level, said.module, said.message, told)


KAFKA = ("kafka.server.KafkaServer", "org.apache.kafka.raft.KafkaRaftClient", "kafka.log.LogCleaner$CleanerThread")  # fmt: skip
SPECIES = (
    Species("capnslog", elsewhen(capnslog), ("D", "I", "N", "W", "E", "C"), ("etcdserver", "etcdserver/membership", "rafthttp", "pkg/flags"), hard=SHOWN),
    Species("kafka_thread", elsewhen(kafka_thread), (*UPPER, "FATAL", "TRACE"), KAFKA, hard=SHOWN),
    Species("go_log_file_level", elsewhen(go_log_file_level), ("info", "WARN", "error", "fatal", "debug"), ("keeper.go", "store/lease.go", "kv-2/renew.rs"), hard=SHOWN),
    Species("go_log_prefixed", elsewhen(Plain(lambda s: f"{s.module}{s.stamp(SLASHES)} {s.level}: ", 0)), ("INFO", "WARN", "ERROR", "DEBUG"), ("raft", "keeper", "lease-log"), hard=SHOWN),
    Species("php_fpm_access", elsewhen(php_fpm_access), hard=()),
    Species("grep_output", grep_output, UPPER, hard=FIRM),
    Species("coturn", elsewhen(coturn), ("INFO", "WARNING", "ERROR", "DEBUG"), hard=SHOWN),
    Species("freeswitch", elsewhen(freeswitch), ("CONSOLE", "CRIT", "ERR", "WARNING", "NOTICE", "INFO", "DEBUG", "DEBUG9"), ("sofia.c", "mod_lease.c", "switch_core_state_machine.c", "mod_lua.cpp"), hard=SHOWN),
    Species("tdengine", tdengine, ("ERROR", "WARN", "INFO", "DEBUG", ""), ("DND", "CQ", "MND", "WAL", "RPC"), hard=FIRM),
    Species("skynet_failed", skynet_failed, hard=SHOWN),
    Species("hashicorp_in_syslog", hashicorp_in_syslog, UPPER, ("agent", "agent.server.raft", "core.cluster-listener", "raft"), hard=SHOWN),
    Species("rocketmq", elsewhen(rocketmq), UPPER, hard=SHOWN, records=30),
    Species("glassfish", elsewhen(glassfish), ("SEVERE", "WARNING", "INFO", "FINE"), ("javax.enterprise.system.core", "shop.Keeper", ""), hard=SHOWN, records=30),
    Species("erlang_reports", elsewhen(erlang_reports), ("error", "error", "info", "warning"), hard=FIRM, records=30),
    Species("coturn_uptime", coturn_uptime, ("INFO", "WARNING", "ERROR"), hard=SHOWN, records=30),
    Species("calico_in_syslog", calico_in_syslog, ("INFO", "WARNING", "ERROR"), ("k8s.go", "ipam/ipam.go"), hard=SHOWN, records=30),
    Species("celery_function", elsewhen(celery_function), PYTHON, ("keeper.py", "shop/tasks.py"), hard=SHOWN, records=30),
    Species("gunicorn_in_syslog", gunicorn_in_syslog, PYTHON, hard=SHOWN),
)  # fmt: skip
