"""Logs that name their fields, what container runtimes put around lines, tables, and mixed files."""

from __future__ import annotations

import csv
import io
import json
from datetime import timedelta

from tests.cases.formats import applications, servers, systems
from tests.cases.formats.words import HARD, go_trace, java_trace, node_trace, python_trace
from tests.cases.formats.writing import Say, Species, Written, cut, expected, one

OTEL = {1: "TRACE", 5: "DEBUG", 9: "INFO", 13: "WARN", 17: "ERROR", 21: "FATAL"}
PINO = {"10": 1, "20": 5, "30": 9, "40": 13, "50": 17, "60": 21}
WORDY = tuple(m for m in HARD if m)


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)


def _millis(said: Say) -> int:
    return int(said.at.timestamp()) * 1000 + said.at.microsecond // 1000


def _utc(said: Say, digits: int = 3) -> str:
    return said.stamp("%Y-%m-%dT%H:%M:%S.%fZ", digits, utc=True)


def zap(said: Say) -> Written:
    seconds = int(said.at.timestamp()) + said.at.microsecond / 1e6
    body = {
        "level": said.level,
        "ts": round(seconds, 6),
        "caller": f"store/keeper.go:{said.n}",
        "msg": said.message,
        "shard": 12,
    }
    return one([_json(body)], said.at, said.level.upper(), "store/keeper.go", said.message)


def logrus(said: Say) -> Written:
    body = {
        "level": said.level,
        "msg": said.message,
        "time": said.stamp("%Y-%m-%dT%H:%M:%S+08:00"),
        "component": said.module,
    }
    return one([_json(body)], cut(said.at, 0), said.level.upper(), said.module, said.message)


def pino(said: Say) -> Written:
    body = {
        "level": int(said.level),
        "time": _millis(said),
        "pid": 7,
        "hostname": "api-1",
        "name": "shop",
        "msg": said.message,
        "v": 1,
    }
    words, attributes = said.message, None
    if said.n % 9 == 4:
        trace = node_trace(said.rng)
        body["err"] = {"type": "TypeError", "message": "x", "stack": "\n".join(trace.lines)}
        words, attributes = "\n".join([words, *trace.lines]), trace.attributes
    return one([_json(body)], cut(said.at, 3), OTEL[PINO[said.level]], "shop", words, attributes)


def bunyan(said: Say) -> Written:
    body = {
        "name": "shop",
        "hostname": "api-1",
        "pid": 7,
        "level": int(said.level),
        "msg": said.message,
        "time": _utc(said),
        "v": 0,
    }
    return one([_json(body)], cut(said.at, 3), OTEL[PINO[said.level]], "shop", said.message)


def winston_json(said: Say) -> Written:
    body = {"level": said.level, "message": said.message, "timestamp": _utc(said), "label": "api"}
    return one([_json(body)], cut(said.at, 3), said.level.upper(), "", said.message)


def logstash(said: Say) -> Written:
    body = {
        "@timestamp": said.stamp("%Y-%m-%dT%H:%M:%S.%f+08:00"),
        "@version": "1",
        "message": said.message,
        "logger_name": said.module,
        "thread_name": "main",
        "level": said.level,
        "level_value": 20000,
    }
    words, attributes = said.message, None
    if said.n % 9 == 4:
        trace = java_trace(said.rng)
        body["stack_trace"] = "\n".join(trace.lines)
        words, attributes = "\n".join([words, *trace.lines]), trace.attributes
    return one([_json(body)], cut(said.at, 3), said.level, said.module, words, attributes)


def ecs(said: Say) -> Written:
    body = {
        "@timestamp": _utc(said),
        "log": {"level": said.level, "logger": said.module},
        "message": said.message,
        "service": {"name": "shop"},
        "host": {"name": "web-3"},
    }
    return one([_json(body)], cut(said.at, 3), said.level.upper(), said.module, said.message)


def serilog_compact(said: Say) -> Written:
    body = {"@t": _utc(said, 6), "@m": said.message, "@i": "a1", "SourceContext": said.module}
    shown = "INFORMATION"
    if said.level != "Information":
        body["@l"] = said.level
        shown = said.level.upper()
    return one([_json(body)], said.at, shown, said.module, said.message)


def mongodb_json(said: Say) -> Written:
    body = {
        "t": {"$date": said.stamp("%Y-%m-%dT%H:%M:%S.%f+08:00")},
        "s": said.level,
        "c": said.module,
        "id": said.n,
        "ctx": "conn1",
        "msg": said.message,
        "attr": {"shard": 12},
    }
    return one([_json(body)], cut(said.at, 3), said.level, said.module, said.message)


def gelf(said: Say) -> Written:
    seconds = int(said.at.timestamp()) + said.at.microsecond // 1000 / 1000
    body = {
        "version": "1.1",
        "host": "web-3",
        "short_message": said.message,
        "timestamp": round(seconds, 3),
        "level": int(said.level),
        "_logger": said.module,
    }
    shown = OTEL.get({0: 21, 1: 21, 2: 21, 3: 17, 4: 13, 5: 9, 6: 9, 7: 5}[int(said.level)])
    return one([_json(body)], cut(said.at, 3), shown or "", said.module, said.message)


def journald_json(said: Say) -> Written:
    micros = int(said.at.timestamp()) * 1_000_000 + said.at.microsecond
    text: object = said.message or "-"
    body = {
        "__REALTIME_TIMESTAMP": str(micros),
        "PRIORITY": str(said.n % 8),
        "MESSAGE": text,
        "_HOSTNAME": "web-3",
        "SYSLOG_IDENTIFIER": "keeper",
        "_PID": "7",
    }
    if said.n % 7 == 0:
        body["MESSAGE"] = list(str(text).encode())
    return one([_json(body)], said.at, systems.KEYWORDS[said.n % 8], "", str(text))


def bluekings_collector(said: Say) -> Written:
    """One line of the collector holds two lines of a log."""
    first = (
        f"{said.stamp('%Y-%m-%d %H:%M:%S,%f')} {said.level} [mail_queue.py:{said.n}] {said.message}"
    )
    second = f"plain words {said.n}"
    body = {
        "bk_biz_id": 2, "dataid": 1500015, "datetime": said.stamp("%Y-%m-%d %H:%M:%S"), "filename": "/data/shop.log",
        "gseindex": said.n, "hostname": "web-3", "ip": "10.1.2.3",
        "items": [{"data": first, "iterationindex": 0}, {"data": second, "iterationindex": 1}],
        "time": int(said.at.timestamp()), "utctime": said.stamp("%Y-%m-%d %H:%M:%S", utc=True),
    }  # fmt: skip
    at = cut(said.at, 0)
    records = (
        (0, expected(at, said.level, "mail_queue.py", said.message)),
        (0, expected(at, "", "", second)),
    )
    return Written((_json(body),), records)


def logfmt(said: Say) -> Written:
    words = said.message.replace("\\", "/")
    quoted = words.replace('"', '\\"')
    line = f'time="{_utc(said)}" level={said.level} component={said.module} msg="{quoted}" shard={said.n}'
    return one([line], cut(said.at, 3), said.level.upper(), said.module, words)


def cef(said: Say) -> Written:
    level = said.n % 11
    shown = "INFO" if level < 4 else "WARN" if level < 7 else "ERROR" if level < 9 else "FATAL"
    name = (said.message or "scan").replace("\\", "/").replace("|", "\\|")
    body = f"{name}|{level}|src=10.1.2.3 dst=10.1.2.4 msg={said.n}"
    stamp = said.local.strftime(f"%b {said.local.day:2} %H:%M:%S")
    return one(
        [f"{stamp} fw-1 CEF:0|Acme|Wall|2.1|{said.n}|{body}"], cut(said.at, 0), shown, "Wall", body
    )


def pretty(said: Say) -> Written:
    words = said.message or "-"
    body = {
        "timestamp": _utc(said),
        "level": said.level,
        "logger": said.module,
        "message": words,
        "data": {"list": [1, {"a": "}"}], "n": said.n},
    }
    lines = json.dumps(body, ensure_ascii=False, indent=2).split("\n")
    return one(lines, cut(said.at, 3), said.level, said.module, words)


def docker(said: Say) -> Written:
    """An application's lines in Docker's wrapper, with a trace now and then."""
    head = (
        f"{said.stamp('%Y-%m-%d %H:%M:%S,%f')} {said.level} [mail_queue.py:{said.n}] {said.message}"
    )
    trace = python_trace(said.rng) if said.n % 4 == 1 and said.level != "INFO" else None
    said_lines = [head, *(trace.lines if trace else ())]
    lines = [
        _json({"log": line + "\n", "stream": "stderr", "time": said.stamp("%Y-%m-%dT%H:%M:%S.%f123Z", 6, utc=True)})
        for line in said_lines
    ]  # fmt: skip
    words = "\n".join([said.message, *said_lines[1:]])
    return one(
        lines, said.at, said.level, "mail_queue.py", words, trace.attributes if trace else None
    )


def fluent_bit(said: Say) -> Written:
    """A line of a pod with what Kubernetes knows of it; the line says how bad it is."""
    line = (
        f"{said.stamp('%Y-%m-%d %H:%M:%S,%f')} {said.level} [main] {said.module} - {said.message}"
    )
    body = {
        "time": _utc(said, 6),
        "stream": "stdout",
        "log": line,
        "kubernetes": {"pod_name": "cart-6c9bd7f8d4-x2x9p", "labels": {"app": "cart"}},
    }
    return one([_json(body)], said.at, said.level, said.module, said.message)


def filebeat(said: Say) -> Written:
    """A line of JSON inside JSON, or of another program."""
    line = _json({"level": said.level.lower(), "logger": said.module, "msg": said.message})
    if said.n % 3 == 1:
        line = f"{said.stamp('%Y-%m-%d %H:%M:%S')} {said.level} {said.message}"
    body = {
        "@timestamp": _utc(said),
        "message": line,
        "host": {"name": "web-3"},
        "agent": {"type": "filebeat"},
    }
    module = "" if said.n % 3 == 1 else said.module
    return one([_json(body)], cut(said.at, 3), said.level, module, said.message)


def cri(said: Say) -> Written:
    """Two streams interleaved; a long line in pieces; a Java trace and a Go crash line by line."""
    stamp = said.stamp("%Y-%m-%dT%H:%M:%S.%f789+08:00", 6)
    at = said.at
    first = f"{said.stamp('%H:%M:%S.%f')} [main] {said.level} {said.module} - {said.message}"
    if said.n % 5 == 1:
        long = "x" * 300
        lines = [
            f"{stamp} stdout P {first}{long}",
            f"{stamp} stderr F other stream {said.n}",
            f"{stamp} stdout F {long} end",
        ]
        whole = f"{said.message}{long}{long} end"
        return Written(
            tuple(lines),
            (
                (0, expected(at, said.level, said.module, whole)),
                (1, expected(at, "", "", f"other stream {said.n}")),
            ),
        )
    if said.n % 9 == 4 and said.level in ("WARN", "ERROR"):
        trace = java_trace(said.rng)
        lines = [f"{stamp} stdout F {line}" for line in (first, *trace.lines)]
        lines.insert(3, f"{stamp} stderr F other stream {said.n}")
        words = "\n".join([said.message, *trace.lines])
        records = (
            (0, expected(at, said.level, said.module, words, trace.attributes)),
            (3, expected(at, "", "", f"other stream {said.n}")),
        )
        return Written(tuple(lines), records)
    if said.n % 17 == 16:
        trace = go_trace(said.rng)
        lines = [f"{stamp} stderr F {line}" for line in trace.lines]
        return one(lines, at, "FATAL", "", "\n".join(trace.lines), trace.attributes)
    return one([f"{stamp} stdout F {first}"], at, said.level, said.module, said.message)


def table(said: Say, delimiter: str = ",") -> Written:
    out = io.StringIO()
    words = said.message.replace("\t", " ") if delimiter == "\t" else said.message
    if said.n % 9 == 4:
        words = "\n".join([words, *java_trace(said.rng).lines]).replace("\t", "  ")
    row = [said.stamp("%Y-%m-%d %H:%M:%S.%f"), said.level, "10.1.2.3", said.module, words]
    csv.writer(
        out,
        delimiter=delimiter,
        lineterminator="\n",
        quoting=csv.QUOTE_ALL if delimiter == "," else csv.QUOTE_MINIMAL,
    ).writerow(row)
    lines = out.getvalue().rstrip("\n").split("\n")
    return one(lines, cut(said.at, 3), said.level, said.module, words)


ZOO = {s.name: s for s in (*applications.SPECIES, *servers.SPECIES, *systems.SPECIES)}
MIXED = tuple(
    ZOO[name]
    for name in ("spring_boot", "nginx_access", "syslog_rfc3164", "klog", "mysql_slow", "python_file_line", "nginx_error", "redis", "jul", "postgresql", "android_threadtime", "kafka", "dotnet_console", "haproxy", "loguru")
)  # fmt: skip


def mixed(said: Say) -> Written:
    """Each record of another program."""
    species = MIXED[said.n % len(MIXED)]
    other = Say(
        said.rng,
        said.at,
        said.rng.choice(species.levels),
        said.rng.choice(species.modules),
        said.message or "-",
        said.n,
    )
    return species.write(other)


def back_in_time(said: Say) -> Written:
    """Every tenth record is an hour before the one above it."""
    at = said.at - timedelta(hours=said.n % 10 == 9)
    earlier = Say(said.rng, at, said.level, said.module, said.message, said.n)
    return ZOO["spring_boot"].write(earlier)


LOWER = ("info", "warn", "error", "debug")
UPPER = ("INFO", "WARN", "ERROR", "DEBUG")
NUMBERS = tuple(PINO)
PLAIN = tuple(m for m in HARD if m[:1] not in "{[E" and not m.startswith("level="))
HEAD = "time,level,host,logger,message"
SPECIES = (
    Species("json_zap", zap, LOWER),
    Species("json_logrus", logrus, ("info", "warning", "error", "debug", "fatal")),
    Species("json_pino", pino, NUMBERS),
    Species("json_bunyan", bunyan, NUMBERS),
    Species("json_winston", winston_json, ("info", "warn", "error", "debug", "verbose")),
    Species("json_logstash", logstash, UPPER),
    Species("json_ecs", ecs, LOWER),
    Species("json_serilog", serilog_compact, ("Information", "Warning", "Error", "Debug", "Fatal", "Verbose")),
    Species("json_mongodb", mongodb_json, ("I", "W", "E", "F")),
    Species("json_pretty", pretty, UPPER),
    Species("gelf", gelf, tuple("01234567")),
    Species("journald_json", journald_json, hard=PLAIN),
    Species("bk_collector", bluekings_collector, ("INFO", "WARNING", "ERROR"), hard=WORDY),
    Species("logfmt", logfmt, LOWER),
    Species("cef", cef),
    Species("docker_json", docker, ("INFO", "WARNING", "ERROR")),
    Species("cri", cri, UPPER, hard=tuple(m for m in HARD if m and not m.startswith("- "))),
    Species("json_fluent_bit", fluent_bit, UPPER),
    Species("json_filebeat", filebeat, UPPER, hard=PLAIN),
    Species("csv", table, UPPER, head=(HEAD,)),
    Species("tsv", lambda said: table(said, "\t"), UPPER, head=(HEAD.replace(",", "\t"),)),
    Species("mixed", mixed, hard=(), records=75),
    Species("back_in_time", back_in_time, UPPER),
)  # fmt: skip
