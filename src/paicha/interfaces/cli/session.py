"""What a command needs besides its own arguments: settings, language, terminal."""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path

from paicha.interfaces.cli.options import LanguageChoice
from paicha.interfaces.cli.spoken import language_of_words
from paicha.locales import Language
from paicha.values import dataclass
from paicha.wiring.assembly import Assembly
from paicha.wiring.reading import load_settings
from paicha.wiring.settings import Settings
from paicha.wiring.surroundings import language_of, zone_of


@dataclass(frozen=True, slots=True)
class Session:
    """The settings in force and the language to speak."""

    settings: Settings
    language: Language

    @property
    def assembly(self) -> Assembly:
        """What makes sources from the settings."""
        return Assembly(self.settings)

    @property
    def zone(self) -> str:
        """The reader's zone."""
        return zone_of(self.settings, os.environ)


def chosen(choice: LanguageChoice | None) -> Language | None:
    """Return the language that was asked for."""
    if choice is None:
        return None
    return "zh" if choice is LanguageChoice.ZH else "en"


def open_session(config: Path | None, choice: LanguageChoice | None) -> Session:
    """
    Return the settings in force and the language to speak.

    Raises:
        ConfigError: With every mistake of the settings.
    """
    settings = load_settings(config, os.environ, Path())
    return Session(settings, chosen(choice) or language_of(settings, os.environ))


def plain_language(choice: LanguageChoice | None) -> Language:
    """Return the language to speak where no settings are read."""
    return chosen(choice) or language_of_words((), os.environ)


def columns() -> int:
    """Return how wide stdout is, between 60 and 160 columns; 100 when nobody looks."""
    if not sys.stdout.isatty():
        return 100
    return min(max(shutil.get_terminal_size().columns, 60), 160)


def wants_colour() -> bool:
    """Return whether stdout is a terminal that may get colour."""
    return (
        sys.stdout.isatty()
        and not os.environ.get("NO_COLOR")
        and os.environ.get("TERM", "") not in ("", "dumb")
    )
