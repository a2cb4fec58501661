"""What is wrong with the words of a command line, in the reader's language."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Any

import typer

from paicha.errors import UsageError
from paicha.interfaces.cli.options import LARGEST
from paicha.renderers.visible import visible

#: How typer names what it was given, in the sentences of which it keeps nothing but the words.
_GIVEN = re.compile(r"^(?P<given>'.*?'|\".*?\"|\S+) is not ", re.DOTALL)
_NO_COMMAND = re.compile(r"^No such command '(?P<name>.*?)'")
_TOO_MANY = re.compile(r"^Got unexpected extra argument\(s\) \((?P<words>.*)\)$", re.DOTALL)
_QUOTED = re.compile(r"'([^']+)'")


def usage_error(err: typer.TyperException, words: Sequence[str]) -> UsageError | None:
    """
    Return what typer found wrong in *words* as an error of ours; None where it is none that is known, or a page of help.

    Typer says it in English only, and its classes are not public: they are told by their names and by what they
    hold. `tests/unit/interfaces/test_usage.py` brings about each of them.
    """
    told: dict[str, Callable[[Any, str], UsageError | None]] = {
        "NoSuchOption": _no_such_option,
        "BadOptionUsage": _bad_option,
        "MissingParameter": _missing,
        "BadParameter": _bad_value,
        "UsageError": _misused,
    }
    tell = told.get(type(err).__name__)
    context: Any = getattr(err, "ctx", None)
    named = [word for word in words if word[:1] != "-"][:1]
    command = context.command_path if context else " ".join(("paicha", *named))
    return tell(err, command) if tell else None


def _no_such_option(err: Any, command: str) -> UsageError:
    name, similar = visible(err.option_name), err.possibilities or ()
    code = "cli.similar_option" if similar else "cli.no_such_option"
    return UsageError(code, name=name, similar=_joined(sorted(similar)), command=command)


def _bad_option(err: Any, command: str) -> UsageError:
    code = "cli.option_needs_value" if "requires" in err.message else "cli.option_takes_none"
    return UsageError(code, name=err.option_name, command=command)


def _missing(err: Any, command: str) -> UsageError:
    return UsageError("cli.missing", name=_name(err.param), command=command)


def _bad_value(err: Any, command: str) -> UsageError | None:
    found = _GIVEN.match(err.message)
    if found is None or err.param is None:
        return None
    given = visible(found["given"].strip("'\""))
    facts = {"name": _name(err.param), "given": given, "command": command}
    choices = getattr(err.param.type, "choices", None)
    if choices:
        known = _joined([str(getattr(one, "value", one)) for one in choices])
        return UsageError("cli.not_among", **facts, known=known)
    least, most = (getattr(err.param.type, bound, None) for bound in ("min", "max"))
    # Where nothing but a column bounds it, only who went beyond that hears of it.
    if most is not None and (most < LARGEST or given.isdigit()):
        return UsageError("cli.not_between", **facts, least=least, most=most)
    if least is not None:
        return UsageError("cli.too_small", **facts, least=least)
    return UsageError("cli.no_number", **facts)


def _misused(err: Any, command: str) -> UsageError | None:
    if found := _NO_COMMAND.match(err.message):
        similar = _QUOTED.findall(err.message[found.end() :])
        code = "cli.similar_command" if similar else "cli.no_such_command"
        facts = {"name": visible(found["name"]), "similar": _joined(similar)}
        return UsageError(code, **facts, command=command)
    if found := _TOO_MANY.match(err.message):
        return UsageError("cli.too_many", words=visible(found["words"]), command=command)
    return None


def _name(parameter: Any) -> str:
    """Return how *parameter* is written: ``--limit``, ``CASE``."""
    if parameter.param_type_name == "option":
        return str(max(parameter.opts, key=len))
    return str(parameter.metavar or parameter.name)


def _joined(names: Sequence[str]) -> str:
    return ", ".join(names)
