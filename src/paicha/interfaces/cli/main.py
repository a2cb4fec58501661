"""The `paicha` command: its commands, and how an error becomes words and an exit code."""

from __future__ import annotations

import os
import sys
import traceback
from collections.abc import Sequence
from contextlib import suppress
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Annotated, Any

import typer

from paicha.analysis.redaction import covered
from paicha.errors import PaichaError
from paicha.interfaces.cli.console import put, say
from paicha.interfaces.cli.help_texts import Command, Group, speak
from paicha.interfaces.cli.process import (
    Stopped,
    hold_streams,
    stoppable,
    was_interrupted,
    was_stopped,
)
from paicha.interfaces.cli.spoken import language_of_words, without_language
from paicha.interfaces.cli.usage import usage_error
from paicha.locales import Language
from paicha.renderers.visible import visible
from paicha.version import __version__

#: 128 + SIGINT, as shells count; typer turns Ctrl-C into it.
INTERRUPTED = 130
_DEBUG_VARIABLE = "PAICHA_DEBUG"
#: Options of the whole program that may stand behind a command as well.
_ANYWHERE = ("--debug", "--no-input")

#: The room of every command. Only the one that is asked for is imported: all take twice as long.
_COMMANDS = {
    "investigate": "investigate",
    "extend": "extend",
    "demo": "investigate",
    "report": "report",
    "compare": "change",
    "change": "change",
    "evidence": "evidence",
    "sql": "evidence",
    "aliases": "aliases",
    "doctor": "sources",
    "audit": "audit",
    "narrate": "narrate",
    "mcp": "mcp",
    "serve": "serve",
    "asked": "tokens",
}
#: Rooms that hold several commands under one name.
_GROUPS = ("sources", "formats", "config", "channels", "tokens")


def app_with(
    language: Language, wanted: str = ""
) -> Any:  # a command of typer, which has no public type
    """
    Return the command line, whose help is in *language*.

    Args:
        language: Of the help.
        wanted: The one command that is needed; all are there where there is none of that name.
    """
    app = typer.Typer(
        name="paicha",
        cls=Group,
        no_args_is_help=True,
        pretty_exceptions_enable=False,
        context_settings={"help_option_names": ["-h", "--help"]},
        rich_markup_mode=None,
    )
    app.callback()(program)
    known = wanted in _COMMANDS or wanted in _GROUPS
    for name, room in _COMMANDS.items():
        if not known or name == wanted:
            app.command(cls=Command)(getattr(_room(room), name))
    for name in _GROUPS:
        if not known or name == wanted:
            app.add_typer(getattr(_room(name), f"{name}_app"), name=name)
    command = typer.main.get_command(app)
    speak(command, language)
    return command


def _room(name: str) -> ModuleType:
    return import_module(f"paicha.interfaces.cli.{name}")


def _print_version(wanted: bool) -> None:
    if wanted:
        put(f"paicha {__version__}")
        raise typer.Exit


def program(
    version: Annotated[
        bool, typer.Option("--version", callback=_print_version, is_eager=True)
    ] = False,
    debug: Annotated[bool, typer.Option("--debug")] = False,
    no_input: Annotated[bool, typer.Option("--no-input")] = False,
) -> None:
    """From a window of logs and host metrics to the report a good on-call engineer would write."""


def main(arguments: Sequence[str] | None = None) -> int:
    """
    Run the command line and return the exit code.

    Args:
        arguments: Without the program's name; None: the process's own.
    """
    given = list(sys.argv[1:] if arguments is None else arguments)
    language = language_of_words(given, os.environ)
    words = _hoisted(given)
    hold_streams()
    try:
        with stoppable():
            app = app_with(language, next((word for word in words if word[:1] != "-"), ""))
            code = app(words, prog_name="paicha", standalone_mode=False)
            sys.stdout.flush()
    except Stopped as err:
        say("interrupted", language)
        return err.exit_code
    except KeyboardInterrupt:
        code = INTERRUPTED
    except Exception as err:  # noqa: BLE001 - the last line of defence: a sentence, not a trace
        stopped = was_stopped()
        if stopped is not None:
            say("interrupted", language)
            return stopped.exit_code
        code = INTERRUPTED if was_interrupted() else _failed(err, words, language)
    if code == INTERRUPTED:
        say("interrupted", language)
    return code if isinstance(code, int) else 0


def _failed(err: Exception, words: Sequence[str], language: Language) -> int:
    """Say what went wrong; return the exit code."""
    debug = "--debug" in words
    if isinstance(err, PaichaError):
        return _told(err, language)
    if isinstance(err, typer.TyperException):
        return _misused(err, words, language)
    if isinstance(err, OSError):
        return _refused_by_system(err, language, debug=debug)
    return _unexpected(err, language, debug=debug)


def _hoisted(words: list[str]) -> list[str]:
    """Return *words* with the options of the whole program in front, wherever they stood."""
    if any(word in ("-h", "--help") for word in words):
        words = without_language(words)  # told already; not every command has the option
    end = words.index("--") if "--" in words else len(words)
    front = [word for word in words[:end] if word in _ANYWHERE]
    return front + [word for word in words[:end] if word not in _ANYWHERE] + words[end:]


def _misused(err: typer.TyperException, words: Sequence[str], language: Language) -> int:
    """Say what is wrong with the words; without any, what may be said."""
    wrong = usage_error(err, words)
    if wrong is not None:
        return _told(wrong, language)
    sys.stderr.write(err.format_message() + "\n")
    say("usage", language)
    return err.exit_code


def _told(err: PaichaError, language: Language) -> int:
    sys.stderr.write(visible(covered(err.text(language)), lines=True) + "\n")
    return err.exit_code


def _refused_by_system(err: OSError, language: Language, *, debug: bool) -> int:
    """Say what the system refused; a reader that went away (``| head``) is no mistake."""
    if isinstance(err, BrokenPipeError):
        _drop_output()
        return 0
    if debug or os.environ.get(_DEBUG_VARIABLE):
        traceback.print_exception(err, file=sys.stderr)
    reason = err.strerror or str(err)
    if err.filename is None and _is_nowhere():
        return _told(PaichaError("cli.no_folder"), language)
    if err.filename is None:
        _drop_output()
        return _told(PaichaError("cli.stream", reason=reason), language)
    return _told(PaichaError("cli.system", path=err.filename, reason=reason), language)


def _is_nowhere() -> bool:
    """Return whether the folder that relative paths start at was removed."""
    try:
        Path.cwd()
    except OSError:
        return True
    return False


def _drop_output() -> None:
    # What is still held for stdout cannot be written; Python must not try again at its end.
    with suppress(OSError):  # a stream of a program that called us has no descriptor
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _unexpected(err: Exception, language: Language, *, debug: bool) -> int:
    if debug or os.environ.get(_DEBUG_VARIABLE):
        traceback.print_exception(err, file=sys.stderr)
    kind = type(err).__name__
    say("unexpected", language, kind=kind, reason=visible(covered(str(err))), version=__version__)
    return PaichaError.exit_code
