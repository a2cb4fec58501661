"""Logs of clouds, network devices and machines' commands, and what log platforms export."""

from __future__ import annotations

import json
from datetime import datetime

from tests.cases.formats.words import HARD
from tests.cases.formats.writing import Plain, Say, Species, Written, cut, expected, one

ISO = "%Y-%m-%d %H:%M:%S"
SLASHES = "%Y/%m/%d %H:%M:%S"
ZULU = "%Y-%m-%dT%H:%M:%S.%fZ"
RECORDS = 20
#: What begins with a word: nothing of it could be a header's.
FIRM = tuple(words for words in HARD if words and words[0].isalpha() and " " in words)
#: Of these nothing ends a column of theirs.
UNQUOTED = tuple(words for words in FIRM if '"' not in words and "\t" not in words)


def _epoch(at: datetime, digits: int) -> str:
    return f"{int(at.timestamp())}{at.microsecond:06}000"[: 10 + digits]


def docker_events(said: Say) -> Written:
    words, level = (
        (f"container die 0a1b2c3d (execDuration=12, exitCode=137, name=keeper-{said.n})", "WARNING"),
        (f"container die 0a1b2c3d (exitCode={(0, 143)[said.n % 2]}, image=shop/keeper:1)", ""),
        ("container oom 0a1b2c3d (image=shop/keeper:1, name=keeper)", "ERROR"),
        ("container health_status: unhealthy 0a1b2c3d (image=shop/keeper:1)", "WARNING"),
        ("container exec_create: sh -c 'renew 12' 0a1b2c3d (execID=1b)", ""),
        ("network connect 0a1b (container=0a1b2c3d, name=bridge, type=bridge)", ""),
    )[said.n % 6]  # fmt: skip
    stamp = said.stamp("%Y-%m-%dT%H:%M:%S.%f", 6) + "007+08:00"
    return one([f"{stamp} {words}"], said.at, level, words.split()[0], words)


ZEEK = ("#separator \\x09", "#set_separator\t,", "#path\tconn", "#open\t2025-03-05-05-06-07", "#fields\tts\tuid\tid.orig_h\tservice", "#types\ttime\tstring\taddr\tstring")  # fmt: skip


def zeek(said: Say) -> Written:
    """Rows of connections, and what it says of itself; a new header where its log is begun anew."""
    stamp = f"{int(said.at.timestamp())}.{said.at.microsecond:06}"
    level = ("", "ERROR", "WARNING")[said.n % 3]
    words = said.message if level else f"C0a1b2c3d{said.n}\t10.1.2.3\t{said.n + 49152}\t-"
    row = f"{stamp}\tReporter::{level}\t{words}\t/srv/zeek/a.zeek, line {said.n}" if level else f"{stamp}\t{words}"  # fmt: skip
    header = ZEEK if said.n == 10 else ()
    return Written((*header, row), ((len(header), expected(said.at, level, "", words)),))


PANOS = {"informational": 9, "low": 10, "medium": 13, "high": 17, "critical": 21}


def panos(said: Say) -> Written:
    """As a file and sent by syslog; logs of traffic have no severity."""
    stamp, kind = said.stamp(SLASHES), said.n % 3
    head = f"1,{stamp},0018"
    system = f'{head},SYSTEM,vpn,2049,{stamp},,lease-lost,gw,0,0,general,{said.level},"{said.message}",124,0x0,0,0,0,0,,wall-3'
    threat = f'THREAT,vulnerability,2049,{stamp},10.1.2.3,10.1.2.4,0.0.0.0,0.0.0.0,keep,,,web-browsing,vsys1,trust,untrust,e1,e2,fwd,{stamp},12,1,49152,80,0,0,0x2000,tcp,alert,"a,{said.n}.php",Lease(812),any,{said.level},client-to-server,1,0x0,US,CN'
    traffic = f"TRAFFIC,end,2049,{stamp},10.1.2.3,10.1.2.4,0.0.0.0,0.0.0.0,keep,critical"
    line = (system, f"{head},{threat}", f"{head},{traffic}")[kind]
    words = (said.message, threat, traffic)[kind]
    if said.n % 2:
        line = f"{said.local.strftime(f'%b {said.local.day:2} %H:%M:%S')} wall-3 {line}"
    level = "" if kind == 2 else said.level.upper()
    return one([line], cut(said.at, 0), level, ("vpn", "THREAT", "TRAFFIC")[kind], words)


def sap_trace(said: Say) -> Written:
    """A moment on a line of its own, and what happened then below it: what failed is said first."""
    milli = f":{said.at.microsecond // 1000:03}" if said.n % 2 else ""
    stamp = said.local.strftime(f"%a %b {said.local.day:2} %H:%M:%S{milli} %Y")
    failed = f"{said.message} [keeper.c  {said.n}]" if said.level else ""
    body = ["M  KeepLease: start"] + [f"M  *** {said.level} => {failed}"] * bool(failed)
    words = "\n".join([*([" ".join(failed.split())] if failed else []), *body])
    at = cut(said.at, 3 if milli else 0)
    return one([f"M {stamp}", *body, ""], at, said.level, "", words)


def sar(said: Say) -> Written:
    """Rows of numbers with a clock of twelve or of twenty-four hours."""
    local = said.local
    half = f"{(local.hour + 11) % 12 + 1:02}:{local:%M:%S} {'AM' if local.hour < 12 else 'PM'}"
    row = ("CPU     %user     %nice   %system", f"all     {said.n}.10      0.00      5.30", f"eth0      0.00      {said.n}.00      0.00      0.01")[said.n % 3]  # fmt: skip
    line = f"{(half, said.stamp('%H:%M:%S'))[said.n % 2]}     {row}"
    return one([line], cut(said.at, 0), "", "", row)


def half_clock(said: Say) -> Written:
    local = said.local
    half = f"{(local.hour + 11) % 12 + 1}:{local:%M:%S} {'AM' if local.hour < 12 else 'PM'}"
    return one(
        [f"{half} {said.level} {said.message}"], cut(said.at, 0), said.level, "", said.message
    )


def exported_json(said: Say) -> Written:
    """Of Datadog and of Grafana, which knows a level or leaves it to the line."""
    words = said.message or "-"
    if said.n % 3 == 0:
        inside = {"timestamp": said.stamp(ZULU, utc=True), "host": "web-3", "service": "cart", "status": said.level, "message": words}  # fmt: skip
        row: dict[str, object] = {"id": f"A{said.n}", "type": "log", "attributes": inside}
    else:
        labels = {"app": "cart"} | ({"detected_level": said.level} if said.n % 3 == 1 else {})
        line = words if said.n % 3 == 1 else f"{said.stamp(ISO)} {said.level.upper()} {words}"
        row = {"line": line, "timestamp": _epoch(said.at, 3) + "000000", "date": said.stamp(ZULU, utc=True), "fields": labels}  # fmt: skip
    at = cut(said.at, 3)
    return one([json.dumps(row, ensure_ascii=False)], at, said.level.upper(), "", words)


def _cell(text: str) -> str:
    return '"' + text.replace('"', '""') + '"'


def datadog_csv(said: Say) -> Written:
    row = f"{said.stamp(ZULU, utc=True)},{said.level},web-3,cart,{_cell(said.message)}"
    return one([row], cut(said.at, 3), said.level.upper(), "", said.message)


def grafana_csv(said: Say) -> Written:
    line = f"level={said.level} msg={json.dumps(said.message, ensure_ascii=False)}"
    millis = _epoch(said.at, 3)
    labels = _cell('{"app":"cart"}')
    row = f"{labels},{millis},{_cell(line)},{millis}000000,{millis}000000_0a"
    return one([row], cut(said.at, 3), said.level.upper(), "", said.message)


def kubectl_events_wide(said: Say) -> Written:
    """With the part, the source and how often; the header is of no record, wherever it stands."""
    part = "   spec.containers{shop}" if said.n % 2 else ""
    row = f"5m12s   {said.level}   BackOff   pod/shop-{said.n}{part}   kubelet, web-3   {said.message}   2d   {said.n + 1}   shop-1.17a"
    header = ("LAST SEEN   TYPE      REASON    OBJECT       SUBOBJECT   SOURCE   MESSAGE   FIRST SEEN   COUNT   NAME",)  # fmt: skip
    lines = (*(header if said.n in (0, 9) else ()), row)
    return Written(lines, ((len(lines) - 1, expected(None, said.level.upper(), "BackOff", said.message)),))  # fmt: skip


def kubectl_describe(said: Say) -> Written:
    """What a container waits for or ended of, and the table of events; of what is usual nothing is a record."""
    if said.n % 3 == 0:
        row = f"  {said.level:<8} Unhealthy   5m (x{said.n + 2} over 1h)    kubelet            {said.message}"
        return one([row], None, said.level.upper(), "Unhealthy", said.message)
    if said.n % 3 == 1:
        lines = ["    State:          Waiting", "      Reason:       CrashLoopBackOff", "    Ready:          False"]  # fmt: skip
        words = "\n".join(["State: Waiting CrashLoopBackOff", lines[-1]])
        return one(lines, None, "ERROR", "", words)
    begun, ended = (f"{said.stamp('%a, %d %b %Y %H:%M:%S +0800')}" for _ in range(2))
    lines = [
        "    Last State:     Terminated", "      Reason:       OOMKilled", f"      Exit Code:    {said.n}",
        f"      Started:      {begun}", f"      Finished:     {ended}", "    Restart Count:  5",
    ]  # fmt: skip
    words = "\n".join([f"Last State: Terminated OOMKilled Exit Code: {said.n}", lines[-1]])
    return one(lines, cut(said.at, 0), "ERROR", "", words)


def dmesg_chinese(said: Say) -> Written:
    local = said.local
    day = f"{'一二三四五六日'[local.weekday()]} {local.month}月 {local.day:2} {local:%H:%M:%S %Y}"
    head = f"kern  :{said.level:<6}: " if said.n % 2 else ""
    level = said.level.upper() if said.n % 2 else ""
    return one([f"{head}[{day}] {said.message}"], cut(said.at, 0), level, "", said.message)


def marked(said: Say) -> Written:
    """What a build server marks, with a stamp and without."""
    mark = (f"##[{said.level}]", f"##vso[task.logissue type={said.level};sourcepath=a.c]", f"::{said.level} file=a.js,line={said.n}::")[said.n % 3]  # fmt: skip
    stamp = f"{said.stamp(ZULU, 6, utc=True)} " if said.n % 2 else ""
    at = said.at if stamp else None
    return one([f"{stamp}{mark}{said.message}"], at, said.level.upper(), "", said.message)


LOWER = ("info", "warn", "error", "debug")
SPECIES = (
    Species("docker_events", docker_events, hard=(), records=RECORDS),
    Species("zeek", zeek, hard=UNQUOTED, head=ZEEK, records=RECORDS),
    Species("panos", panos, tuple(PANOS), hard=UNQUOTED, records=RECORDS),
    Species("sap_trace", sap_trace, ("ERROR", "WARNING", ""), hard=UNQUOTED, records=RECORDS),
    Species("sar", sar, hard=(), records=RECORDS),
    Species("half_clock", half_clock, ("INFO", "ERROR"), hard=FIRM, records=RECORDS),
    Species("exported_json", exported_json, LOWER, hard=FIRM, records=RECORDS),
    Species("datadog_csv", datadog_csv, LOWER, hard=FIRM, head=("Date,Status,Host,Service,Message",), records=RECORDS),
    Species("grafana_csv", grafana_csv, LOWER, hard=[m for m in UNQUOTED if "\\" not in m], head=("labels,Time,Line,tsNs,id",), records=RECORDS),
    Species("kubectl_events_wide", kubectl_events_wide, ("Normal", "Warning"), hard=FIRM, records=RECORDS),
    Species("kubectl_describe", kubectl_describe, ("Normal", "Warning"), hard=FIRM, records=RECORDS),
    Species("dmesg_chinese", dmesg_chinese, ("warn", "err", "crit"), records=RECORDS),
    Species("build_marks", marked, ("error", "warning"), records=RECORDS),
    Species("dmesg_decoded_iso", Plain(lambda s: f"kern  :{s.level:<6}: [{s.stamp('%Y-%m-%dT%H:%M:%S,%f+08:00', 6)}] ", 6, module=lambda s: ""), ("warn", "err", "crit"), records=RECORDS),
)  # fmt: skip
