"""Logs of databases beyond the usual ones."""

from __future__ import annotations

from tests.cases.formats.servers import ISO
from tests.cases.formats.words import HARD
from tests.cases.formats.writing import Plain, Say, Species, Written, cut, one

CALM = tuple(m for m in HARD if m and m[0].isalpha() and "INFO" not in m and "looks" not in m)


def oracle_alert(said: Say) -> Written:
    """Every record has its time on the line above; which trace file holds an error is no part of what it says."""
    words = [said.message or "late", "  Current log# 3 seq# 812 mem# 0: /u01/redo03.log"]
    if said.n % 3 == 0:
        words = [f"Errors in file /u01/shop_{said.n}.trc  (incident=1201):", f"ORA-00600: internal error code, arguments: [{said.n}]"]  # fmt: skip
    lines = [said.stamp("%Y-%m-%dT%H:%M:%S.%f+08:00", 6), *words]
    if said.n % 3 == 0:
        return one(lines, said.at, "ERROR", "", words[1])
    return one(lines, said.at, "", "", "\n".join(words))


def oracle_alert_old(said: Say) -> Written:
    words = said.message or "late"
    lines = [said.local.strftime("%a %b %d %H:%M:%S %Y"), words]
    return one(lines, cut(said.at, 0), "", "", words)


def oracle_listener(said: Say) -> Written:
    code = (0, 12505, 0, 12514)[said.n % 4]
    words = f"(CONNECT_DATA=(SID=shop)) * (ADDRESS=(PROTOCOL=tcp)(HOST=10.1.2.3)(PORT=55{said.n:02})) * establish * shop * {code}"
    line = f"{said.stamp('%d-%b-%Y %H:%M:%S').upper()} * {words}"
    return one([line], cut(said.at, 0), "ERROR" if code else "", "", words)


def db2diag(said: Say) -> Written:
    words = said.message or "late"
    lines = [
        f"{said.stamp('%Y-%m-%d-%H.%M.%S.%f+480', 6)} I{said.n}E567             LEVEL: {said.level}",
        "PID     : 812                  TID : 140123456789248  PROC : db2sysc 0",
        "INSTANCE: db2inst1             NODE : 000            DB   : SHOP",
        "FUNCTION: DB2 UDB, buffer pool services, sqlbKeeper, probe:10",
        f"MESSAGE : {words}",
        "",
    ]
    return one(lines, said.at, said.level.upper(), "sqlbKeeper", words)


def tidb_slow(said: Say) -> Written:
    took = f"Query_time: {said.n}.895492"
    lines = [
        f"# Time: {said.stamp('%Y-%m-%dT%H:%M:%S.%f+08:00', 6)}",
        "# Txn_start_ts: 406315658548871171",
        "# User@Host: ops[ops] @ web-3 [10.1.2.3]",
        f"# Conn_ID: {said.n}",
        f"# {took}",
        *(f"# Field_{n}: {n}" for n in range(20)),
        "use shop;",
        f"select * from lease where id = {said.n};",
    ]
    return one(lines, said.at, "WARNING", "", f"{took} # select * from lease where id = {said.n};")


def fe_audit(said: Say) -> Written:
    state = ("EOF", "ERR")[said.n % 2]
    words = (
        f"|Client=10.1.2.3:5501|User=ops|Db=shop|State={state}|Time={said.n}|Stmt=select {said.n}"
    )
    line = f"{said.stamp(ISO + ',%f')} [query] {words}"
    return one([line], cut(said.at, 3), "ERROR" if state == "ERR" else "", "query", words)


def influxdb_access(said: Say) -> Written:
    status = (204, 503, 400)[said.n % 3]
    words = f'"POST /write?db=shop HTTP/1.1" {status} 0 "-" "probe/2" 1b2c-{said.n} {said.n + 1203}'
    stamp = said.stamp("%d/%b/%Y:%H:%M:%S +0000", utc=True)
    line = f"[httpd] 10.1.2.3 - ops [{stamp}] {words}"
    return one([line], cut(said.at, 0), "ERROR" if status == 503 else "", "", words)


HANA = {"e": "E", "w": "W", "i": "I", "d": "D", "f": "F"}
SPECIES = (
    Species("oracle_alert", oracle_alert, hard=CALM),
    Species("oracle_alert_old", oracle_alert_old, hard=CALM),
    Species("oracle_listener", oracle_listener, hard=()),
    Species("db2diag", db2diag, ("Error", "Warning", "Severe", "Event", "Info"), hard=CALM),
    Species("tidb_slow", tidb_slow, hard=()),
    Species("hana", Plain(lambda s: f"[812]{{300123}}[12/{s.n}] {s.stamp(ISO + '.%f', 6)} {s.level} Basis            Keeper.cpp({s.n:05}) : ", 6, module=lambda s: "Keeper.cpp"), tuple(HANA)),
    Species("cockroach", Plain(lambda s: f"{s.level}{s.stamp('%y%m%d %H:%M:%S.%f', 6, utc=True)} {s.n + 7} kv/keeper.go:{s.n + 9} ⋮ [n1,s1] {s.n}  ", 6, module=lambda s: "kv/keeper.go"), ("I", "W", "E", "F")),
    Species("fe_audit", fe_audit, hard=()),
    Species("influxdb_access", influxdb_access, hard=()),
    Species("pgpool", Plain(lambda s: f"{s.stamp(ISO + '.%f')}: child pid {s.n + 7}: {s.level}:  ", module=lambda s: ""), ("LOG", "WARNING", "ERROR")),
)  # fmt: skip
