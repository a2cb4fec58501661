"""`paicha config`: a template of the settings, and what is in force."""

from __future__ import annotations

import os
from pathlib import Path

import typer

from paicha.errors import ConfigError
from paicha.interfaces.cli import options
from paicha.interfaces.cli.console import put, say
from paicha.interfaces.cli.help_texts import Command, Group
from paicha.interfaces.cli.session import open_session, plain_language
from paicha.wiring.reading import user_file
from paicha.wiring.template import shown, template

config_app = typer.Typer(cls=Group, no_args_is_help=True)


@config_app.command("init", cls=Command)
def init(config: options.Config = None, lang: options.Lang = None) -> int:
    """Write a settings file in which every key is explained, and nothing is set."""
    language = plain_language(lang)
    file = config or user_file(os.environ)
    try:
        _write_new(file, template(language))
    except FileExistsError as err:
        raise ConfigError("config.file_exists", file=file) from err
    except OSError as err:
        raise ConfigError("config.unwritable", file=file, reason=err.strerror or "") from err
    put(str(file))
    say("config_written", language)
    return 0


@config_app.command("show", cls=Command)
def show(config: options.Config = None, lang: options.Lang = None) -> int:
    """Show what is in force, where each value comes from, secrets masked."""
    session = open_session(config, lang)
    put(shown(session.settings, session.language))
    return 0


def _write_new(file: Path, words: str) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    # Secrets may be written into it later: nobody else may read it.
    handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as out:
        out.write(words)
