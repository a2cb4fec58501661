"""`paicha serve`: the service."""

from __future__ import annotations

import logging
import sys
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer

from paicha.errors import UsageError
from paicha.interfaces.cli import options
from paicha.interfaces.cli.console import say
from paicha.interfaces.cli.kernel import say_if_refused, why_refused
from paicha.interfaces.cli.process import Stopped
from paicha.interfaces.cli.session import open_session

_LOG = logging.getLogger("paicha.service")

Listen = Annotated[str | None, typer.Option("--listen", metavar="HOST:PORT")]
Data = Annotated[str | None, typer.Option("--data", metavar="FOLDER")]


def serve(
    listen: Listen = None,
    data: Data = None,
    lang: options.Lang = None,
    config: options.Config = None,
) -> int:
    """Run the service: its API and its page, until it is stopped."""
    session = open_session(config, lang)
    service = session.settings.service
    place = str(Path(data).absolute()) if data else service.data
    service = replace(service, listen=listen or service.listen, data=place)
    try:
        from paicha.interfaces.http import server  # noqa: PLC0415 - an extra of the package
    except ModuleNotFoundError as err:
        raise UsageError("service.no_extra", name=err.name or "") from err

    def listening(without_tokens: bool) -> None:
        if not sys.stderr.isatty():  # whoever collects its log reads nothing but JSON
            _tell(without_tokens, {"listen": service.listen, "data": place})
            return
        say_if_refused(session.language)
        key = "serving_apart" if service.database else "serving"
        say(key, session.language, listen=service.listen, data=place)
        if without_tokens:
            say("serving_without_tokens", session.language)

    with suppress(
        Stopped, KeyboardInterrupt
    ):  # how it comes to its end; everything is tidy by then
        server.serve(replace(session.settings, service=service), listening)
    return 0


def _tell(without_tokens: bool, facts: dict[str, str]) -> None:
    """Write what somebody at a terminal is told as lines of the service's log."""
    if reason := why_refused("en"):
        _LOG.warning("kernel.refused", extra={"reason": reason})
    _LOG.info("serving", extra=facts)
    if without_tokens:
        _LOG.warning("serving.without_tokens", extra=facts)
