"""How the zoo's programs write: one record, and what must be read of it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from random import Random
from zoneinfo import ZoneInfo

from tests.cases.formats.words import HARD, MODULES, Trace, message

#: The zone of stamps that name none.
ZONE = ZoneInfo("Asia/Shanghai")
START = datetime(2025, 3, 4, 21, 6, 7, tzinfo=UTC)
RECORDS = 50


@dataclass(frozen=True)
class Say:
    """What a program has to say."""

    rng: Random
    at: datetime  # UTC
    level: str
    module: str
    message: str
    n: int

    @property
    def local(self) -> datetime:
        """The moment on the wall clock."""
        return self.at.astimezone(ZONE)

    def stamp(self, form: str, digits: int = 3, *, utc: bool = False) -> str:
        """Return the moment as *form* says; ``%f`` has *digits* digits."""
        moment = self.at if utc else self.local
        fraction = f"{moment.microsecond:06}"[:digits]
        return moment.strftime(form.replace("%f", fraction))


@dataclass(frozen=True)
class Written:
    """The lines of one or more records, and what must be read of each."""

    lines: tuple[str, ...]
    records: tuple[tuple[int, list[object]], ...]  # (index of its first line, what is expected)


def expected(
    at: datetime | None,
    level: str,
    module: str,
    words: str,
    attributes: dict[str, object] | None = None,
) -> list[object]:
    """Return ``[time, level, module, message, attributes?]`` of one record."""
    time = None if at is None else at.isoformat(timespec="microseconds").replace("+00:00", "Z")
    return [time, level, module, words, *([attributes] if attributes else [])]


def cut(at: datetime, digits: int) -> datetime:
    """Return *at* with so many digits of its second."""
    unit = 10 ** (6 - digits)
    return at.replace(microsecond=at.microsecond // unit * unit)


def one(
    lines: Sequence[str], at: datetime | None, level: str, module: str, words: str,
    attributes: dict[str, object] | None = None,
) -> Written:  # fmt: skip
    """Return one record that is written in *lines*."""
    return Written(tuple(lines), ((0, expected(at, level, module, words, attributes)),))


Write = Callable[[Say], Written]


@dataclass(frozen=True)
class Species:
    """One kind of log."""

    name: str
    write: Write
    levels: Sequence[str] = ("INFO", "WARN", "ERROR", "DEBUG")
    modules: Sequence[str] = MODULES
    hard: Sequence[str] = HARD
    head: tuple[str, ...] = ()
    line_end: str = "\n"
    encoding: str = "utf-8"
    records: int = RECORDS

    def grow(self) -> tuple[list[str], list[list[object]]]:
        """Return its lines, and ``[line, time, level, module, message, attributes?]`` of each record."""
        rng = Random(f"zoo/{self.name}")
        lines, records = list(self.head), []
        at = START
        for n in range(self.records):
            at += timedelta(microseconds=rng.randrange(1_000, 40_000_000))
            words = self.hard[n // 2 % len(self.hard)] if n % 2 and self.hard else message(rng)
            said = Say(rng, at, rng.choice(self.levels), rng.choice(self.modules), words, n)
            written = self.write(said)
            records += [[len(lines) + 1 + first, *what] for first, what in written.records]
            lines += written.lines
        return lines, records


@dataclass(frozen=True)
class Plain:
    """Writes a header and the message behind it, and now and then a stack trace below."""

    header: Callable[[Say], str]
    digits: int = 3
    level: Callable[[Say], str] = field(default=lambda said: said.level.upper())
    module: Callable[[Say], str] = field(default=lambda said: said.module)
    trace: Callable[[Random], Trace] | None = None
    timeless: bool = False

    def __call__(self, said: Say) -> Written:
        """Return the lines of one record."""
        lines = [self.header(said) + said.message]
        words, attributes = said.message, None
        if self.trace is not None and said.n % 9 == 4:
            trace = self.trace(said.rng)
            lines += trace.lines
            words = "\n".join([words, *trace.lines])
            attributes = trace.attributes
        at = None if self.timeless else cut(said.at, self.digits)
        return one(lines, at, self.level(said), self.module(said), words, attributes)
