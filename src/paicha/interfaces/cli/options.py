"""Options that several commands share, each said once."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer


class LanguageChoice(StrEnum):
    """The languages a report can be written in."""

    ZH = "zh"
    EN = "en"


class ReportFormat(StrEnum):
    """What a report can be written as."""

    MD = "md"
    HTML = "html"
    JSON = "json"
    TERMINAL = "terminal"
    CHAT = "chat"
    PAGE = "page"


class WholeFormat(StrEnum):
    """What an audit can be written as."""

    MD = "md"
    HTML = "html"
    JSON = "json"
    TERMINAL = "terminal"


class ComparisonFormat(StrEnum):
    """What a comparison can be written as."""

    TERMINAL = "terminal"
    MD = "md"
    HTML = "html"
    JSON = "json"
    CHAT = "chat"


class ChangeChoice(StrEnum):
    """Kinds of change that a release may be stopped for."""

    NEW = "new"
    LOUDER = "louder"


class RowFormat(StrEnum):
    """What rows can be written as."""

    TABLE = "table"
    CSV = "csv"
    JSON = "json"


class TextFormat(StrEnum):
    """What an answer can be written as."""

    TEXT = "text"
    JSON = "json"


class EngineChoice(StrEnum):
    """What can count."""

    LOCAL = "local"
    SPARK = "spark"


class PriorityChoice(StrEnum):
    """Priorities, worst first."""

    P1 = "P1"
    P2 = "P2"
    P3 = "P3"


#: Nothing is counted beyond it; what is above it fits no column.
LARGEST = 10**15

Config = Annotated[Path | None, typer.Option("--config", metavar="FILE")]
Lang = Annotated[LanguageChoice | None, typer.Option("--lang")]
Zone = Annotated[str | None, typer.Option("--tz", metavar="ZONE")]
Start = Annotated[str | None, typer.Option("--from", metavar="T")]
End = Annotated[str | None, typer.Option("--to", metavar="T")]
Last = Annotated[str | None, typer.Option("--last", metavar="15m")]
Baseline = Annotated[str | None, typer.Option("--baseline", metavar="STRETCH")]
LogFormatName = Annotated[str | None, typer.Option("--log-format", metavar="NAME")]
Business = Annotated[int | None, typer.Option("--biz", metavar="ID")]
IndexSet = Annotated[int | None, typer.Option("--index-set", metavar="ID")]
Format = Annotated[ReportFormat | None, typer.Option("--format")]
Output = Annotated[Path | None, typer.Option("-o", "--output", metavar="PATH")]
FailOn = Annotated[PriorityChoice | None, typer.Option("--fail-on")]
Engine = Annotated[EngineChoice, typer.Option("--engine")]
SparkRemote = Annotated[str, typer.Option("--spark-remote", metavar="ADDRESS")]
SparkMaster = Annotated[str, typer.Option("--spark-master", metavar="ADDRESS")]
