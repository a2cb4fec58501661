"""What speaks for and against a suspect, in sentences with numbers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import field
from datetime import datetime

import pyarrow as pa

from paicha.analysis.anomalies.moves import Moved
from paicha.analysis.change.evidence import quoted, recount
from paicha.analysis.records import (
    ANY_COPY,
    COPY,
    FILE_KEYS,
    FOLDER,
    LOCATED,
    ROTATION,
)
from paicha.analysis.suspects.calls import SlowEnd
from paicha.analysis.suspects.intervention_words import changed
from paicha.analysis.suspects.interventions import Before
from paicha.analysis.suspects.logged import Housed, Louder, Named, Onset
from paicha.analysis.suspects.programs import files_of
from paicha.analysis.suspects.scores import Clue as ScoredClue
from paicha.analysis.suspects.scores import Scored
from paicha.analysis.suspects.silence import Silent
from paicha.analysis.suspects.silence_words import said
from paicha.analysis.suspects.units import UNIT
from paicha.analysis.tables import CaseTables
from paicha.analysis.traces.breaks import BEGIN, Break
from paicha.analysis.traces.latency import Slower
from paicha.analysis.wording import amount, clock, lasting, listed
from paicha.locales import Text, text
from paicha.model.findings import Problem
from paicha.model.knowledge import MetricConcept
from paicha.model.question import Question
from paicha.model.suspects import Clue, Role, Suspect, UnitKind
from paicha.values import dataclass

_NAMES_SHOWN = 4


@dataclass(frozen=True, slots=True)
class Teller:
    """
    Writes suspects down.

    Args:
        question: For times in the reader's zone.
        concepts: Titles of metrics.
        tables: What there was to look at.
        spans: `SPANS` of the window.
        problems: All problems.
        blames: Who only tells what is wrong with another one, and with whom.
        parted: From when on the window is compared with what precedes it there; None: with a baseline.
        assumed: The host that records without one are taken for; "": none.
    """

    question: Question
    concepts: Sequence[MetricConcept]
    tables: CaseTables
    spans: pa.Table
    problems: Sequence[Problem]
    blames: Mapping[str, str] = field(default_factory=dict)
    parted: datetime | None = None
    assumed: str = ""

    def suspect(self, number: int, one: Scored, unit: UnitKind, role: Role) -> Suspect:
        """Return one suspect with everything that speaks for and against it."""
        moments = [moment for clue in one.clues if (moment := _moment(clue)) is not None]
        return Suspect(
            number=number,
            unit=unit,
            name=one.name,
            role=role,
            points=one.points,
            first=min(moments, default=None),
            clues=tuple(self._clue(one.name, unit, clue) for clue in one.clues),
            against=self._against(one),
            missing=self._missing(one.name, unit),
        )

    def metric(self, moved: Moved) -> Text:
        """Return the title of a metric, its own name where no concept has one."""
        found = next((c for c in self.concepts if c.id == moved.concept), None)
        return found.title if found else Text.same(moved.metric)

    def _clue(self, name: str, unit: UnitKind, clue: ScoredClue) -> Clue:
        return Clue(
            clue.kind,
            self._text(clue),
            clue.strength,
            clue.points,
            clue.explained_by,
            self._sql(name, unit, clue),
        )

    def _text(self, clue: ScoredClue) -> Text:
        match clue.fact:
            case Moved() as moved:
                told = self._moved(moved)
            case Break() as found:
                told = _broken(found)
            case SlowEnd() as end:
                told = _slow(end)
            case Slower() as longer:
                told = _longer(longer)
            case Louder() as louder:
                told = self._louder(louder)
            case Onset() as onset:
                told = self._onset(onset)
            case Silent() as silent:
                told = said(silent, self.question, "clue")
            case Before() as found:
                told = changed(found, self.question)
            case Named() as named:
                told = text(
                    "suspects.clue.named_through" if named.through else "suspects.clue.named",
                    names=listed(named.by, _NAMES_SHOWN),
                    others=listed(named.through, _NAMES_SHOWN),
                )
            case Housed() as housed:
                told = text("suspects.clue.housed", names=listed(housed.services, _NAMES_SHOWN))
        return told

    def _onset(self, onset: Onset) -> Text:
        return text(
            "suspects.clue.onset",
            at=clock(onset.at, self.question),
            lead=lasting(onset.lead_s),
            other=onset.next_name,
        )

    def _moved(self, moved: Moved) -> Text:
        digits = next((c.digits for c in self.concepts if c.id == moved.concept), 2)
        return text(
            "suspects.clue.rose" if moved.level > moved.usual else "suspects.clue.fell",
            title=self.metric(moved),
            host=moved.host or moved.service,
            usual=amount(moved.usual, digits, moved.unit),
            level=amount(moved.level, digits, moved.unit),
            at=clock(moved.at, self.question),
            points=moved.points_before,
        )

    def _louder(self, louder: Louder) -> Text:
        key = "new" if not louder.before else "louder"
        only = text(
            "suspects.clue.only_on",
            names=listed(louder.only_on, _NAMES_SHOWN),
            of=f"{louder.of_hosts:,}",
        )
        since = Text.same("")
        if louder.first:
            since = text(f"suspects.clue.{key}_since", at=clock(louder.first, self.question))
        return text(
            f"suspects.clue.{key}",
            since=since,
            where=only if louder.only_on else Text.same(""),
            title=louder.problem.title,
            number=self._number(louder.problem),
            before=f"{louder.before:,}",
            during=f"{louder.during:,}",
        )

    def _number(self, problem: Problem) -> int:
        """Return a problem's place, which may have moved since it was a clue."""
        return next(one.number for one in self.problems if one.id == problem.id)

    def _against(self, one: Scored) -> tuple[Text, ...]:
        against = []
        explained = {clue.explained_by for clue in one.clues if clue.explained_by}
        for other in sorted(explained):
            lost = sum(
                clue.points / clue.part - clue.points
                for clue in one.clues
                if clue.explained_by == other
            )
            kinds = {clue.kind for clue in one.clues if clue.explained_by == other}
            asked = {"mix": "asked_by", "silence": "asked_silent"}
            key = next((asked[kind] for kind in asked if kind in kinds), "rests_on")
            if "change" in kinds and self.blames.get(one.name) == other:
                key = "blames"
            against.append(text(f"suspects.against.{key}", other=other, lost=f"{lost:.1f}"))
        if all(clue.kind in ("metric", "mix") for clue in one.clues):
            against.append(text("suspects.against.suffers"))
        against += (
            text("suspects.against.contradicted", title=clue.fact.problem.title)
            for clue in one.clues
            if isinstance(clue.fact, Louder) and clue.fact.contradicted
        )
        return tuple(against)

    def _missing(self, name: str, unit: UnitKind) -> tuple[Text, ...]:
        missing = []
        if unit == "service" and name not in _names(self.spans, "service_name"):
            missing.append(text("suspects.missing.spans"))
        column = {"service": "service_name", "module": "module", "host": "host"}.get(unit, UNIT)
        is_assumed = unit == "host" and name == self.assumed  # all of the lines are taken for its
        if not is_assumed and name not in _names(self.tables.counts, column):
            missing.append(text("suspects.missing.lines"))
        hosts = _names(self.tables.series, "host")
        if unit == "service" and not any(name in host for host in hosts):
            missing.append(text("suspects.missing.series"))
        return tuple(missing)

    def _sql(self, name: str, unit: UnitKind, clue: ScoredClue) -> str:
        """Return a statement that shows what a clue rests on."""
        match clue.fact:
            case Moved() as moved:
                metric, host = quoted(moved.metric), quoted(moved.host)
                return (
                    "select timestamp, value from series "  # noqa: S608 - every value is quoted
                    f"where metric = {metric} and host = {host} order by timestamp"
                )
            case Louder() | Silent() | Onset() | Named() | Housed() | Before() as fact:
                problem = fact.problem.id if isinstance(fact, Louder) else ""
                if unit == "file":
                    return _in_file(name, problem, self.parted)
                return recount(unit, name, self.parted, problem=problem)
            case Break() as found:
                service, operation = quoted(found.place.service), quoted(found.place.operation)
                return (
                    "select * from spans "  # noqa: S608 - every value is quoted
                    f"where service_name = {service} and name = {operation} order by start"
                )
            case SlowEnd() | Slower():
                return (
                    "select s.service_name, p.service_name as caller, s.name, s.start, "  # noqa: S608 - quoted
                    "s.duration_us, p.duration_us as caller_us from spans s "
                    "left join spans p on p.trace_id = s.trace_id and p.span_id = s.parent_span_id "
                    f"where {quoted(name)} in (s.service_name, p.service_name) order by s.start"
                )


_FILE = f"regexp_replace(regexp_extract(locator, '{LOCATED}', 1), '{ROTATION}', '')"


def _in_file(name: str, problem: str, parted: datetime | None) -> str:
    stretch, source, where, groups = "", "records", "", ""
    if ANY_COPY in name:
        source = f"({_of_copies()})"
    if problem:
        source += " join membership using (shape, severity_number)"
        where = f"problem = {quoted(problem)} and "
    if problem and parted is not None:
        moment = f"{parted:%Y-%m-%d %H:%M:%S}+00"
        stretch = f"case when timestamp < '{moment}' then 'before' else 'during' end as stretch, "
        where += "timestamp is not null and "
        groups = " group by all order by all"
    return (
        f"select {stretch}count(*) as n from {source} where {where}"  # noqa: S608 - every value is quoted
        f"{'file' if ANY_COPY in name else _FILE} {_among(files_of(name))}{groups}"
    )


def _of_copies() -> str:
    """Return a statement for the records whose like stands in the logs of several copies of a program, with what these are called together."""
    keys = ", ".join(FILE_KEYS[:2])
    return (
        f"select timestamp, {keys}, regexp_extract(one, '{FOLDER}') || regexp_replace(regexp_replace(one, '{FOLDER}', ''), "  # noqa: S608 - names of our own columns
        f"'{COPY}', '{ANY_COPY}', 'g') as file from (select *, {_FILE} as one from records) "
        f"window alike as (partition by {keys}, code_file_path, scope_name, host_ip, host_id) qualify min(one) over alike <> max(one) over alike"
    )


def _among(files: Sequence[str]) -> str:
    listed = ", ".join(map(quoted, files))
    return f"= {listed}" if len(files) == 1 else f"in ({listed})"


def _broken(found: Break) -> Text:
    facts = {
        "operation": found.place.operation,
        "after": found.after,
        "step": found.step,
        "before": f"{found.before:,}",
        "followed_before": f"{found.followed_before:,}",
        "during": f"{found.during:,}",
        "followed": f"{found.followed_during:,}",
    }
    if found.kind == "new_failure":
        return text("suspects.clue.new_failure", **facts)
    if found.kind == "shift":
        return text("suspects.clue.shift" if found.step else "suspects.clue.silent", **facts)
    return text(
        "suspects.clue.lost_at_once" if found.after == BEGIN else "suspects.clue.lost", **facts
    )


def _longer(longer: Slower) -> Text:
    return text(
        "suspects.clue.own_time",
        was=_time(longer.before_us),
        now=_time(longer.during_us),
        spans=f"{longer.during:,}",
    )


def _slow(end: SlowEnd) -> Text:
    worst = end.slow[0]
    other = worst.edge.caller if end.role == "called" else worst.edge.callee
    if other == end.service:  # a calling service whose slowest edge is the one to itself
        other = worst.edge.caller
    return text(
        f"suspects.clue.{end.role}",
        other=other,
        was=_time(worst.slower.before_us),
        now=_time(worst.slower.during_us),
        slow=len(end.slow),
        compared=end.compared,
        calls=f"{worst.slower.during:,}",
    )


def _time(us: float) -> str:
    """
    Return a length of time as people write it.

    Example:
        >>> _time(1_003_253), _time(1589), _time(97)
        ('1.00 s', '1.6 ms', '0.1 ms')
    """
    return f"{us / 1e6:.2f} s" if abs(us) >= 1e6 else f"{us / 1e3:.1f} ms"


def _moment(clue: ScoredClue) -> datetime | None:
    match clue.fact:
        case Moved() as moved:
            return moved.at
        case Louder() as louder:
            return louder.first
        case Silent() as silent:
            return silent.last
        case Onset() as onset:
            return onset.at
        case _:
            return None


def _names(table: pa.Table, column: str) -> frozenset[str]:
    return frozenset(table[column].unique().to_pylist())
