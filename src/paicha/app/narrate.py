"""Findings phrased by a model, every sentence checked; or in their own words."""

from __future__ import annotations

import json

from paicha.analysis.narration.check import check
from paicha.analysis.narration.numbered import numbered
from paicha.analysis.redaction import shown_findings
from paicha.errors import SourceError
from paicha.locales import Language, Text, message, text
from paicha.model.findings import Findings
from paicha.model.narration import Completion, Dropped, Narration, NumberedFinding
from paicha.ports import ChatModel

#: Findings told in their own words when the model's are not used: the scope and the first problems.
_OWN_WORDS = 6


def narrate(findings: Findings, language: Language, model: ChatModel) -> Narration:
    """
    Return a summary of *findings* whose every sentence the findings bear out.

    The model sees numbered findings only: no log line, no name that is not written like one. Where it
    cannot be asked, or more of its sentences fail than pass, the findings speak for themselves.

    Args:
        findings: What an investigation found; secrets in it are covered first.
        language: The language of the summary.
        model: Who phrases it.
    """
    known = numbered(shown_findings(findings))
    try:
        completion = model.complete(
            message("narration.instructions", language).strip(), _given(known, language)
        )
    except SourceError as err:
        why = text("narration.failure.unreachable", reason=err.first_lines)
        return _own_words(known, language, why)
    kept, dropped = check(completion.text, known, language)
    if not kept or len(dropped) > len(kept):
        why = text(f"narration.failure.{'thin' if kept else 'unusable'}")
        return _own_words(known, language, why, dropped, completion)
    return Narration(kept, known, dropped, by_model=True, failure=None, completion=completion)


def _given(known: tuple[NumberedFinding, ...], language: Language) -> str:
    rows = [{"number": e.number, "finding": e.text.in_language(language)} for e in known]
    return json.dumps({"findings": rows}, ensure_ascii=False)


def _own_words(
    known: tuple[NumberedFinding, ...],
    language: Language,
    failure: Text,
    dropped: tuple[Dropped, ...] = (),
    completion: Completion | None = None,
) -> Narration:
    stop = "。" if language == "zh" else "."
    own = tuple(f"{e.text.in_language(language)} [{e.number}]{stop}" for e in known[:_OWN_WORDS])
    return Narration(own, known, dropped, by_model=False, failure=failure, completion=completion)
