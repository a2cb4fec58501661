"""Logs of servers: web, proxies, databases, caches."""

from __future__ import annotations

import re

from tests.cases.formats.words import HARD
from tests.cases.formats.writing import Plain, Say, Species, Written, cut, one

ISO = "%Y-%m-%d %H:%M:%S"
COMMON = "%d/%b/%Y:%H:%M:%S"
PATHS = ("/cart", "/order/17", "/health", "/搜索?q=a b", "/a%20b/[x]", '/q?x=\\"y\\"')
AGENTS = ("probe/2", "Mozilla/5.0 (X11; Linux x86_64)", "-", "curl/8.1 [test]")


def _request(said: Say) -> str:
    path = PATHS[said.n % len(PATHS)]
    status = said.rng.choice((200, 200, 304, 404, 500, 503))
    return (
        f'"GET {path} HTTP/1.1" {status} {said.rng.randrange(9, 90_000)} "-" "{AGENTS[said.n % 4]}"'
    )


def access(said: Say, before: str = "") -> Written:
    client = ("10.1.2.3", "fe80::1", "node7.shop.test")[said.n % 3]
    user = ("-", "ops")[said.n % 2]
    request = _request(said)
    line = f"{before}{client} - {user} [{said.stamp(COMMON + ' +0800')}] {request}"
    return one([line], cut(said.at, 0), _outcome(request), "", request)


def _outcome(request: str) -> str:
    """Return the level of an access log's line: its format says one for answers of 5xx."""
    return "ERROR" if re.search(r'" 5\d\d ', request) else ""


def nginx_error(said: Say) -> Written:
    words = f"*{said.n} {said.message}"
    line = f"{said.stamp('%Y/%m/%d %H:%M:%S')} [{said.level}] 812#{said.n}: {words}"
    return one([line], cut(said.at, 0), said.level.upper(), "", words)


def apache_error(said: Say) -> Written:
    stamp = said.stamp("%a %b %d %H:%M:%S.%f %Y", 6)
    client = "[client 10.1.2.3:5501] " if said.n % 2 else ""
    line = (
        f"[{stamp}] [{said.module}:{said.level}] [pid {said.n + 3}:tid 1405] {client}{said.message}"
    )
    return one([line], said.at, said.level.upper(), said.module, said.message)


def haproxy(said: Say) -> Written:
    accepted = said.stamp(COMMON + ".%f")
    request = f'app/srv{said.n % 3} 0/0/1/{said.n}/31 503 275 - - sH-- 1/1/0/0/0 0/0 "GET {PATHS[said.n % 6]} HTTP/1.1"'
    head = f"{said.local.strftime(f'%b {said.local.day:2} %H:%M:%S')} lb-1 haproxy[812]: "
    if said.n % 5 == 3:
        words = f"Server app/srv{said.n % 3} is DOWN, reason: Layer4 timeout."
        return one([head + words], cut(said.at, 0), "", "", words)
    line = f"{head}10.1.2.3:333{said.n:02} [{accepted}] shop-in {request}"
    return one([line], cut(said.at, 0), "ERROR", "shop-in", request)


def envoy_access(said: Say) -> Written:
    request = f'"GET {PATHS[said.n % 4]} HTTP/1.1" 503 UF 0 91 {said.n} - "-" "probe/2" "a1-{said.n}" "shop:80" "10.1.2.3:80"'
    line = f"[{said.stamp('%Y-%m-%dT%H:%M:%S.%fZ', utc=True)}] {request}"
    return one([line], cut(said.at, 3), _outcome(request), "", request)


def squid(said: Say) -> Written:
    words = f"TCP_MISS/200 1441 GET http://shop.test{PATHS[said.n % 3]} - HIER_DIRECT/10.1.2.4 text/html"
    seconds = f"{int(said.at.timestamp())}.{said.at.microsecond // 1000:03}"
    return one([f"{seconds} {said.n:6} 10.1.2.3 {words}"], cut(said.at, 3), "", "", words)


def mysql_error(said: Say) -> Written:
    stamp = said.stamp("%Y-%m-%dT%H:%M:%S.%fZ", 6, utc=True)
    line = f"{stamp} {said.n} [{said.level}] [MY-0{said.n:05}] [Server] {said.message}"
    return one([line], said.at, said.level.upper(), "Server", said.message)


def mariadb_error(said: Say) -> Written:
    stamp = said.local.strftime(f"%Y-%m-%d {said.local.hour:2}:%M:%S")
    line = f"{stamp} {said.n} [{said.level}] {said.message}"
    return one([line], cut(said.at, 0), said.level.upper(), "", said.message)


def mysql_slow(said: Say) -> Written:
    figures = f"# Query_time: {said.n}.100000  Lock_time: 0.000100 Rows_sent: 1  Rows_examined: {said.n * 900}"
    statement = [
        f"SET timestamp={int(said.at.timestamp())};",
        "SELECT l.id, s.name",
        "  FROM lease l",
        "  JOIN shard s ON s.id = l.shard",
        f" WHERE l.shard = {said.n};",
    ]
    words = " ".join(" ".join([figures[2:], "#", *statement[1:]]).split())
    lines = [
        f"# Time: {said.stamp('%Y-%m-%dT%H:%M:%S.%fZ', 6, utc=True)}",
        f"# User@Host: ops[ops] @ web-3 [10.1.2.3]  Id:    {said.n}",
        figures,
        *statement,
    ]
    return one(lines, said.at, "WARNING", "", words)


def postgresql(said: Say) -> Written:
    stamp = said.stamp(ISO + ".%f UTC", utc=True)
    who = ("", "ops@shop ", "[unknown]@[unknown] ")[said.n % 3]
    line = f"{stamp} [{said.n + 7}] {who}{said.level}:  {said.message}"
    if said.level != "ERROR":
        return one([line], cut(said.at, 3), said.level, "", said.message)
    statement = ("STATEMENT:  SELECT *", "\tFROM lease", f"\tWHERE id = {said.n}")
    lines = [line, f"{stamp} [{said.n + 7}] {who}{statement[0]}", *statement[1:]]
    words = "\n".join([said.message, *statement])
    return one(lines, cut(said.at, 3), said.level, "", words)


def mongodb_text(said: Say) -> Written:
    stamp = said.stamp("%Y-%m-%dT%H:%M:%S.%f+0800")
    line = f"{stamp} {said.level} {said.module:<8} [conn{said.n}] {said.message}"
    return one([line], cut(said.at, 3), said.level, said.module, said.message)


def redis(said: Say) -> Written:
    mark = {"NOTICE": "*", "WARNING": "#", "VERBOSE": "-", "DEBUG": "."}[said.level]
    line = f"812:M {said.stamp('%d %b %Y %H:%M:%S.%f')} {mark} {said.message}"
    return one([line], cut(said.at, 3), said.level, "", said.message)


def envoy(said: Say) -> Written:
    line = f"[{said.stamp(ISO + '.%f')}][{said.n + 7}][{said.level}][upstream] [source/common/keeper.cc:{said.n + 9}] {said.message}"
    return one([line], cut(said.at, 3), said.level.upper(), "source/common/keeper.cc", said.message)


def openldap(said: Say) -> Written:
    seconds, part = divmod(int(said.at.timestamp() * 1_000_000), 1_000_000)
    line = f"{seconds:08x}.{part * 1000:08x} 0x7f26da7ff6c0 {said.message}"
    return one([line], cut(said.at, 6), "", "", said.message)


NGINX = ("warn", "error", "crit", "alert", "notice")
SPECIES = (
    Species("nginx_access", access, hard=()),
    Species("apache_vhost_access", lambda said: access(said, "shop.test:443 "), hard=()),
    Species("nginx_error", nginx_error, NGINX),
    Species("apache_error", apache_error, ("error", "warn", "notice", "crit", "debug"), ("proxy", "core", "ssl", "mpm_event"), tuple(m for m in HARD if not m.startswith("["))),
    Species("apache_error_22", Plain(lambda s: f"[{s.stamp('%a %b %d %H:%M:%S %Y')}] [{s.level}] ", 0, module=lambda s: ""), ("error", "warn", "notice")),
    Species("haproxy", haproxy, hard=()),
    Species("envoy_access", envoy_access, hard=()),
    Species("envoy", envoy, ("warning", "info", "critical", "debug")),
    Species("squid", squid, hard=()),
    Species("squid_cache", Plain(lambda s: f"{s.stamp('%Y/%m/%d %H:%M:%S')} kid1| {s.level}: ", 0, module=lambda s: ""), ("WARNING", "ERROR", "FATAL")),
    Species("squid_cache_debug", Plain(lambda s: f"{s.stamp('%Y/%m/%d %H:%M:%S.%f')}| 5,3| comm.cc({s.n + 7}) renew: ", level=lambda s: "", module=lambda s: "comm.cc"), hard=()),
    Species("openldap", openldap),
    Species("proftpd", Plain(lambda s: f"{s.stamp(ISO + ',%f')} shop-1 proftpd[812] ftp.shop.test (10.1.2.3[10.1.2.3]): ", level=lambda s: "", module=lambda s: ""), hard=()),
    Species("pulseaudio", Plain(lambda s: f"({s.n:4}.024|   0.000) {s.level}: [alsa-sink-main] keeper.c: ", module=lambda s: "keeper.c", timeless=True), ("D", "I", "W", "E")),
    Species("mysql_error", mysql_error, ("Note", "Warning", "ERROR", "System")),
    Species("mariadb_error", mariadb_error, ("Note", "Warning", "ERROR")),
    Species("mysql_slow", mysql_slow, hard=()),
    Species("postgresql", postgresql, ("LOG", "ERROR", "FATAL", "WARNING", "PANIC")),
    Species("mongodb_text", mongodb_text, ("I", "W", "E", "F"), ("NETWORK", "STORAGE", "REPL", "-")),
    Species("redis", redis, ("NOTICE", "WARNING", "VERBOSE", "DEBUG")),
)  # fmt: skip
