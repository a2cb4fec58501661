"""Logs of rows: a header names their columns, or nothing does."""

from __future__ import annotations

from tests.cases.formats.words import HARD
from tests.cases.formats.writing import Say, Species, Written, cut, expected, one

ISO = "%Y-%m-%d %H:%M:%S"
IIS = (
    "#Software: Microsoft Internet Information Services 10.0",
    "#Version: 1.0",
    "#Date: 2025-03-04 21:06:07",
    "#Fields: date time s-ip cs-method cs-uri-stem cs-uri-query s-port cs-username c-ip cs(User-Agent) cs(Referer) sc-status sc-substatus sc-win32-status time-taken",
)


def iis(said: Say) -> Written:
    """Times are UTC; a server that starts anew writes its header again."""
    status = said.rng.choice((200, 304, 404, 500, 503))
    words = f"GET /cart/{said.n} id={said.n} 443 - 10.1.3.{said.n} Mozilla/5.0+(X11) - {status} 0 0 {said.n + 9}"
    row = f"{said.stamp(ISO, utc=True)} 10.1.2.4 {words}"
    record = expected(cut(said.at, 0), "ERROR" if status >= 500 else "", "", words)
    header = IIS if said.n % 20 == 19 else ()
    return Written((*header, row), ((len(header), record),))


def _quoted(text: str) -> str:
    return '"' + text.replace('"', '""') + '"' if text else ""


def postgresql_csv(said: Say) -> Written:
    """Quotation marks are doubled, and statements go over lines, in the message or behind it."""
    words = said.message or "-"
    statement = ""
    if said.n % 4 == 2:
        statement = f'SELECT "a",\n       \'x, y\'\n  FROM "lease"\n WHERE id = {said.n}'
    elif said.n % 4 == 3:
        words = f'duration: {said.n}.123 ms  statement: UPDATE "lease"\n   SET n = {said.n}'
    begun = said.stamp(ISO + " CST")
    who = (
        f'"ops","shop",{said.n + 7},"10.1.2.3:55{said.n:02}"' if said.n % 3 else f",,{said.n + 7},"
    )
    row = (
        f'{said.stamp(ISO + ".%f CST")},{who},658a1f.{said.n:x},{said.n},"SELECT",{begun},3/{said.n},0,{said.level},'
        f'42P01,{_quoted(words)},{_quoted("Key is there")},,,,,{_quoted(statement)},,,"psql","client backend",,0'
    )
    return one(row.split("\n"), cut(said.at, 3), said.level, "", words)


SPECIES = (
    Species("iis", iis, hard=(), head=IIS, line_end="\r\n"),
    Species("postgresql_csv", postgresql_csv, ("LOG", "ERROR", "FATAL", "WARNING", "PANIC"), hard=[m for m in HARD if m]),
)  # fmt: skip
