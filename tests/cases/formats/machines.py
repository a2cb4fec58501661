"""Logs of databases, middleware, game servers and network devices with headers of their own."""

from __future__ import annotations

from tests.cases.formats.servers import ISO
from tests.cases.formats.words import HARD
from tests.cases.formats.writing import Plain, Say, Species, Written, cut, one

#: Messages that stand between quotation marks or brackets as they are.
_UNQUOTED = tuple(words for words in HARD if not set('"\\[]<>') & set(words))
_DEVICE_LEVELS = {"2": "FATAL", "3": "ERROR", "4": "WARN", "5": "INFO", "6": "INFO", "7": "DEBUG"}
_UPPER = ("KEEPER", "LEASE", "SHARD_MGR")


def tidb(said: Say) -> Written:
    head = f"[{said.stamp('%Y/%m/%d %H:%M:%S.%f +08:00')}] [{said.level}] [{said.module}.go:{said.n + 7}]"
    words, more = said.message, f' [shard={said.n}] [of="web 3"]'
    if said.level == "ERROR":
        more += f' [error="shard {said.n} is gone"] [stack="main.go:1"]'
        words += f" error=shard {said.n} is gone"
    line = f'{head} ["{said.message}"]{more}'
    return one([line], cut(said.at, 3), said.level, f"{said.module}.go", words)


def oceanbase(said: Say) -> Written:
    where = f"renew (ob_{said.module}.cpp:{said.n + 7})"
    line = f"[{said.stamp(ISO + '.%f', 6)}] {said.level:<5} [SERVER] {where} [812][Worker][T1][Y0-{said.n}] [lt=3] {said.message}"
    return one([line], said.at, said.level, f"ob_{said.module}.cpp", said.message)


def weblogic(said: Say) -> Written:
    local = said.stamp("%b %d, %Y %I:%M:%S,%f %p CST")
    micros = int(said.at.timestamp()) * 1000 + said.at.microsecond // 1000
    thread = f"[ACTIVE] ExecuteThread: '{said.n}' for queue: 'kernel'"
    line = (
        f"####<{local}> <{said.level}> <{said.module}> <web-3> <Server1> <{thread}> <<WLS Kernel>> <> <0a0b> "
        f"<{micros}> <[severity-value: 8] > <BEA-000{said.n + 100}> <{said.message}>"
    )
    return one([line], cut(said.at, 3), said.level.upper(), said.module, said.message)


def websphere(said: Say) -> Written:
    local = said.local
    stamp = f"{local.month}/{local.day}/{local:%y} {local.hour}:{local:%M:%S}:{local.microsecond // 1000:03}"
    line = f"[{stamp} CST] 000000{(said.n + 16) % 256:02x} {said.module:<13} {said.level}   {said.message}"
    return one([line], cut(said.at, 3), said.level, said.module, said.message)


def dubbo(said: Say) -> Written:
    stamp = said.stamp("%d/%m/%y %H:%M:%S:%f")
    thread = f"DubboServerHandler-10.1.2.3:20880-thread-{said.n}"
    line = f"[{stamp} CST] {thread} {said.level:>5} keeper.{said.module}:  {said.message}"
    return one([line], cut(said.at, 3), said.level, f"keeper.{said.module}", said.message)


def h3c(said: Say) -> Written:
    day = f"{said.local:%b} {said.local.day:2}"
    stamp = f"{day} {said.stamp('%H:%M:%S:%f')} {said.local.year}"
    before = ("%", "%@812%")[said.n % 2]
    line = f"{before}{stamp} edge-3 {said.module}/{said.level}/LATE: {said.message}"
    return one([line], cut(said.at, 3), _DEVICE_LEVELS[said.level], said.module, said.message)


def huawei(said: Say) -> Written:
    day = f"{said.local:%b} {said.local.day:2}"
    stamp = f"{day} {said.local.year} {said.stamp('%H:%M:%S')}{('', '+08:00')[said.n % 2]}"
    line = f"<188>{stamp} edge-3 %%01{said.module}/{said.level}/LATE(l)[{said.n}]:{said.message}"
    return one([line], cut(said.at, 0), _DEVICE_LEVELS[said.level], said.module, said.message)


def unreal(said: Say) -> Written:
    stamp = said.stamp("%Y.%m.%d-%H.%M.%S:%f", utc=True)
    level = f"{said.level}: " if said.level else ""
    line = f"[{stamp}][{said.n:3}]Log{said.module.title()}: {level}{said.message}"
    return one(
        [line], cut(said.at, 3), said.level.upper(), f"Log{said.module.title()}", said.message
    )


def auditd(said: Say) -> Written:
    seconds = f"{int(said.at.timestamp())}.{said.at.microsecond // 1000:03}"
    words = f'pid={said.n} uid=0 msg=\'op=renew acct="ops" exe="/usr/bin/keeper" res=failed\''
    line = f"type={said.module}_AUTH msg=audit({seconds}:{said.n}): {words}"
    return one([line], cut(said.at, 3), "", f"{said.module}_AUTH", words)


def sqlserver(said: Say) -> Written:
    words = (
        f"Error: {said.n + 800}, Severity: {(10, 14, 20)[said.n % 3]}, State: 1."
        if said.n % 2
        else said.message
    )
    failed = bool(said.n % 2 and said.n % 3)
    line = f"{said.stamp(ISO + '.%f', 2)} {f'spid{said.n}':<11} {words}"
    return one([line], cut(said.at, 2), "ERROR" if failed else "", f"spid{said.n}", words)


def _ceph_head(said: Say) -> str:
    number = "-1" if said.level == "ERROR" else f"{said.n % 20:2}"
    return f"{said.stamp('%Y-%m-%dT%H:%M:%S.%f+0800')} 7f3b12345700 {number} "


_JAVA = ("INFO", "WARN", "ERROR", "DEBUG")
SPECIES = (
    Species("tidb", tidb, _JAVA, hard=_UNQUOTED),
    Species("oceanbase", oceanbase, ("INFO", "WARN", "WDIAG", "EDIAG", "ERROR"), hard=_UNQUOTED),
    Species("weblogic", weblogic, ("Notice", "Warning", "Error", "Critical"), hard=_UNQUOTED),
    Species("websphere", websphere, ("I", "W", "E", "A", "O"), hard=_UNQUOTED),
    Species("dubbo", dubbo, _JAVA, hard=_UNQUOTED),
    Species("h3c", h3c, tuple(_DEVICE_LEVELS), _UPPER, hard=_UNQUOTED),
    Species("huawei", huawei, tuple(_DEVICE_LEVELS), _UPPER, hard=_UNQUOTED),
    Species("unreal", unreal, ("", "Warning", "Error", "Display"), ("keeper", "lease"), _UNQUOTED),
    Species("auditd", auditd, modules=_UPPER, hard=()),
    Species("sqlserver", sqlserver, hard=_UNQUOTED),
    Species("ceph", Plain(_ceph_head, level=lambda s: "ERROR" if s.level == "ERROR" else "", module=lambda s: ""), ("INFO", "ERROR"), hard=_UNQUOTED),
    Species("tars", Plain(lambda s: f"10.1.2.3|{s.stamp(ISO)}|{s.n + 800}|{s.level}|{s.module}.cpp:renew:{s.n + 7}|", 0, module=lambda s: f"{s.module}.cpp")),
    Species("gaussdb", Plain(lambda s: f"{s.stamp(ISO + '.%f')} dn_3 ops shop 10.1.2.3 139812345678 {s.n}[0:0#0]  0 [BACKEND] {s.level}:  ", module=lambda s: "BACKEND"), ("LOG", "ERROR", "FATAL", "WARNING")),
    Species("gluster", Plain(lambda s: f"[{s.stamp(ISO + '.%f', 6, utc=True)} +0000] {s.level} [MSGID: {s.n + 800}] [{s.module}.c:77:renew] 0-vol0: ", 6, module=lambda s: f"{s.module}.c"), ("I", "W", "E", "C"), hard=_UNQUOTED),
    Species("bind", Plain(lambda s: f"{s.stamp('%d-%b-%Y %H:%M:%S.%f')} queries: {s.level}: ", module=lambda s: "queries"), ("info", "warning", "error", "notice")),
    Species("nats", Plain(lambda s: f"[1] {s.stamp('%Y/%m/%d %H:%M:%S.%f', 6)} [{s.level}] ", 6, module=lambda s: ""), ("INF", "WRN", "ERR", "DBG")),
    Species("trino", Plain(lambda s: f"{s.stamp('%Y-%m-%dT%H:%M:%S.%f+0800')}\t{s.level:>5}\tworker-{s.n}\tstore.{s.module}\t", module=lambda s: f"store.{s.module}"), _JAVA),
    Species("zabbix", Plain(lambda s: f"{s.n + 800:6}:{s.stamp('%Y%m%d:%H%M%S.%f')} ", level=lambda s: "", module=lambda s: "")),
)  # fmt: skip
