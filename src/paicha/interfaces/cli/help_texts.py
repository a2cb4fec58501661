"""What help says: of every command, argument and option, from the catalogues (``locales/*/help.toml``)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from enum import Enum
from typing import Any

import typer
from typer.core import TyperCommand, TyperGroup

from paicha.interfaces.cli.examples import EXAMPLES
from paicha.interfaces.cli.layout import listed, paragraph
from paicha.interfaces.cli.options import LARGEST
from paicha.locales import Language, has, message

#: The whole program's place in the catalogues.
PROGRAM = "paicha"


class _Spoken:
    """Has its help in the reader's language."""

    language: Language = "en"
    #: The words behind ``paicha`` that ask for it.
    path: tuple[str, ...] = ()

    def format_help(
        self, ctx: Any, formatter: Any
    ) -> None:  # as typer's own, which has no public types
        """Write the page of help."""
        formatter.write("\n".join(page(self, ctx, formatter.width)))


class Command(_Spoken, TyperCommand):
    """A command whose help is in the reader's language."""


class Group(_Spoken, TyperGroup):
    """Commands under one name, whose help is in the reader's language."""


def speak(command: Any, language: Language, path: tuple[str, ...] = ()) -> None:
    """Let *command*, and all below it, say in *language* what it is for: its help, and what a shell completes."""
    command.language, command.path = language, path
    command.help = command.short_help = about(path, language)
    for parameter in command.params:
        parameter.help = meaning(path, parameter, language)
    for name, inner in getattr(command, "commands", {}).items():
        speak(inner, language, (*path, name))


def key_of(path: Sequence[str]) -> str:
    """Return the place of a command in the catalogues."""
    return "_".join(path) or PROGRAM


def about(path: Sequence[str], language: Language) -> str:
    """Return what the command at *path* is for."""
    return message(f"help.{key_of(path)}.about", language)


def meaning(path: Sequence[str], parameter: Any, language: Language) -> str:
    """Return what an argument or option of the command at *path* means: its own text, or the one that commands share."""
    name = max(parameter.opts, key=len).lstrip("-").replace("-", "_")
    own = f"help.{key_of(path)}.{name}"
    return message(own if has(own) else f"help.shared.{name}", language)


def page(command: Any, context: typer.Context, width: int) -> list[str]:
    """Return the page of help of *command*, a line each, at most *width* columns wide."""
    language, path = command.language, command.path

    def say(key: str, **values: object) -> str:
        return message(f"help.page.{key}", language, **values)

    lines = [*_usage(command, context, width), "", *paragraph(about(path, language), width)]
    arguments, options = (rows_of(command, context, kind) for kind in ("argument", "option"))
    if arguments:
        lines += ["", say("arguments"), *listed(arguments, width)]
    lines += ["", say("options"), *listed([*options, ("-h, --help", say("help"))], width)]
    inner = [(name, about((*path, name), language)) for name in getattr(command, "commands", {})]
    if inner:
        lines += ["", say("commands"), *listed(inner, width)]
    examples = EXAMPLES.get(" ".join(path), ())
    if examples:
        lines += ["", f"  {say('examples')}", *(f"    {line}" for line in examples)]
    if not path:
        lines += ["", *paragraph(message("help.paicha.end", language), width)]
    return [*lines, ""]


def _usage(command: Any, context: typer.Context, width: int) -> Iterator[str]:
    language = command.language
    lead = message("help.page.usage", language, command=context.command_path)
    pieces = [message("help.page.usage_options", language)]
    for parameter in command.params:
        pieces += parameter.get_usage_pieces(context)
    if hasattr(command, "commands"):
        pieces.append(message("help.page.usage_commands", language))
    first, *rest = paragraph(f"{lead} {' '.join(pieces)}", width, "")
    yield first
    yield from (f"    {line}" for line in rest)


def rows_of(command: Any, context: typer.Context, kind: str) -> list[tuple[str, str]]:
    """
    Return how each parameter of *command* is written and what it means, with what it is when nobody says.

    Args:
        command: It speaks one language (`speak`).
        context: What typer names parameters by.
        kind: "argument" or "option".
    """
    rows = []
    for parameter in command.params:
        record = parameter.get_help_record(context)
        if parameter.param_type_name == kind and record:
            words = parameter.help
            said = words.rstrip(".。")
            facts = _facts(parameter, command.language)
            rows.append((record[0], said + facts + words[len(said) :]))
    return rows


def _facts(parameter: Any, language: Language) -> str:
    """Return in brackets what *parameter* is when nobody says, and between which bounds; "" where there is nothing."""
    facts = []
    default = parameter.default
    if parameter.show_default and not (default is None or default is False or default == ""):
        value = default.value if isinstance(default, Enum) else default
        facts.append(message("help.page.default", language, value=value))
    least, most = (getattr(parameter.type, name, None) for name in ("min", "max"))
    if most is not None and most < LARGEST:
        facts.append(message("help.page.between", language, least=least, most=most))
    elif least is not None:
        facts.append(message("help.page.at_least", language, least=least))
    between = message("help.page.and", language)
    return message("help.page.facts", language, facts=between.join(facts)) if facts else ""
