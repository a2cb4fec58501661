"""Sentences that name times, told in a zone other than the one they were written in."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass, replace
from datetime import datetime
from functools import partial
from zoneinfo import ZoneInfo

from paicha.analysis.wording import clock, stretch, which_of_two
from paicha.locales import Text
from paicha.model.change import ChangeReport
from paicha.model.findings import Findings, Problem
from paicha.model.question import Question
from paicha.model.suspects import Suspect, SuspectReport

#: What `analysis.wording` writes: a stretch, which names its zone, or a time of day, with its day where the window has several.
_WRITTEN = (
    r"(?P<left>\d{4}-\d\d-\d\d \d\d:\d\d:\d\d)(?P<of_left> LETTERS)? – "
    r"(?P<day>\d{4}-\d\d-\d\d )?(?P<time>\d\d:\d\d:\d\d)(?P<of_time> LETTERS)? \((?P<zone>ZONE)\)"
    r"|(?<![\d:.-])(?:(?:\d{4}-)?\d\d-\d\d )?\d\d:\d\d:\d\d(?: LETTERS)?(?![\d:])"
)
_FULL = "%Y-%m-%d %H:%M:%S"


def in_zone(findings: Findings, zone: str) -> Findings:
    """
    Return *findings* with the times in their sentences in *zone*, as everything around them will be.

    A time of day is moved only where the findings hold that moment; what log lines say stays as it is.

    Args:
        findings: Their sentences are in the zone of their question.
        zone: The reader's, an IANA name.
    """
    before = findings.question
    if zone == before.zone:
        return findings
    after = replace(before, zone=zone)
    known = {clock(at, before): clock(at, after) for at in _moments(findings)}
    name = "UTC" if before.zone == "Etc/UTC" else before.zone
    letters = f"(?:{'|'.join(map(re.escape, _letters(before)))})"
    pattern = _WRITTEN.replace("ZONE", re.escape(name)).replace("LETTERS", letters)
    written = re.compile(pattern)
    told = partial(_told, written=written, known=known, after=after)
    return replace(
        findings,
        statements=tuple(replace(one, text=told(one.text)) for one in findings.statements),
        summary=tuple(map(told, findings.summary)),
        problems=tuple(_problem(one, told) for one in findings.problems),
        timeline=tuple(
            one if one.kind == "done" else replace(one, text=told(one.text))  # a log line's words
            for one in findings.timeline
        ),
        quality=tuple(
            replace(one, text=told(one.text), details=tuple(map(told, one.details)))
            for one in findings.quality
        ),
        change=_change(findings.change, told) if findings.change else None,
        suspects=_suspects(findings.suspects, told) if findings.suspects else None,
    )


def _moments(value: object) -> Iterator[datetime]:
    """Yield every moment that stands in a tree of values."""
    if isinstance(value, datetime):
        yield value
    elif is_dataclass(value):
        for one in fields(value):
            yield from _moments(getattr(value, one.name))
    elif isinstance(value, tuple):
        for item in value:
            yield from _moments(item)


def _told(words: Text, written: re.Pattern[str], known: Mapping[str, str], after: Question) -> Text:
    def moved(found: re.Match[str]) -> str:
        if found["left"] is None:
            return known.get(found[0], found[0])
        there = ZoneInfo(found["zone"])
        day = found["day"] or found["left"][:11]
        left, right = (
            _read(said, apart, there)
            for said, apart in (
                (found["left"], found["of_left"]),
                (day + found["time"], found["of_time"]),
            )
        )
        return stretch(left, right, after)

    return Text(zh=written.sub(moved, words.zh), en=written.sub(moved, words.en))


def _read(said: str, letters: str | None, there: ZoneInfo) -> datetime:
    """Return a time; behind one that the clocks show twice stand the letters of which it is."""
    first = datetime.strptime(said, _FULL).replace(tzinfo=there)
    return first if letters in (None, which_of_two(first)) else first.replace(fold=1)


def _letters(question: Question) -> tuple[str, ...]:
    """Return what may stand behind a time in the question's zone that its clocks show twice."""
    zone, year = ZoneInfo(question.zone), question.extent.end.year
    days = (datetime(year, month, 1, tzinfo=zone) for month in range(1, 13))
    names = {day.tzname() or "" for day in days}
    return tuple(sorted(name if name.isalpha() else f"UTC{name}" for name in names))


def _problem(problem: Problem, told: partial[Text]) -> Problem:
    factors = tuple(
        replace(one, text=told(one.text)) if one.moments else one for one in problem.factors
    )
    course = problem.course
    if course is not None:
        course = replace(course, text=told(course.text))
    return replace(problem, factors=factors, course=course)


def _change(change: ChangeReport, told: partial[Text]) -> ChangeReport:
    return replace(change, baseline=replace(change.baseline, text=told(change.baseline.text)))


def _suspects(report: SuspectReport, told: partial[Text]) -> SuspectReport:
    return replace(
        report,
        text=told(report.text),
        reasons=tuple(map(told, report.reasons)),
        suspects=tuple(_suspect(one, told) for one in report.suspects),
    )


def _suspect(suspect: Suspect, told: partial[Text]) -> Suspect:
    clues = tuple(replace(clue, text=told(clue.text)) for clue in suspect.clues)
    return replace(suspect, clues=clues, against=tuple(map(told, suspect.against)))
