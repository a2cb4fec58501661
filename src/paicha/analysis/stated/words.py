"""What is said of numbers in log lines that left their own past."""

from __future__ import annotations

from collections.abc import Sequence

from paicha.analysis.wording import amount, clock, significant
from paicha.locales import Text, text
from paicha.model.findings import Statement
from paicha.model.question import Question
from paicha.model.stated import MovedNumber

#: Told one by one; and how much of a template.
_TOLD, _SHOWN = 2, 90
#: From so many of a unit on the next larger one is used, and how many it is.
_LARGER = {"ms": (10_000, 1_000, "s"), "MB": (10_000, 1_000, "GB")}
_FIGURES = 3


def numbers_said(moved: Sequence[MovedNumber], question: Question) -> list[Statement]:
    """Return a sentence on each of the numbers that moved furthest, one of each template, and how many others did."""
    first: dict[str, MovedNumber] = {}
    for one in moved:
        first.setdefault(one.template_id, one)
    told = list(first.values())[:_TOLD]
    said = [Statement("warning", number_said(one, question)) for one in told]
    if left := len(moved) - len(told):
        said.append(Statement("warning", text("stated.more", n=left), left))
    return said


def number_said(one: MovedNumber, question: Question) -> Text:
    """Return what moved, from what to what, since when, and over how many lines that was counted."""
    template = one.template if len(one.template) <= _SHOWN else f"{one.template[: _SHOWN - 1]}…"
    said = text(
        "stated.of_service" if one.service else "stated.of_lines",
        what=what_of(one),
        service=one.service,
        before=told_in(one.before.of(one.of), one.unit),
        after=told_in(one.after.of(one.of), one.unit),
        at=clock(one.at, question),
        how=text(f"stated.{one.of}", before=f"{one.before.n:,}", after=f"{one.after.n:,}"),
        template=template,
    )
    if one.until is not None:
        return text("stated.until", said=said, until=clock(one.until, question))
    return text("stated.grows", said=said) if one.grows else said


def what_of(one: MovedNumber) -> Text:
    """Return what a number measures, with the name that the lines give it."""
    if not one.name:
        return one.title
    return text("stated.named", title=one.title, name=one.name)


def told_in(value: float, unit: str) -> Text:
    """
    Return a number with its unit: the larger one where it is many.

    Example:
        >>> told_in(799.25, "ms").en, told_in(61_234.0, "ms").en, told_in(27.0, "").en, told_in(91.5, "%").zh
        ('799 ms', '61.2 s', '27', '91.5%')
    """
    least, so_many, larger = _LARGER.get(unit, (0, 0, ""))
    if larger and abs(value) >= least:
        value, unit = value / so_many, larger
    if unit == "%":
        return amount(value, 1, unit)
    return Text.same(f"{significant(value, _FIGURES)} {unit}".rstrip())
