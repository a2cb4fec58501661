"""`paicha narrate`: a summary phrased by a model, every sentence checked."""

from __future__ import annotations

import dataclasses
import json
from typing import Annotated

import typer

from paicha.app.narrate import narrate as phrase
from paicha.facade import open_case
from paicha.interfaces.cli import options
from paicha.interfaces.cli.cases import CasePath
from paicha.interfaces.cli.console import put, put_text
from paicha.interfaces.cli.session import chosen, open_session
from paicha.locales import Language, message
from paicha.model.narration import Narration
from paicha.renderers.visible import visible

ModelName = Annotated[str, typer.Option("--model", metavar="NAME")]
Answer = Annotated[options.TextFormat, typer.Option("--format")]


def narrate(
    case: CasePath,
    *,
    model: ModelName = "",
    kind: Answer = options.TextFormat.TEXT,
    lang: options.Lang = None,
    config: options.Config = None,
) -> int:
    """Let a configured model phrase a summary of a case from its numbered findings, and check it."""
    session = open_session(config, lang)
    found = open_case(case)
    language = chosen(lang) or found.findings.question.language
    told = phrase(found.findings, language, session.assembly.chat_model(model))
    if kind is options.TextFormat.JSON:
        put_text(json.dumps(dataclasses.asdict(told), ensure_ascii=False, indent=2))
    else:
        _draw(told, language, model)
    return 0 if told.by_model else 3


def _draw(told: Narration, language: Language, model: str) -> None:
    def say(key: str, **values: object) -> str:
        return message(f"narration.told.{key}", language, **values)

    for sentence in told.sentences:
        put(visible(sentence))
    put("")
    by_model = say("by_model", model=model or "model")
    # What an endpoint answered may stand in it.
    put(by_model if told.failure is None else visible(say("deterministic", reason=told.failure)))
    put(say("kept", kept=len(told.sentences) if told.by_model else 0, dropped=len(told.dropped)))
    answer = told.completion
    if answer is not None:
        known = answer.prompt_tokens is not None and answer.completion_tokens is not None
        counts = (
            {"prompt": answer.prompt_tokens, "completion": answer.completion_tokens}
            if known
            else {}
        )
        put(say("cost" if known else "cost_unknown", seconds=f"{answer.seconds:.1f}", **counts))
    for each in told.dropped:
        why = message(f"narration.flaw.{each.flaw}", language, what=each.what)
        put(f"  {visible(each.sentence)}\n    {visible(why)}")
    put("\n" + say("findings"))
    for finding in told.findings:
        put(f"  [{finding.number}] {visible(finding.text.in_language(language))}")
