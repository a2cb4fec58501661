"""Logs of operating systems: syslog, journald, kernels, Windows, Android."""

from __future__ import annotations

from datetime import datetime, timedelta
from xml.sax.saxutils import escape

from tests.cases.formats.words import HARD, HOSTS, PROGRAMS
from tests.cases.formats.writing import Plain, Say, Species, Written, cut, one

#: A body that is a line of another program is read once more: that is no mistake of a syslog.
PLAIN_HARD = tuple(m for m in HARD if m[:1] not in "{E" and not m.startswith("level="))
KEYWORDS = ("EMERG", "ALERT", "CRIT", "ERR", "WARNING", "NOTICE", "INFO", "DEBUG")
SSHD = (
    "Failed password for invalid user admin from 10.9.8.{n} port 41{n} ssh2",
    "Accepted publickey for ops from 10.1.2.{n} port 52{n} ssh2: RSA SHA256:abc",
    "pam_unix(sshd:session): session opened for user ops(uid=0) by (uid=0)",
    "error: kex_exchange_identification: Connection closed by remote host",
    "Received disconnect from 10.9.8.{n} port 41{n}:11: Bye Bye [preauth]",
)


def _bsd(moment: datetime) -> str:
    return moment.strftime(f"%b {moment.day:2} %H:%M:%S")


def rfc3164(said: Say) -> Written:
    severity = said.n % 8
    host, program = HOSTS[said.n % 4], PROGRAMS[said.n % 4]
    line = f"<{8 * 3 + severity}>{_bsd(said.local)} {host} {program}[{said.n + 7}]: {said.message}"
    return one([line], cut(said.at, 0), KEYWORDS[severity], "", said.message)


def rfc5424(said: Say) -> Written:
    severity = said.n % 8
    data = ("-", '[meta seq="4" x="a b"]', '[a@1 b="c"][d@2 e="f"]')[said.n % 3]
    stamp = said.stamp("%Y-%m-%dT%H:%M:%S.%fZ", utc=True)
    line = f"<{8 * 16 + severity}>1 {stamp} {HOSTS[said.n % 4]} {PROGRAMS[said.n % 4]} {said.n + 7} ID47 {data} {said.message}"
    return one([line], cut(said.at, 3), KEYWORDS[severity], "", said.message)


def auth_log(said: Say) -> Written:
    words = SSHD[said.n % len(SSHD)].replace("{n}", str(said.n))
    return one(
        [f"{_bsd(said.local)} web-3 sshd[{said.n + 7}]: {words}"], cut(said.at, 0), "", "", words
    )


def syslog_iso(said: Say) -> Written:
    line = f"{said.stamp('%Y-%m-%dT%H:%M:%S.%f+08:00', 6)} {HOSTS[said.n % 4]} {PROGRAMS[said.n % 4]}[{said.n + 7}]: {said.message}"
    return one([line], said.at, "", "", said.message)


def year_turn(said: Say) -> Written:
    """Ten months before the reference to a few days before it: December must be last year's."""
    at = cut(said.at, 0) - timedelta(days=200 - 2 * said.n)
    local = said.local - timedelta(days=200 - 2 * said.n)
    words = said.message or "-"
    return one([f"{_bsd(local)} web-3 keeper: {words}"], at, "", "", words)


def kern_log(said: Say) -> Written:
    words = f"[{said.n + 100}.{said.n:06}] {said.message}"
    return one([f"{_bsd(said.local)} web-3 kernel: {words}"], cut(said.at, 0), "", "", words)


def dmesg(said: Say) -> Written:
    severity = said.n % 8
    mark = f"<{severity}>" if said.n % 2 else ""
    line = f"{mark}[{said.n + 9:5}.{said.n:06}] {said.message}"
    return one([line], None, KEYWORDS[severity] if mark else "", "", said.message)


def dmesg_decoded(said: Say) -> Written:
    line = f"kern  :{said.level:<6}: [{said.local.strftime('%a %b %e %H:%M:%S %Y')}] {said.message}"
    return one([line], cut(said.at, 0), said.level.upper(), "", said.message)


def journald_export(said: Say) -> Written:
    severity = said.n % 8
    micros = int(said.at.timestamp()) * 1_000_000 + said.at.microsecond
    words = said.message or "-"
    lines = [
        f"__CURSOR=s=0a1b;i={said.n};b=77", f"__REALTIME_TIMESTAMP={micros}", "__MONOTONIC_TIMESTAMP=12345",
        f"PRIORITY={severity}", "_HOSTNAME=web-3", f"SYSLOG_IDENTIFIER={PROGRAMS[said.n % 4]}",
        f"_PID={said.n + 7}", f"MESSAGE={words}", f"_SOURCE_REALTIME_TIMESTAMP={micros}", "",
    ]  # fmt: skip
    return one(lines, said.at, KEYWORDS[severity], "", words)


WINDOWS = {"Critical": "1", "Error": "2", "Warning": "3", "Information": "4"}


def event(said: Say, lines: list[str], at: datetime, level: str, words: str) -> Written:
    """Return an event: who speaks and its number stand before the message, and are the module."""
    who = f"{said.module} {said.n}"
    return one(lines, at, level, who, f"{who}: {words}")


def windows_text(said: Say) -> Written:
    local = said.local
    stamp = f"{local.month}/{local.day}/{local.year} {int(local.strftime('%I'))}{local.strftime(':%M:%S %p')}"
    words = [said.message or "The lease is late.", "", "Shard: 12"]
    lines = [
        "Log Name:      System", f"Source:        {said.module}", f"Date:          {stamp}",
        f"Event ID:      {said.n}", "Task Category: None", f"Level:         {said.level}",
        "Keywords:      Classic", "User:          N/A", "Computer:      WEB-3", "Description:", *words,
    ]  # fmt: skip
    return event(said, lines, cut(said.at, 0), said.level.upper(), "\n".join(words))


def windows_text_zh(said: Say) -> Written:
    local = said.local
    stamp = f"{local.year}/{local.month}/{local.day} {local.hour}{local.strftime(':%M:%S')}"
    words = said.message or "租约丢失。"
    lines = [
        "日志名称:          System", f"来源:            {said.module}", f"日期:            {stamp}",
        f"事件 ID:         {said.n}", "任务类别:          无", f"级别:            {said.level}",
        "关键字:           经典", "用户:            暂缺", "计算机:           WEB-3", "描述:", words,
    ]  # fmt: skip
    return event(said, lines, cut(said.at, 0), said.level, words)


def windows_xml(said: Say) -> Written:
    stamp = said.stamp("%Y-%m-%dT%H:%M:%S.%f0Z", 6, utc=True)
    words = said.message or "late"
    head = f"<Event xmlns='http://schemas.microsoft.com/win/2004/08/events/event'><System><Provider Name='{said.module}'/><EventID Qualifiers='0'>{said.n}</EventID><Level>{WINDOWS[said.level]}</Level><TimeCreated SystemTime='{stamp}'/><Computer>WEB-3</Computer></System>"
    shown = {"Critical": "FATAL", "Error": "ERROR", "Warning": "WARN", "Information": "INFO"}[
        said.level
    ]
    if said.n % 3 == 0:
        lines = [
            head
            + f"<EventData><Data Name='shard'>12</Data><Data>{escape(words)}</Data></EventData></Event>"
        ]
        return event(said, lines, said.at, shown, f"shard=12, {words}")
    lines = [
        head,
        f"<RenderingInfo Culture='en-US'><Message>{escape(words)}</Message>",
        "<Level>Shown</Level></RenderingInfo>",
        "</Event>",
    ]
    return event(said, lines, said.at, shown, words)


def android_long(said: Say) -> Written:
    words = said.message or "late"
    lines = [
        f"[ {said.stamp('%m-%d %H:%M:%S.%f')}   812:  840 {said.level}/{said.module} ]",
        words,
        "",
    ]
    return one(lines, cut(said.at, 3), said.level, said.module, words)


LETTERS = ("V", "D", "I", "W", "E", "F")
TAGS = ("LeaseKeeper", "ActivityManager", "Wifi HAL", "art")
SPECIES = (
    Species("syslog_rfc3164", rfc3164, hard=PLAIN_HARD),
    Species("syslog_rfc5424", rfc5424),
    Species("syslog_iso", syslog_iso, hard=PLAIN_HARD),
    Species("syslog_year_turn", year_turn, hard=PLAIN_HARD),
    Species("auth_log_sshd", auth_log, hard=()),
    Species("kern_log", kern_log),
    Species("dmesg", dmesg),
    Species("dmesg_decoded", dmesg_decoded, ("warn", "err", "info", "notice", "crit")),
    Species("sd_daemon", Plain(lambda s: f"<{s.n % 8}>", level=lambda s: KEYWORDS[s.n % 8], module=lambda s: "", timeless=True), hard=[m for m in HARD if m and m[0] not in "<["]),
    Species("journald_export", journald_export, hard=PLAIN_HARD),
    Species("windows_text", windows_text, tuple(WINDOWS), ("Lease Keeper", "Disk"), line_end="\r\n", encoding="utf-8-sig"),
    Species("windows_text_zh", windows_text_zh, ("错误", "警告", "信息"), ("Lease Keeper", "Disk"), line_end="\r\n", encoding="utf-16"),
    Species("windows_xml", windows_xml, tuple(WINDOWS), ("Lease Keeper", "Disk")),
    Species("android_threadtime", Plain(lambda s: f"{s.stamp('%m-%d %H:%M:%S.%f')}   812 {s.n + 840:5} {s.level} {s.module:<8}: "), LETTERS, TAGS),
    Species("android_time", Plain(lambda s: f"{s.stamp('%m-%d %H:%M:%S.%f')} {s.level}/{s.module}({s.n + 7:5}): "), LETTERS, TAGS),
    Species("android_brief", Plain(lambda s: f"{s.level}/{s.module}({s.n + 7:5}): ", timeless=True), LETTERS, TAGS),
    Species("android_long", android_long, LETTERS, TAGS),
)  # fmt: skip
