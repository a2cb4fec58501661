"""Logs of BlueKing's own programs, and of what runs beside them."""

from __future__ import annotations

import json

from tests.cases.formats.words import HARD
from tests.cases.formats.writing import Plain, Say, Species, Written, cut, one

ISO = "%Y-%m-%d %H:%M:%S"
UPPER = ("INFO", "WARNING", "ERROR", "DEBUG")
RECORDS = 20
#: What begins like a word: nothing of it could be a header's.
FIRM = tuple(words for words in HARD if words and words[0].isalpha() and " " in words)


def ci(said: Say) -> Written:
    client = ("-", "10.1.2.3")[said.n % 2]
    head = f"{said.stamp(ISO + '.%f')}|{client}|{said.module}|{said.n + 12}|{said.level}|{said.n % 2}|||||[http-nio-80-exec-{said.n}] "
    return one([head + said.message], cut(said.at, 3), said.level, said.module, said.message)


def apps(said: Say) -> Written:
    """What it says stands on the line below."""
    head = f"{said.level} [{said.stamp(ISO)}] {said.module} {said.n + 12} renew 812 140123456789"
    trace = "0af7651916cd43dd8448eb211c80319c\t" if said.n % 2 else ""
    lines = [head, f" \t {trace}{said.message}"]
    return one(lines, cut(said.at, 0), said.level, said.module, said.message)


def exported(said: Say) -> Written:
    """The same as one row of the log platform's export."""
    text = "\n".join(apps(said).lines)
    row = {"dtEventTimeStamp": str(int(said.at.timestamp() * 1000)), "serverIp": "10.1.2.3", "log": text}  # fmt: skip
    return one([json.dumps(row)], cut(said.at, 3), said.level, said.module, said.message)


def kratos(said: Say) -> Written:
    service = "service.id=web-3 service.name=lease service.version=v1 " if said.n % 2 else ""
    stamp = said.stamp("%Y-%m-%dT%H:%M:%S+08:00")
    line = f"{said.level} ts={stamp} caller={said.module}:{said.n + 12} {service}msg={said.message}"
    return one([line], cut(said.at, 0), said.level, said.module, said.message)


def engine(said: Say) -> Written:
    """Of the processes of one server each says which it is."""
    who = ("", "(KeeperCore_DP0 pid=812) ")[said.n % 2]
    line = f"{who}{said.level} {said.stamp('%m-%d %H:%M:%S')} [{said.module}:{said.n + 12}] {said.message}"
    return one([line], cut(said.at, 0), said.level, said.module, said.message)


def events(said: Say) -> Written:
    """As exporters of events write them: a line each, the object last."""
    row = {
        "reason": "BackOff", "message": said.message, "type": said.level, "count": said.n + 1,
        "lastTimestamp": said.stamp("%Y-%m-%dT%H:%M:%SZ", utc=True),
        "involvedObject": {"kind": "Pod", "name": "cart-6c9bd7f8d4-x2x9p", "namespace": "shop"},
    }  # fmt: skip
    level = {"Warning": "WARNING", "Normal": "NORMAL"}[said.level]
    return one([json.dumps(row)], cut(said.at, 0), level, "BackOff", said.message)


def greenplum(said: Say) -> Written:
    stamp, words = said.stamp(ISO + ".%f UTC", 6, utc=True), said.message.replace('"', '""')
    line = f'{stamp},"ops","shop",p812,th456,"[local]",,{stamp},0,con12,cmd3,seg-1,,,,sx1,"{said.level}","53200","{words}",,,,,,"select 12",0,,"keeper.c",77,'
    return one([line], said.at, said.level, "", said.message)


PYTHON = ("/app/lease/keeper.py", "/app/shop/mail.py")
SPECIES = (
    Species("bk_ci", ci, ("INFO", "WARN", "ERROR"), ("Keeper.kt", "LeaseService.kt"), hard=FIRM, records=RECORDS),
    Species("bk_job", Plain(lambda s: f"[{s.stamp(ISO + '.%f')}] {s.level:>5} [lease,4bf92f35,00f067aa,true] 1 --- [ool-1-thread-{s.n}] {s.module:<40} : "), ("INFO", "WARN", "ERROR"), ("c.t.b.Keeper", "c.t.b.Mail"), hard=FIRM, records=RECORDS),
    Species("bk_monitor", Plain(lambda s: f"{s.stamp(ISO)} {s.level:<8} {812 + s.n * 700000:<8} {'lease':<15} {s.module:>20}[{s.n:03}] ", 0), UPPER, ("keeper.py", "some_lease_keeper.py"), hard=FIRM, records=RECORDS),
    Species("bk_apps", apps, UPPER, PYTHON, hard=FIRM, records=RECORDS),
    Species("bk_apps_exported", exported, UPPER, PYTHON, hard=FIRM, records=RECORDS),
    Species("bk_apps_console", Plain(lambda s: f"{s.level} [{s.stamp(ISO)}] [lease.api] [{s.module}:renew:{s.n + 12}] ", 0), UPPER, ("keeper.py", "mail.py"), hard=FIRM, records=RECORDS),
    Species("kratos", kratos, ("INFO", "WARN", "ERROR"), ("biz/keeper.go", "lease.go"), hard=FIRM, records=RECORDS),
    Species("model_server", engine, UPPER, ("keeper.py", "lease.py"), hard=FIRM, records=RECORDS),
    Species("model_server_rank", Plain(lambda s: f"[{s.stamp(ISO)} DP{s.n % 2} TP0] ", 0, level=lambda s: "", module=lambda s: ""), hard=FIRM, records=RECORDS),
    Species("event_exporter", events, ("Warning", "Normal"), hard=FIRM, records=RECORDS),
    Species("greenplum_csv", greenplum, ("LOG", "WARNING", "ERROR"), hard=FIRM, records=RECORDS),
    Species("barred_java", Plain(lambda s: f"{s.stamp(ISO + '.%f')}|{s.level:<5}|http-nio-{s.n}|{s.module}|renew|{s.n + 12}|"), ("INFO", "WARN", "ERROR"), ("c.s.web.Keeper", "store.Mail"), hard=FIRM, records=RECORDS),
)  # fmt: skip
