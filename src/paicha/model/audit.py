"""What a written report states, and what an audit decided about it: frozen values."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Literal

from paicha.locales import Text
from paicha.values import dataclass

#: What a statement is about. The public format of machine-checkable statements uses these names too.
Measure = Literal[
    "window",
    "window.length",
    "written_at",
    "records.total",
    "records.abnormal",
    "level.count",
    "level.share",
    "module.count",
    "module.share",
    "problem.listed",
    "problem.count",
    "problem.share",
    "problem.modules",
    "problem.range",
    "problem.values",
    "problem.first",
    "problem.last",
    "problem.priority",
    "metric.mean",
    "metric.maximum",
    "metric.minimum",
    "metric.value",
    "metric.normal",
    "event",
    "scope",
    "rendering",
]
Judged = Literal["supported", "contradicted", "not_verifiable"]
Weight = Literal["error", "warning"]


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """A line of the report, counted from 1, and the words on it that are meant."""

    line: int
    says: str


@dataclass(frozen=True, slots=True)
class Stated:
    """
    One statement of a report.

    Args:
        measure: What it is about.
        subject: Whom it is about, as the report names it: a level, a module, a problem; "": the whole.
        place: Where it stands.
        number: The figure, for counts, shares (0..100), lengths [s] and metric values.
        high: The upper end of a range.
        unit: As written.
        start: A time, or the start of a window.
        end: The end of a window.
        names: Modules or values that are listed.
        detail: What else identifies it: the problem block, the module of an event.
    """

    measure: Measure
    subject: str
    place: Place
    number: float | None = None
    high: float | None = None
    unit: str = ""
    start: datetime | None = None
    end: datetime | None = None
    names: tuple[str, ...] = ()
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Objection:
    """
    Something wrong with a report.

    Args:
        check: Which check found it.
        weight: ``error``: it cannot be true; ``warning``: it should not stand so.
        places: The lines concerned, in order.
        text: What is wrong, with both figures where there are two.
    """

    check: str
    weight: Weight
    places: tuple[Place, ...]
    text: Text


@dataclass(frozen=True, slots=True)
class Judgement:
    """One statement beside the evidence."""

    stated: Stated
    judged: Judged
    text: Text  # with the figure of the evidence, or why there is none
    locators: tuple[str, ...] = ()  # lines that show it, at most three


@dataclass(frozen=True, slots=True)
class Omission:
    """Something the evidence shows and the report does not say."""

    kind: Literal["problem", "contradiction", "gap"]
    text: Text
    locators: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Audit:
    """
    The whole audit of one report.

    Args:
        name: The report's file name, as given.
        lines: How many lines it has.
        stated: Everything that was extracted, in order of place.
        objections: What the report contradicts in itself.
        judgements: The statements beside the evidence; empty without evidence.
        omissions: What the report leaves out; empty without evidence.
        case_id: The evidence; "": none.
    """

    name: str
    lines: int
    stated: tuple[Stated, ...]
    objections: tuple[Objection, ...]
    judgements: tuple[Judgement, ...] = ()
    omissions: tuple[Omission, ...] = ()
    case_id: str = ""

    @property
    def contradicted(self) -> tuple[Judgement, ...]:
        """The statements that the evidence contradicts."""
        return tuple(each for each in self.judgements if each.judged == "contradicted")

    @property
    def failed(self) -> bool:
        """Whether anything in the report is contradicted, by itself or by the evidence."""
        return bool(self.contradicted) or any(o.weight == "error" for o in self.objections)


@dataclass(frozen=True, slots=True)
class AuditWords:
    """
    How reports say things, in Chinese and English; all lower case.

    Args:
        labels: What a label or a table head may be called, by what it means.
        vague: Words that stand where a count belongs.
        normal: Words that call something normal.
        abnormal: Words and marks that call something not normal.
        everything: Words that make "normal" a claim about all metrics.
        sorted_by_count: Words that claim an order by count.
        metrics: Further names of metric concepts, by concept.
    """

    labels: Mapping[str, tuple[str, ...]]
    vague: tuple[str, ...]
    normal: tuple[str, ...]
    abnormal: tuple[str, ...]
    everything: tuple[str, ...]
    sorted_by_count: tuple[str, ...]
    metrics: Mapping[str, tuple[str, ...]]
