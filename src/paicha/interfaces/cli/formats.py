"""`paicha formats`: which log formats are known, and which of them took which lines of a file."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path
from typing import Annotated

import typer

from paicha.analysis.redaction import covered_tree
from paicha.analysis.wording import percent
from paicha.interfaces.cli import options
from paicha.interfaces.cli.console import put
from paicha.interfaces.cli.help_texts import Command, Group
from paicha.interfaces.cli.session import Session, open_session
from paicha.kernel.times import find_zone
from paicha.locales import message
from paicha.model.explanation import FileExplanation, FormatShare, Refused, Step
from paicha.renderers.visible import visible

formats_app = typer.Typer(cls=Group, no_args_is_help=True)

#: So many of the formats that were tried in vain are shown, those that came furthest.
_REFUSED = 4
_CHARACTERS = 160

File = Annotated[Path, typer.Argument(metavar="FILE")]
Answer = Annotated[options.TextFormat, typer.Option("--format")]


@formats_app.command("list", cls=Command)
def list_all(config: options.Config = None, lang: options.Lang = None) -> int:
    """List every log format in the order they are tried: name, kind, title."""
    session = open_session(config, lang)
    known = session.assembly.knowledge().formats
    width = max(len(entry.name) for entry in known)
    for entry in known:
        title = visible(entry.title.in_language(session.language))
        put(f"{entry.name:<{width}}  {entry.kind:<10}  {title}")
    return 0


@formats_app.command("explain", cls=Command)
def explain(
    file: File,
    *,
    log_format: options.LogFormatName = None,
    tz: options.Zone = None,
    kind: Answer = options.TextFormat.TEXT,
    config: options.Config = None,
    lang: options.Lang = None,
) -> int:
    """Say which format took which lines of a file, what matched, and why no other did; exit 3 when none fits."""
    session = open_session(config, lang)
    zone = find_zone(tz or session.zone).key
    found = session.assembly.explain_formats(file, zone, log_format or "")
    if not session.settings.redaction.off:
        found = covered_tree(found)
    if kind is options.TextFormat.JSON:
        put(json.dumps(dataclasses.asdict(found), ensure_ascii=False, indent=2))
    else:
        put("\n".join(_drawn(found, session)))
    return 3 if all(share.format == "" for share in found.formats) else 0


def _drawn(found: FileExplanation, session: Session) -> list[str]:
    def say(key: str, **values: object) -> str:
        return visible(message(f"formats.{key}", session.language, **values))

    n, records = f"{found.lines:,}", f"{found.records:,}"
    lines = [say("head", path=found.path, n=n, records=records, encoding=found.encoding), ""]
    width = max(len(_name(share, session)) for share in found.formats)
    for share in found.formats:
        part = percent(share.records / found.records).in_language(session.language)
        title = visible(share.title.in_language(session.language)) if share.format else ""
        first = say("first", line=f"{share.first_line:,}")
        name = _name(share, session)
        lines.append(f"  {name:<{width}}  {share.records:>9,}  {part:>7}  {first}  {title}")
    if found.joined:
        lines += ["", say("joined", n=f"{found.joined:,}")]
    if found.headers:
        lines += ["", say("headers", n=f"{found.headers:,}")]
    if found.stopped:
        lines += ["", say("stopped", n=records)]
    for share in found.formats:
        lines += ["", *_share(share, session)]
    return lines


def _name(share: FormatShare, session: Session) -> str:
    return share.format or message("formats.none", session.language)


def _share(share: FormatShare, session: Session) -> list[str]:
    def say(key: str, **values: object) -> str:
        return visible(message(f"formats.{key}", session.language, **values))

    example = share.example
    lines = [
        say("line", name=_name(share, session), line=f"{example.line:,}"),
        f"    {_short(example.text)}",
    ]
    for step in example.steps:
        lines += ["  " + say("matched", name=step.format)]
        lines += _pairs(step.parts)
        lines += _refusals(step, session)
    lines += ["  " + say("said"), *_pairs(example.said)]
    return lines


def _pairs(pairs: tuple[tuple[str, str], ...]) -> list[str]:
    width = max((len(name) for name, _ in pairs), default=0)
    return [f"    {visible(name):<{width}}  {_short(value)}" for name, value in pairs]


def _refusals(step: Step, session: Session) -> list[str]:
    def say(key: str, **values: object) -> str:
        return visible(message(f"formats.{key}", session.language, **values))

    furthest = sorted(step.refused, key=lambda refused: -len(refused.fits))[:_REFUSED]
    shown = [refused for refused in step.refused if refused in furthest]
    lines = ["  " + say("before")] if shown else []
    lines += [f"    {refused.format}: {_why(refused, session)}" for refused in shown]
    others = len(step.refused) - len(shown)
    if others:
        lines.append("    " + say("others", n=others))
    if step.ruled_out:
        lines.append("  " + say("ruled_out", n=step.ruled_out))
    return lines


def _why(refused: Refused, session: Session) -> str:
    facts = {
        "fits": _short(refused.fits),
        "expects": refused.expects,
        "found": _short(refused.found),
        "column": len(refused.fits) + 1,
    }
    return visible(message(f"formats.why.{refused.why}", session.language, **facts))


def _short(value: str) -> str:
    shown = visible(value.replace("\n", "⏎"))
    return shown if len(shown) <= _CHARACTERS else shown[:_CHARACTERS] + "…"
