"""Logs of what stands around the services, and of what stands in front of the lines of others."""

from __future__ import annotations

import json
from datetime import timedelta

from tests.cases.formats.words import HARD
from tests.cases.formats.writing import Plain, Say, Species, Written, cut, one

ISO = "%Y-%m-%d %H:%M:%S"
COMMA = ISO + ",%f"
ZULU = "%Y-%m-%dT%H:%M:%S.%fZ"
UPPER = ("INFO", "WARN", "ERROR", "DEBUG")
RECORDS = 20
#: What begins like a word: nothing of it could be a header's.
FIRM = tuple(words for words in HARD if words and words[0].isalpha() and " " in words)
VMWARE = {"info": "In", "warning": "Wa", "error": "Er"}


def samba(said: Say) -> Written:
    """The message stands on a line of its own."""
    number = {"ERROR": 0, "WARN": 1, "INFO": 3}[said.level]
    more = ", pid=812, effective(0, 0), real(0, 0)" if said.n % 2 else ""
    head = f"[{said.stamp('%Y/%m/%d %H:%M:%S.%f', 6)},  {number}{more}] ../../source3/smbd/keeper.c:77(keeper_renew)"
    level = "INFO" if number == 3 else said.level
    return one([head, f"  {said.message}"], said.at, level, "source3/smbd/keeper.c", said.message)


def ansible(said: Say) -> Written:
    words = ("TASK [lease : renew] ****", 'fatal: [web-3]: FAILED! => {"msg": "lease lost"}', "ok: [web-3]")[said.n % 3]  # fmt: skip
    level = "ERROR" if said.n % 3 == 1 else ""
    mark = "INFO" if said.n % 2 else " "
    line = f"{said.stamp(COMMA)} p=812 u=ops n=ansible {mark.strip()}| {words}"
    shown = level or mark.strip()
    return one([line], cut(said.at, 3), shown, "ansible", words)


def vmware(said: Say) -> Written:
    """Files of a host and its syslog, of two versions."""
    stamp = said.stamp(ZULU, utc=True)
    at = cut(said.at, 3)
    forms = (
        f"{stamp} cpu3:2097152)Lease: {said.message}",
        f"{stamp} {said.level} hostd[2097152] [Originator@6876 sub=Lease opID=1a2b user=root] {said.message}",
        f"{stamp} {VMWARE[said.level]}(166) Hostd[2097152]: [Originator@6876 sub=Lease opID=1a2b] {said.message}",
        f"{stamp} {VMWARE[said.level]}(182) vmkernel: cpu3:2097152 opID=1a2b)Lease: {said.message}",
    )
    levels = ("", said.level.upper(), VMWARE[said.level].upper(), VMWARE[said.level].upper())
    return one([forms[said.n % 4]], at, levels[said.n % 4], "Lease", said.message)


def heroku(said: Say) -> Written:
    stamp = said.stamp("%Y-%m-%dT%H:%M:%S.%f+00:00", 6, utc=True)
    if said.n % 3 == 2:
        words = f'at=error code=H12 desc="Request timeout" method=GET path="/cart/{said.n}" dyno=web.1 status=503'
        return one([f"{stamp} heroku[router]: {words}"], said.at, "ERROR", "", words)
    line = f"{stamp} app[web.{said.n % 3}]: {said.level} {said.message}"
    return one([line], said.at, said.level, "", said.message)


def runit(said: Say) -> Written:
    """What GitLab's services write, each under svlogd's stamp."""
    stamp = said.stamp("%Y-%m-%d_%H:%M:%S.%f", 5, utc=True)
    inside = json.dumps({"severity": said.level, "message": said.message})
    line = (inside, f"{said.level}: {said.message}")[said.n % 2]
    return one([f"{stamp} {line}"], cut(said.at, 5), said.level, "", said.message)


def tai64n(said: Say) -> Written:
    seconds, nanoseconds = int(said.at.timestamp()), said.at.microsecond * 1000 + 7
    label = f"@{2**62 + 10 + seconds:016x}{nanoseconds:08x}"
    return one([f"{label} {said.level}: {said.message}"], said.at, said.level, "", said.message)


def github(said: Say) -> Written:
    mark = ("", "##[error]", "##[warning]")[said.n % 3]
    step = "build\tRun lease\t" if said.n % 2 else ""
    line = f"{step}{said.stamp(ZULU, 6, utc=True)[:-1]}7Z {mark}{said.message}"
    level = ("", "ERROR", "WARNING")[said.n % 3]
    return one([line], said.at, level, "Run lease" if step else "", said.message)


def gitlab(said: Say) -> Written:
    output = ("00O ", "01O ", "01E ", "01O+")[said.n % 4]
    level = "ERROR: " if said.n % 4 == 2 else ""
    line = f"{said.stamp(ZULU, 6, utc=True)} {output}{level}{said.message}"
    return one([line], said.at, "ERROR" if level else "", "", said.message)


def compose_named(said: Say) -> Written:
    who = ("shop", "keeper_db")[said.n % 2]
    line = f"{who:<10} | {said.stamp(COMMA)} {said.level} {said.message}"
    return one([line], cut(said.at, 3), said.level, "", said.message)


def postgresql_addressed(said: Say) -> Written:
    """With the client's address of the newer kind, in a zone that is not the reader's."""
    stamp = f"{said.stamp(ISO + '.%f', utc=True)} "
    line = f"{stamp}GMT [{said.n + 7}]: [{said.n}-1] user=ops,db=shop,app=psql,client=fe80::1 {said.level}:  {said.message}"
    return one([line], cut(said.at, 3), said.level, "", said.message)


def zones(said: Say) -> Written:
    """Letters that are one zone's, and CST, which is several'."""
    letters, hours = (("JST", 1), ("CST", 0), ("CET", -7), ("PST", -16))[said.n % 4]
    stamp = (said.local + timedelta(hours=hours)).strftime(ISO)
    line = f"{stamp} {letters} {said.level} {said.message}"
    return one([line], cut(said.at, 0), said.level, "", said.message)


def zap_exponent(said: Say) -> Written:
    micros = f"{int(said.at.timestamp())}{said.at.microsecond:06}"
    line = f"{micros[0]}.{micros[1:].rstrip('0')}e+09\t{said.level}\tkeeper\t{said.message}"
    return one([line], said.at, said.level, "keeper", said.message)


def zerolog_clock(said: Say) -> Written:
    hour, half = (said.local.hour + 11) % 12 + 1, "AM" if said.local.hour < 12 else "PM"
    line = f"{hour}:{said.local.minute:02}{half} {said.level} {said.message}"
    return one([line], said.at.replace(second=0, microsecond=0), said.level, "", said.message)


def mpd(said: Say) -> Written:
    """A minute is all it says."""
    stamp = said.local.strftime(f"%b {said.local.day:02} %H:%M")
    at = said.at.replace(second=0, microsecond=0)
    return one([f"{stamp} : {said.module}: {said.message}"], at, "", said.module, said.message)


def logcli(said: Say) -> Written:
    """Labels with a level, and labels without one before a line that says its own."""
    stamp = said.stamp("%Y-%m-%dT%H:%M:%SZ", utc=True)
    labels = (f'{{app="keeper", level="{said.level}", pod="keeper-0"}}', '{app="keeper"}')[
        said.n % 2
    ]
    inside = "" if said.n % 2 == 0 else f"{said.stamp(COMMA)} {said.level.upper()} "
    at = cut(said.at, 0)
    return one(
        [f"{stamp} {labels} {inside}{said.message}"], at, said.level.upper(), "", said.message
    )


def sqlserver_agent(said: Say) -> Written:
    mark, level = (("!", "ERROR"), ("+", "WARNING"), ("?", "INFO"))[said.n % 3]
    line = f"{said.stamp(ISO)} - {mark} [{said.n + 100}] {said.message}"
    return one([line], cut(said.at, 0), level, "", said.message)


def jenkins(said: Say) -> Written:
    """What builds say, behind the stamp that the server puts before each line."""
    words, level = (
        (f"+ make lease-{said.n}", ""),
        (f"make[1]: *** [Makefile:{said.n}: lease.o] Error 2", "ERROR"),
        (f"lease.c:{said.n}:5: error: lease lost", "ERROR"),
    )[said.n % 3]
    body = "lease lost" if said.n % 3 == 2 else words
    return one([f"[{said.stamp(ZULU, utc=True)}] {words}"], cut(said.at, 3), level, "lease.c" if said.n % 3 == 2 else "", body)  # fmt: skip


LOGBACK = ("store.lease.Keeper", "shop.mail.Sender")
SPECIES = (
    Species("samba", samba, ("INFO", "WARN", "ERROR"), hard=FIRM, records=RECORDS),
    Species("ansible", ansible, records=RECORDS),
    Species("vmware", vmware, tuple(VMWARE), hard=FIRM, records=RECORDS),
    Species("libvirt", Plain(lambda s: f"{s.stamp(ISO + '.%f+0000', utc=True)}: 812: {s.level} : {s.module}:{s.n + 12} : "), ("info", "warning", "error"), ("virKeeperRenew", "qemuKeeper"), records=RECORDS),
    Species("puppet", Plain(lambda s: f"{s.stamp(ISO + ' +0800')} {s.module} ({s.level}): ", 0), ("err", "warning", "notice"), ("Puppet", "/Stage[main]/Shop/Service[keeper]/ensure"), records=RECORDS),
    Species("dovecot", Plain(lambda s: f"{s.local.strftime(f'%b {s.local.day:2} %H:%M:%S')} imap(ops@shop.test)<812><a{s.n}>: {s.level}: ", 0, module=lambda s: ""), ("Info", "Warning", "Error"), hard=(), records=RECORDS),
    Species("unbound", Plain(lambda s: f"{s.local.strftime(f'%b {s.local.day:2} %H:%M:%S')} unbound[812:{s.n % 3}] {s.level}: ", 0, module=lambda s: ""), ("debug", "info", "error"), hard=FIRM, records=RECORDS),
    Species("slurm", Plain(lambda s: f"[{s.stamp('%Y-%m-%dT%H:%M:%S.%f')}] {s.level}:  ", module=lambda s: ""), ("debug2", "debug3", "error"), hard=FIRM, records=RECORDS),
    Species("icinga2", Plain(lambda s: f"[{s.stamp(ISO + ' +0800')}] {s.level}/{s.module}: ", 0), ("notice", "information", "critical"), ("LeaseKeeper", "ApiListener"), hard=FIRM, records=RECORDS),
    Species("prosody", Plain(lambda s: f"{s.local.strftime(f'%b {s.local.day:2} %H:%M:%S')} {s.module}\t{s.level}\t", 0), ("debug", "info", "warn"), ("s2sin1a2b3c", "web.test:lease"), hard=(), records=RECORDS),
    Species("gitea", Plain(lambda s: f"{s.stamp('%Y/%m/%d %H:%M:%S')} {s.module}:{s.n + 12}:Renew() [{s.level}] ", 0), ("I", "W", "E"), ("...ules/store/keeper.go", "cmd/web.go"), records=RECORDS),
    Species("solr", Plain(lambda s: f"{s.stamp(ISO + '.%f', utc=True)} {s.level:<5} (qtp12-{s.n}) [c:shop s:shard1 r:core_node3 x:shop_1] {s.module} "), UPPER, LOGBACK, hard=FIRM, records=RECORDS),
    Species("activemq", lambda s: one([f"{s.stamp(COMMA)} | {s.level:<5} | {s.message} | {s.module} | main"], cut(s.at, 3), s.level, s.module, s.message), UPPER, LOGBACK, hard=FIRM, records=RECORDS),
    Species("jira", Plain(lambda s: f"{s.stamp(COMMA)}+0800 http-nio-8080-exec-{s.n} {s.level} ops 307x{s.n}x1 1b2c3d 10.1.2.3 /secure/lease.jspa [{s.module}] "), UPPER, LOGBACK, hard=FIRM, records=RECORDS),
    Species("mycat", Plain(lambda s: f"{s.stamp(ISO + '.%f')} {s.level:>5} [$_NIOREACTOR-0-RW] ({s.module}.renew(Keeper.java:{s.n + 12})) - "), UPPER, LOGBACK, records=RECORDS),
    Species("xxl_job_file", Plain(lambda s: f"{s.stamp(COMMA)} {s.level} [job-{s.n}] {s.module} [Keeper.java : {s.n + 12}] "), UPPER, LOGBACK, records=RECORDS),
    Species("gaussdb_session", Plain(lambda s: f"{s.stamp(ISO + '.%f')} 5f8a3e17.{s.n} shop 139812345678 gsql 0 dn_3 00000  0 [BACKEND] {s.level}:  ", module=lambda s: "BACKEND"), ("LOG", "WARNING", "ERROR"), records=RECORDS),
    Species("asterisk", Plain(lambda s: f"[{s.stamp(ISO)}] {s.level}[812][C-0000000c] {s.module}: ", 0), ("NOTICE", "WARNING", "ERROR", "VERBOSE"), ("keeper.c", "pbx.c"), hard=FIRM, records=RECORDS),
    Species("variant_liberty", Plain(lambda s: f"[{s.local.month}/{s.local.day}/{s.stamp('%y')}, {s.local.hour}:{s.stamp('%M:%S:%f')} CST] 000000a2 {s.module}                    {s.level} "), ("I", "W", "E"), LOGBACK, hard=FIRM, records=RECORDS),
    Species("variant_jetty_10", Plain(lambda s: f"{s.stamp(ISO + '.%f')}:{s.level:<5}:oss.Keeper:main: ", module=lambda s: "oss.Keeper"), ("INFO", "WARN"), hard=FIRM, records=RECORDS),
    Species("variant_fabric", Plain(lambda s: f"{s.stamp(ISO + '.%f', utc=True)} UTC {s.n:04x} {s.level} [{s.module}] renew -> "), ("INFO", "WARN"), ("keeper.state",), records=RECORDS),
    Species("variant_sidekiq", Plain(lambda s: f"{s.level:<5} {s.stamp('%Y-%m-%dT%H:%M:%S.%fZ', utc=True)} pid=812 tid=0a class={s.module} jid=0b: "), ("INFO", "WARN", "ERROR"), ("Lease::Keeper",), records=RECORDS),
    Species("variant_postgresql_address", postgresql_addressed, ("LOG", "WARNING", "ERROR"), hard=FIRM, records=RECORDS),
    Species("variant_zones", zones, UPPER, hard=FIRM, records=RECORDS),
    Species("variant_zap_exponent", zap_exponent, UPPER, hard=FIRM, records=RECORDS),
    Species("variant_zerolog_clock", zerolog_clock, ("INF", "WRN", "ERR"), hard=FIRM, records=RECORDS),
    Species("variant_syslog_ts", Plain(lambda s: f"{s.local.strftime(f'%b {s.local.day:2} %H:%M:%S')} {s.level} ", 0, module=lambda s: ""), UPPER, hard=(), records=RECORDS),
    Species("mpd", mpd, ("",), ("player", "decoder_thread"), hard=FIRM, records=RECORDS),
    Species("heroku", heroku, UPPER, hard=(), records=RECORDS),
    Species("runit", runit, UPPER, hard=(), records=RECORDS),
    Species("tai64n", tai64n, UPPER, hard=(), records=RECORDS),
    Species("github_actions", github, hard=FIRM, records=RECORDS),
    Species("gitlab_job", gitlab, hard=(), records=RECORDS),
    Species("corosync", Plain(lambda s: f"{s.local.strftime(f'%b {s.local.day:2} %H:%M:%S')} [812] web-3 corosync {s.level:<7} [{s.module:<6}] ", 0), ("notice", "warning", "error"), ("TOTEM", "KNET", "QUORUM"), hard=FIRM, records=RECORDS),
    Species("pacemaker", Plain(lambda s: f"{s.local.strftime(f'%b {s.local.day:2} %H:%M:%S')}.{s.stamp('%f')} web-3 pacemaker-controld  [812] ({s.module}) \t{s.level}: "), ("notice", "warning", "error"), ("lease_renew", "main"), hard=FIRM, records=RECORDS),
    Species("calico", Plain(lambda s: f"{s.stamp(ISO + '.%f')} [{s.level}][56] {s.module} {s.n + 12}: "), ("INFO", "WARNING", "ERROR"), ("keeper/renew.go", "lease.go"), hard=FIRM, records=RECORDS),
    Species("intellij", Plain(lambda s: f"{s.stamp(COMMA)} [{s.n * 812:>7}] {s.level:>6} - {s.module} - "), ("INFO", "WARN", "ERROR"), ("#o.s.Keeper", "org.shop.Mail"), hard=FIRM, records=RECORDS),
    Species("logcli", logcli, ("info", "warn", "error"), hard=FIRM, records=RECORDS),
    Species("sqlserver_agent", sqlserver_agent, hard=FIRM, records=RECORDS),
    Species("jenkins", jenkins, hard=FIRM, records=RECORDS),
    Species("compose_named", compose_named, UPPER, hard=FIRM, records=RECORDS),
)  # fmt: skip
