"""`paicha sources` and `paicha doctor`: what is configured, and whether it works."""

from __future__ import annotations

import os
import platform
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from paicha.app.doctor import Check, Patient
from paicha.app.doctor import doctor as examine
from paicha.errors import ConfigError
from paicha.facade import Investigation, open_case
from paicha.facade.investigation import case_place
from paicha.interfaces.cli import options
from paicha.interfaces.cli.console import put, say
from paicha.interfaces.cli.help_texts import Command, Group
from paicha.interfaces.cli.kernel import kernel_in_use
from paicha.interfaces.cli.session import Session, open_session
from paicha.locales import Language, message
from paicha.renderers.visible import visible
from paicha.version import __version__
from paicha.wiring.reading import places
from paicha.wiring.settings import (
    LOG_TYPES,
    BluekingSettings,
    ChatModelSettings,
    SourceSettings,
    WebSettings,
    kind_of,
)

sources_app = typer.Typer(cls=Group, no_args_is_help=True)

Name = Annotated[str | None, typer.Argument(metavar="NAME")]
CaseToRead = Annotated[Path | None, typer.Option("--case", metavar="CASE", parser=case_place)]


@sources_app.command("list", cls=Command)
def list_all(config: options.Config = None, lang: options.Lang = None) -> int:
    """List every configured source: name, type, what it gives, where it is."""
    session = open_session(config, lang)
    for source in session.settings.sources:
        gives = _gives(source)
        words = message(f"cli.gives.{gives}", session.language)
        put(f"{source.name}\t{kind_of(source)}\t{words}\t{_place(source)}")
    if not session.settings.sources:
        say("no_sources", session.language)
    return 0


def _gives(source: SourceSettings) -> str:
    if isinstance(source, ChatModelSettings):
        return "summaries"
    return "logs" if isinstance(source, LOG_TYPES) else "metrics"


@sources_app.command("test", cls=Command)
def try_sources(name: Name = None, config: options.Config = None, lang: options.Lang = None) -> int:
    """Ask one source, or every one, whether it can be used."""
    session = open_session(config, lang)
    assembly = session.assembly
    if name is None:
        sources = assembly.every_source(session.zone)
    else:
        made = assembly.source(name, session.zone)
        sources = (Patient(name, lambda: made),)
    if not sources:
        raise ConfigError("config.nothing_to_test")
    checks = examine(sources, session.language)
    return _told(checks, session)


def doctor(
    case: CaseToRead = None, config: options.Config = None, lang: options.Lang = None
) -> int:
    """Check the installation and every source, and say how to mend what is wrong; with --case: how it is covered."""
    session = open_session(config, lang)
    if case is not None:
        put(_redaction_of(open_case(case), session.language))
        return 0
    language = session.language
    tried = places(config, os.environ, Path())
    file = session.settings.file
    facts = {
        "version": f"Paicha {__version__}, Python {platform.python_version()}",
        "settings": str(file) if file else message("doctor.none", language),
        "tried": ", ".join(map(str, tried)),
        "zone": session.zone,
        "kernel": kernel_in_use(language),
    }
    for key, value in facts.items():
        put(f"{message(f'doctor.{key}', language)}{value}")
    put(_redaction(session))
    knowledge = session.assembly.knowledge()
    counts = {"n": len(knowledge.problems), "concepts": len(knowledge.concepts)}
    put(message("doctor.knowledge", language, formats=len(knowledge.formats), **counts))
    if not session.settings.sources:
        put(message("doctor.no_sources", language))
    return _told(examine(session.assembly.every_source(session.zone), language), session)


def _redaction(session: Session) -> str:
    rules, language = session.settings.redaction, session.language
    numbers = {name: len(getattr(rules, name)) for name in ("names", "patterns", "exceptions")}
    key = "redaction.doctor_off" if rules.off else "redaction.doctor_on"
    return message("redaction.doctor", language) + message(key, language, **numbers)


def _redaction_of(case: Investigation, language: Language) -> str:
    """Return what a case file says of the text in it."""
    found = case.findings.coverage.redaction
    key = "redaction.case_before" if found is None else f"redaction.case_{found.mode}"
    places = f"{found.places:,}" if found else "0"
    return message("redaction.doctor", language) + message(key, language, places=places)


def _told(checks: Sequence[Check], session: Session) -> int:
    colon = message("errors.lead.colon", session.language)
    for check in checks:
        word = message("doctor.fine" if check.fine else "doctor.broken", session.language)
        said = visible(check.said, lines=True).replace("\n", "\n      ")
        put(f"{word} {check.source}{colon}{visible(check.subject)}{colon}{said}")
    broken = sum(not check.fine for check in checks)
    if broken:
        say("broken", session.language, n=broken)
    return 1 if broken else 0


def _place(source: SourceSettings) -> str:
    if isinstance(source, BluekingSettings):
        return source.monitor_url or source.log_url
    if isinstance(source, WebSettings):
        return source.url
    return ", ".join(source.paths)
