"""Whether every configured source can be used, and how to mend what cannot."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from paicha.errors import PaichaError
from paicha.locales import Language
from paicha.ports import LogSource, MetricSource


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that was checked; `said` is what came back, or how to mend it."""

    source: str
    subject: str
    fine: bool
    said: str


def doctor(sources: Sequence[LogSource | MetricSource], language: Language) -> tuple[Check, ...]:
    """
    Return what each source says of itself, in the order given.

    A source that cannot even be asked is one failed check with the error's text.
    """
    checks: list[Check] = []
    for source in sources:
        try:
            answers = source.check()
        except PaichaError as err:
            answers = [(source.name, False, err.text(language))]
        checks.extend(Check(source.name, *answer) for answer in answers)
    return tuple(checks)
