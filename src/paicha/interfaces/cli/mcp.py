"""`paicha mcp`: Paicha as tools for an agent."""

from __future__ import annotations

import os
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from paicha.errors import UsageError
from paicha.interfaces.cli import options
from paicha.interfaces.cli.session import open_session


class Transport(StrEnum):
    """Ways in."""

    STDIO = "stdio"
    HTTP = "http"


Way = Annotated[
    Transport, typer.Option("--transport", help="The standard streams, or streamable HTTP.")
]
Host = Annotated[
    str, typer.Option("--host", metavar="ADDRESS", help="With http: a loopback address.")
]
Port = Annotated[int, typer.Option("--port", min=0, max=65535, help="With http; 0: a free one.")]
TokenVariable = Annotated[
    str,
    typer.Option(
        "--token-variable",
        metavar="NAME",
        help="With http: clients must send the token that this environment variable holds.",
    ),
]
CasesFolder = Annotated[
    Path,
    typer.Option("--cases", metavar="DIR", help="Where investigations are kept, one folder each."),
]
AllowFiles = Annotated[
    Path | None,
    typer.Option(
        "--allow-files",
        metavar="DIR",
        help="With stdio: files below this folder may be named [default: configured sources only].",
    ),
]
Keep = Annotated[int, typer.Option("--keep", min=1, help="How many of its own cases stay.")]
Parallel = Annotated[
    int, typer.Option("--parallel", min=1, max=64, help="Investigations that run at once.")
]


def mcp(
    *,
    transport: Way = Transport.STDIO,
    host: Host = "127.0.0.1",
    port: Port = 8421,
    token_variable: TokenVariable = "",
    cases: CasesFolder = Path("paicha-data", "cases"),
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
    way = serving.Way(
        settings=session.settings,
        cases=cases,
        keep=keep,
        parallel=parallel,
        zone=session.zone,
        language=session.language,
        files=allow_files,
    )
    if transport is Transport.STDIO:
        serving.serve_stdio(way)
        return 0
    if allow_files is not None:
        raise UsageError("mcp.no_files_over_http")
    token = serving.token_from(os.environ, token_variable) if token_variable else ""
    serving.serve_http(way, host, port, token)
    return 0
