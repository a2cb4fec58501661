"""Logs of in-house software: headers of many columns, in the orders and between the marks that people choose."""

from __future__ import annotations

from tests.cases.formats.systems import KEYWORDS
from tests.cases.formats.words import HARD, HOSTS
from tests.cases.formats.writing import Plain, Say, Species, Written, cut, one

CAMEL = ("OrderService", "StockClient", "MailQueue", "LeaseKeeper")
SOURCES = ("mail_queue.cpp", "store/keeper.cpp", "order.c")
UPPER = ("INFO", "WARN", "ERROR", "DEBUG", "FATAL")
ISO = "%Y-%m-%d %H:%M:%S"
#: Brackets behind brackets of a header are its columns.
WITHOUT_BRACKETS = tuple(words for words in HARD if not words.startswith("["))


def network_device(said: Say) -> Written:
    """A device behind a relay: the relay's time and host, then the device's own."""
    severity = said.n % 8
    stamp = said.stamp("%b %d %H:%M:%S")
    clock = said.stamp("%H:%M:%S.%f")
    words = said.message or "-"
    header = f"{stamp} edge-{said.n % 3} {said.n + 7}: {clock}: %KEEPER-{severity}-LEASE: "
    levels = ("FATAL", "FATAL", "FATAL", "ERROR", "WARN", "INFO", "INFO", "DEBUG")
    assert len(levels) == len(KEYWORDS)
    return one([header + words], cut(said.at, 0), levels[severity], "KEEPER", words)


def _line(said: Say) -> int:
    return said.rng.randrange(10, 900)


SPECIES = (
    Species("columns_brackets", Plain(lambda s: f"[{s.stamp(ISO + '.%f')}][{s.level}][pool-{s.n % 4}-thread-1][{s.module}:{_line(s)}] "), UPPER, SOURCES, WITHOUT_BRACKETS),
    Species("columns_wide_brackets", Plain(lambda s: f"【{s.stamp(ISO)}】【{s.level}】【{s.module}】", 0), ("警告", "错误", "信息", "调试"), CAMEL, WITHOUT_BRACKETS),
    Species("columns_level", Plain(lambda s: f"{s.stamp(ISO + '.%f')} {HOSTS[s.n % 4]} {s.module} {s.n + 7} {s.level} "), UPPER, CAMEL, tuple(m for m in HARD if m and not m.startswith(("-", "|")))),
    Species("columns_letter", Plain(lambda s: f"{s.stamp('%Y%m%dT%H%M%S.%f')} T{s.n + 7} {s.level[0]} {s.module}: ", level=lambda s: s.level[0]), UPPER, CAMEL),
    Species("columns_named", Plain(lambda s: f"{s.stamp(ISO + ',%f')} {s.level} [worker {s.n % 4}] {s.module}: "), UPPER, CAMEL),
    Species("columns_file", Plain(lambda s: f"{s.stamp('%d.%m.%Y %H:%M:%S')} {s.level} {s.module}({_line(s)}) renew: ", 0), UPPER, SOURCES),
    Species("network_device", network_device),
)  # fmt: skip
