"""Logs of other versions, locales and layouts of the software that the other rooms hold."""

from __future__ import annotations

import json

from tests.cases.formats.words import FILES, HARD
from tests.cases.formats.writing import Plain, Say, Species, Written, cut, one

ISO = "%Y-%m-%d %H:%M:%S"
COMMA = ISO + ",%f"
UPPER = ("INFO", "WARN", "ERROR", "DEBUG")
PYTHON = ("INFO", "WARNING", "ERROR", "CRITICAL")
RECORDS = 20
#: Brackets, or nothing, behind a header could be its own.
FIRM = tuple(words for words in HARD if words and not words.startswith(("[", "-", "|", "{")))


def access_forwarded(said: Say) -> Written:
    clients = (
        "10.1.2.3, 10.1.2.4",
        '"10.1.2.3, 10.1.2.4, 10.1.2.5" 10.1.2.6',
        "shop.test fe80::1, 10.1.2.4",
    )
    status = (200, 404, 503)[said.n // 3 % 3]
    request = f'"GET /cart/{said.n} HTTP/1.1" {status} 812 "-" "probe/2"'
    line = f"{clients[said.n % 3]} - - [{said.stamp('%d/%b/%Y:%H:%M:%S')} +0800] {request}"
    return one([line], cut(said.at, 0), "ERROR" if status == 503 else "", "", request)


def haproxy_names(said: Say) -> Written:
    head = f"{said.local.strftime(f'%b {said.local.day:2} %H:%M:%S')} lb-1 haproxy[812]: -:33317 [{said.stamp('%d/%b/%Y:%H:%M:%S.%f')}] shop-in"
    if said.n % 4 == 3:
        return one(
            [f"{head}/1: SSL handshake failure"],
            cut(said.at, 0),
            "",
            "shop-in/1",
            "SSL handshake failure",
        )
    status = (200, 503)[said.n % 2]
    request = f'app/srv{said.n % 3} shop.test 0/0/1/{said.n}/31 {status} 275 - - ---- 1/1/0/0/0 0/0 "GET /cart HTTP/1.1"'
    return one(
        [f"{head}~ {request}"],
        cut(said.at, 0),
        "ERROR" if status == 503 else "",
        "shop-in~",
        request,
    )


def mysql_slow_again(said: Say) -> Written:
    figures = f"Query_time: {said.n}.100000  Lock_time: 0.000100 Rows_sent: 1  Rows_examined: {said.n * 900}"
    statement = f"SELECT id FROM lease WHERE shard = {said.n};"
    lines = [
        "# User@Host: ops[ops] @ web-3 [10.1.2.3]",
        "# Thread_id: 12  Schema: shop  QC_hit: No",
        f"# {figures}",
        "#",
        "# explain: 1    SIMPLE  lease   ref     PRIMARY",
        "#",
        f"SET timestamp={int(said.at.timestamp())};",
        statement,
    ]
    words = " ".join(f"{figures} # {statement}".split())
    return one(lines, cut(said.at, 0), "WARNING", "", words)


def mysql_55(said: Say) -> Written:
    stamp = said.local.strftime(f"%y%m%d {said.local.hour:2}:%M:%S")
    if said.n % 3 == 0:
        return one(
            [f"{stamp} [{said.level}] {said.message}"],
            cut(said.at, 0),
            said.level.upper(),
            "",
            said.message,
        )
    words = f"InnoDB: {said.message}"
    return one([f"{stamp}  {words}"], cut(said.at, 0), "", "", words)


def redis_old(said: Say) -> Written:
    mark = "*#"[said.n % 2]
    who = ("[812] ", "812:M ", "")[said.n % 3]
    line = f"{who}{said.stamp('%d %b %H:%M:%S.%f')} {mark} {said.message}"
    return one([line], cut(said.at, 3), {"*": "NOTICE", "#": "WARNING"}[mark], "", said.message)


def postgresql_chinese(said: Say) -> Written:
    stamp = said.stamp(ISO + ".%f CST")
    line = f"{stamp} [{said.n + 7}] ops@shop {said.level}:  {said.message}"
    statement = "语句:  SELECT 12"
    lines = (
        [line, f"{stamp} [{said.n + 7}] ops@shop {statement}"] if said.level == "错误" else [line]
    )
    words = "\n".join([said.message, *([statement] if len(lines) > 1 else [])])
    return one(lines, cut(said.at, 3), said.level, "", words)


def jul_chinese(said: Say) -> Written:
    hour, half = (said.local.hour + 11) % 12 + 1, "上午" if said.local.hour < 12 else "下午"
    month = f"{said.local.month}月" if said.n % 2 else "三月"
    head = said.local.strftime(f"{month} %d, %Y {hour}:%M:%S {half}")
    lines = [f"{head} {said.module} renew", f"{said.level}: {said.message}"]
    return one(lines, cut(said.at, 0), said.level, said.module, said.message)


def jvm_gc_8(said: Say) -> Written:
    words = f"[GC (Allocation Failure) {said.n}4M->4M(256M), 0.0031 secs]"
    line = f"{said.stamp('%Y-%m-%dT%H:%M:%S.%f+0800')}: {said.n + 812}.345: {words}"
    return one([line], cut(said.at, 3), "", "", words)


def json_other_names(said: Say) -> Written:
    """PostgreSQL, MySQL, .NET, Rust, Logstash and slog name things in their own ways."""
    iso = said.stamp("%Y-%m-%dT%H:%M:%S.%fZ", utc=True)
    forms: tuple[dict[str, object], ...] = (
        {"timestamp": said.stamp(ISO + ".%f UTC", utc=True), "pid": 7, "error_severity": said.level, "message": said.message},
        {"prio": 2, "err_code": 812, "msg": said.message, "time": iso, "subsystem": said.module, "label": said.level},
        {"Timestamp": iso, "LogLevel": said.level, "Category": said.module, "Message": said.message, "EventId": 7},
        {"timestamp": iso, "level": said.level, "fields": {"message": said.message, "shard": 7}, "target": said.module},
        {"@timestamp": iso, "level": said.level, "loggerName": said.module, "logEvent": {"message": said.message}},
        {"Timestamp": iso, "Level": said.level, "RenderedMessage": said.message, "Properties": {"SourceContext": said.module}},
    )  # fmt: skip
    module = "" if said.n % 6 == 0 else said.module
    return one([json.dumps(forms[said.n % 6])], cut(said.at, 3), said.level, module, said.message)


def coloured(said: Say) -> Written:
    """Spring Boot to a terminal, and winston, which colours inside JSON."""
    if said.n % 3 == 2:
        iso = said.stamp("%Y-%m-%dT%H:%M:%S.%fZ", utc=True)
        values = {
            "level": f"\x1b[33m{said.level.lower()}\x1b[39m",
            "message": f"\x1b[1m{said.message}\x1b[0m",
            "timestamp": iso,
        }
        return one([json.dumps(values)], cut(said.at, 3), said.level, "", said.message)
    line = (
        f"\x1b[2m{said.stamp(ISO + '.%f')}\x1b[0;39m \x1b[32m{said.level:>5}\x1b[0;39m \x1b[35m812\x1b[0;39m \x1b[2m---\x1b[0;39m "
        f"\x1b[2m[main]\x1b[0;39m \x1b[36m{said.module:<40}\x1b[0;39m \x1b[2m:\x1b[0;39m {said.message}"
    )
    return one([line], cut(said.at, 3), said.level, said.module, said.message)


def _line(said: Say) -> int:
    return 10 + said.n * 3


def _syslog(said: Say) -> str:
    return said.local.strftime(f"%b {said.local.day:2} %H:%M:%S")


def _none(said: Say) -> str:
    return ""


SPECIES = (
    Species("variant_coloured", coloured, UPPER, hard=(), records=RECORDS),
    Species("variant_access_forwarded", access_forwarded, hard=(), records=RECORDS),
    Species("variant_haproxy_names", haproxy_names, hard=(), records=RECORDS),
    Species("variant_apache_nameless", Plain(lambda s: f"[{s.stamp('%a %b %d %H:%M:%S.%f %Y', 6)}] [:{s.level}] [pid 35] [remote 10.1.2.3:80] ", 6, module=_none), ("error", "warn", "notice"), hard=FIRM, records=RECORDS),
    Species("variant_istio_envoy", Plain(lambda s: f"{s.stamp('%Y-%m-%dT%H:%M:%S.%fZ', 6, utc=True)}\t{s.level}\tenvoy config external/envoy/{s.module}:{_line(s)}\t", 6, module=lambda s: f"external/envoy/{s.module}"), ("warning", "critical", "info"), ("source/keeper.cc",), records=RECORDS),
    Species("variant_mysql_slow_again", mysql_slow_again, hard=(), records=RECORDS),
    Species("variant_mysql_55", mysql_55, ("Note", "Warning", "ERROR"), hard=(), records=RECORDS),
    Species("variant_redis_old", redis_old, hard=FIRM, records=RECORDS),
    Species("variant_mongodb_24", Plain(lambda s: f"{s.local.strftime(f'%a %b {s.local.day:2} %H:%M:%S')}.{s.at.microsecond // 1000:03} [conn{s.n}] ", level=_none, module=_none), hard=FIRM, records=RECORDS),
    Species("variant_postgresql_chinese", postgresql_chinese, ("日志", "错误", "致命错误", "警告"), hard=(), records=RECORDS),
    Species("variant_postgresql_rds", Plain(lambda s: f"{s.stamp(ISO + ' UTC', utc=True)}:10.1.2.3(55{s.n:02}):ops@shop:[{s.n + 7}]:{s.level}:  ", 0, module=_none), ("LOG", "ERROR", "FATAL"), hard=FIRM, records=RECORDS),
    Species("variant_jul_chinese", jul_chinese, ("严重", "警告", "信息"), records=RECORDS),
    Species("variant_tomcat_chinese", Plain(lambda s: f"{s.local:%d}-{('三', '3')[s.n % 2]}月-{s.stamp('%Y %H:%M:%S.%f')} {s.level} [main] {s.module} "), ("严重", "警告", "信息"), records=RECORDS),
    Species("variant_jvm_gc_8", jvm_gc_8, hard=(), records=RECORDS),
    Species("variant_jvm_gc_tags", Plain(lambda s: f"[{s.stamp('%Y-%m-%dT%H:%M:%S.%f+0800')}][{s.n + 7}][gc,heap     ] ", level=_none, module=lambda s: "gc,heap"), records=RECORDS),
    Species("variant_jvm_gc_uptime", Plain(lambda s: f"[{s.n}.345s][{s.level:<7}][gc,start     ] ", module=lambda s: "gc,start", timeless=True), ("info", "warning", "debug"), records=RECORDS),
    Species("variant_logstash", Plain(lambda s: f"[{s.stamp('%Y-%m-%dT%H:%M:%S,%f')}][{s.level:<5}][{s.module:<25}][main] "), UPPER, records=RECORDS),
    Species("variant_wildfly", Plain(lambda s: f"{s.stamp(COMMA)} {s.level:<5} [{s.module}] (default task-{s.n % 4}) "), UPPER, records=RECORDS),
    Species("variant_log4j_brackets", Plain(lambda s: f"{s.stamp(COMMA)} {s.level:<5} [{s.module}:{_line(s)}] - "), UPPER, records=RECORDS),
    Species("variant_log4j_level_first", Plain(lambda s: f"[{s.level:<5}] {s.stamp(ISO + '.%f')} [main] {s.module} - "), UPPER, records=RECORDS),
    Species("variant_logback_dashes", Plain(lambda s: f"{s.stamp(ISO + '.%f')} [pool-{s.n % 5}] {s.level:<5} {s.module} -- "), UPPER, records=RECORDS),
    Species("variant_class_method", Plain(lambda s: f"{s.stamp(COMMA)} {s.level} (lease-{s.n % 4}|{s.n + 7}) [{s.module}.renew():{_line(s)}] "), UPPER, records=RECORDS),
    Species("variant_jetty", Plain(lambda s: f"{s.stamp(ISO + '.%f')}:{s.level}:oss.Keeper:qtp12-{s.n}: ", module=lambda s: "oss.Keeper"), UPPER, hard=FIRM, records=RECORDS),
    Species("variant_jenkins", Plain(lambda s: f"{s.stamp(ISO + '.%f+0000', utc=True)} [id={s.n + 7}]\t{s.level}\t{s.module}#run: "), ("INFO", "WARNING", "SEVERE"), records=RECORDS),
    Species("variant_airflow", Plain(lambda s: f"[{s.stamp('%Y-%m-%d, %H:%M:%S', utc=True)} UTC] {{{s.module}:{_line(s)}}} {s.level} - ", 0), PYTHON, FILES, records=RECORDS),
    Species("variant_tornado", Plain(lambda s: f"[{s.level} {s.stamp('%y%m%d %H:%M:%S')} {s.module}:{_line(s)}] ", 0), ("I", "W", "E"), ("keeper", "web"), records=RECORDS),
    Species("variant_flask", Plain(lambda s: f"[{s.stamp(COMMA)}] {s.level} in {s.module}: "), PYTHON, ("keeper", "shop.mail"), records=RECORDS),
    Species("variant_python_bracketed", Plain(lambda s: f"{s.stamp(COMMA)} [{s.level}] {s.module}: "), PYTHON, ("shop.mail", "keeper"), records=RECORDS),
    Species("variant_odoo", Plain(lambda s: f"{s.stamp(COMMA)} 7 {s.level} shop {s.module}: "), PYTHON, ("store.lease.keeper", "shop.mail"), records=RECORDS),
    Species("variant_pino_pretty", Plain(lambda s: f"[{s.stamp(ISO + '.%f +0000', utc=True)}] {s.level} ({s.module}/7 on web-3): "), UPPER, ("keeper", "mail"), records=RECORDS),
    Species("variant_bunyan_text", Plain(lambda s: f"[{s.stamp('%Y-%m-%dT%H:%M:%S.%fZ', utc=True)}] {s.level:>5}: {s.module}/7 on web-3: "), UPPER, ("keeper", "mail"), records=RECORDS),
    Species("variant_serilog_context", Plain(lambda s: f"{s.stamp(ISO + '.%f +08:00')} [{s.level}] ({s.module}) "), ("INF", "WRN", "ERR"), records=RECORDS),
    Species("variant_nlog_event", Plain(lambda s: f"{s.stamp(ISO + '.%f', 4)}|{s.n}|{s.level}|{s.module}|", 4), UPPER, records=RECORDS),
    Species("variant_syslog_hostless", Plain(lambda s: f"{_syslog(s)} {s.module}[{s.n + 7}]: ", 0, level=_none, module=_none), modules=("keeper", "dnsmasq"), hard=(), records=RECORDS),
    Species("variant_syslog_facility", Plain(lambda s: f"{_syslog(s)} edge-3 daemon.{s.level} keeper[{s.n + 7}]: ", 0, module=_none), ("info", "warn", "err"), hard=(), records=RECORDS),
    Species("variant_syslog_year", Plain(lambda s: f"<30>{s.local.strftime(f'%b {s.local.day:2} %Y %H:%M:%S')} web-3 keeper[{s.n + 7}]: ", 0, level=lambda s: "INFO", module=_none), hard=(), records=RECORDS),
    Species("variant_journald_full", Plain(lambda s: f"{s.stamp('%a ' + ISO + ' CST')} web-3 keeper[{s.n + 7}]: ", 0, level=_none, module=_none), hard=(), records=RECORDS),
    Species("variant_json_names", json_other_names, ("ERROR", "WARNING"), records=RECORDS, hard=()),
)  # fmt: skip
