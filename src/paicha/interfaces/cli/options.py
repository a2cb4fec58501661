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


Config = Annotated[
    Path | None,
    typer.Option("--config", metavar="FILE", help="Settings file instead of the usual places."),
]
Lang = Annotated[
    LanguageChoice | None,
    typer.Option("--lang", help="Language of reports and messages [default: LANG]."),
]
Zone = Annotated[
    str | None,
    typer.Option(
        "--tz", metavar="ZONE", help="Zone to read and show times in, such as Asia/Shanghai."
    ),
]
Start = Annotated[
    str | None,
    typer.Option(
        "--from",
        metavar="T",
        help="Start: 2025-12-19 10:30, 10:30 (the last before the data ends), now-30m, or epoch s/ms.",
    ),
]
End = Annotated[
    str | None,
    typer.Option("--to", metavar="T", help="End, likewise; not included [default: now]."),
]
Last = Annotated[
    str | None,
    typer.Option("--last", metavar="15m", help="Length of the window, back from its end."),
]
Baseline = Annotated[
    str | None,
    typer.Option(
        "--baseline",
        metavar="STRETCH",
        help="Compare with previous, 1h-before, yesterday, last-week, FROM..TO or none "
        "[default: previous, when a window is asked for].",
    ),
]
LogFormatName = Annotated[
    str | None,
    typer.Option(
        "--log-format", metavar="NAME", help="The format lines are in [default: each line tells]."
    ),
]
Business = Annotated[
    int | None,
    typer.Option("--biz", metavar="ID", help="BlueKing business; negative: another space."),
]
IndexSet = Annotated[
    int | None, typer.Option("--index-set", metavar="ID", help="BlueKing index set.")
]
Format = Annotated[
    ReportFormat | None,
    typer.Option(
        "--format", help="One format, to stdout or -o [default: a summary and all files]."
    ),
]
Output = Annotated[
    Path | None,
    typer.Option(
        "-o", "--output", metavar="PATH", help="File for --format, else folder for all files."
    ),
]
FailOn = Annotated[
    PriorityChoice | None,
    typer.Option("--fail-on", help="Exit 4 when a problem has this priority or a higher one."),
]
Engine = Annotated[EngineChoice, typer.Option("--engine", help="What reads the files and counts.")]
SparkRemote = Annotated[
    str, typer.Option("--spark-remote", metavar="ADDRESS", help="Spark Connect: sc://host:15002.")
]
SparkMaster = Annotated[
    str,
    typer.Option(
        "--spark-master", metavar="ADDRESS", help="Instead a master: spark://host:7077, local[2]."
    ),
]
