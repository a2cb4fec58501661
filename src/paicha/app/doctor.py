"""Whether every configured source can be used, and how to mend what cannot."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from paicha.errors import PaichaError
from paicha.locales import Language, Text
from paicha.ports import LogSource, MetricSource
from paicha.values import dataclass


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that was checked; `said` is what came back, or how to mend it."""

    source: str
    subject: str
    fine: bool
    said: str


@dataclass(frozen=True, slots=True)
class Patient:
    """A configured source: its name, and what makes it, which its settings may be too broken for."""

    name: str
    make: Callable[[], LogSource | MetricSource]


def doctor(sources: Sequence[Patient], language: Language) -> tuple[Check, ...]:
    """
    Return what each source says of itself in *language*, in the order given.

    A source that cannot be made, or not even be asked, is one failed check with the error's text.
    """
    checks: list[Check] = []
    for source in sources:
        try:
            answers = list(source.make().check())
        except PaichaError as err:
            answers = [(Text.same(source.name), False, err.texts)]
        checks.extend(
            Check(source.name, subject.in_language(language), fine, said.in_language(language))
            for subject, fine, said in answers
        )
    return tuple(checks)
