"""`paicha mcp`: Paicha as tools for an agent."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from paicha.errors import UsageError
from paicha.interfaces.cli import options
from paicha.interfaces.cli.kernel import say_if_refused
from paicha.interfaces.cli.session import open_session


class Transport(StrEnum):
    """Ways in."""

    STDIO = "stdio"
    HTTP = "http"


Way = Annotated[Transport, typer.Option("--transport")]
Host = Annotated[str, typer.Option("--host", metavar="ADDRESS")]
Port = Annotated[int, typer.Option("--port", metavar="N", min=0, max=65535)]
CasesFolder = Annotated[Path | None, typer.Option("--cases", metavar="DIR")]
AllowFiles = Annotated[Path | None, typer.Option("--allow-files", metavar="DIR")]
Keep = Annotated[int, typer.Option("--keep", metavar="N", min=1, max=options.LARGEST)]
Parallel = Annotated[int, typer.Option("--parallel", metavar="N", min=1, max=64)]


def mcp(
    *,
    transport: Way = Transport.STDIO,
    host: Host = "127.0.0.1",
    port: Port = 8421,
    cases: CasesFolder = None,
    allow_files: AllowFiles = None,
    keep: Keep = 100,
    parallel: Parallel = 2,
    lang: options.Lang = None,
    config: options.Config = None,
) -> int:
    """Serve investigations as tools to an agent, over the Model Context Protocol."""
    session = open_session(config, lang)
    try:
        # The SDK takes a second to import, and is an extra.
        from paicha.interfaces.mcp import serving  # noqa: PLC0415
    except ModuleNotFoundError as err:
        raise UsageError("mcp.not_installed", package=err.name) from err
    settings = session.settings
    kept = settings.folder / Path(settings.service.data).expanduser() / "cases"
    way = serving.Way(
        settings=settings,
        cases=cases or kept,
        keep=keep,
        parallel=parallel,
        zone=session.zone,
        language=session.language,
        files=allow_files,
    )
    say_if_refused(session.language)  # stderr, never what the protocol goes over
    if transport is Transport.STDIO:
        serving.serve_stdio(way)
        return 0
    if allow_files is not None:
        raise UsageError("mcp.no_files_over_http")
    serving.serve_http(way, host, port)
    return 0
