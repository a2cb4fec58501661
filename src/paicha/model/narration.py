"""What a language model was given, what it said, and what of it could be borne out."""

from __future__ import annotations

from typing import Literal

from paicha.locales import Text
from paicha.values import dataclass

Flaw = Literal["uncited", "unknown_finding", "number", "time", "name", "judgement", "markup"]


@dataclass(frozen=True, slots=True)
class NumberedFinding:
    """One finding as a sentence, with the number it is cited by."""

    number: int
    text: Text


@dataclass(frozen=True, slots=True)
class Completion:
    """
    One answer of a model.

    Args:
        text: What it said.
        prompt_tokens: As the endpoint counted; None: it did not say.
        completion_tokens: Likewise.
        seconds: How long it took [s].
    """

    text: str
    prompt_tokens: int | None
    completion_tokens: int | None
    seconds: float


@dataclass(frozen=True, slots=True)
class Dropped:
    """A sentence that was not borne out, and by what it failed."""

    sentence: str
    flaw: Flaw
    what: str  # the number, time or name that no cited finding holds


@dataclass(frozen=True, slots=True)
class Narration:
    """
    A summary of which every sentence is borne out.

    Args:
        sentences: What is shown.
        findings: Everything that may be cited.
        dropped: What the model said besides.
        by_model: Whether the sentences are the model's; else they are the findings' own.
        failure: Why the model's words are not used; None: they are.
        completion: The model's answer; None: there was none.
    """

    sentences: tuple[str, ...]
    findings: tuple[NumberedFinding, ...]
    dropped: tuple[Dropped, ...]
    by_model: bool
    failure: Text | None
    completion: Completion | None
