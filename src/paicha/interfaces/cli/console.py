"""Where words go: data to stdout, messages and progress to stderr."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from paicha import locales
from paicha.facade import write_whole
from paicha.locales import Language, message
from paicha.ports import Progress
from paicha.renderers.visible import visible


def say(key: str, language: Language, **values: object) -> None:
    """Write the message *key* to stderr."""
    sys.stderr.write(message(f"cli.{key}", language, **values) + "\n")


def say_line(words: str) -> None:
    """Write a sentence that is composed already to stderr."""
    sys.stderr.write(words + "\n")


def say_text(words: locales.Text, language: Language) -> None:
    """Write a sentence that may name files to stderr."""
    sys.stderr.write(visible(words.in_language(language)) + "\n")


def put(words: str) -> None:
    """Write data to stdout, with one line end behind it."""
    sys.stdout.write(words if words.endswith("\n") else words + "\n")


def put_text(words: str) -> None:
    """Write text that holds log lines to stdout: as it is to a program, harmless to a terminal."""
    put(visible(words, lines=True) if sys.stdout.isatty() else words)


def put_bytes(pieces: Iterable[bytes]) -> None:
    """Write data to stdout as it is."""
    sys.stdout.flush()
    sys.stdout.buffer.writelines(pieces)
    sys.stdout.buffer.flush()


def write_file(path: Path, pieces: Iterable[bytes]) -> None:
    """Write data to *path*, making its folder."""
    path.parent.mkdir(parents=True, exist_ok=True)
    write_whole(path, pieces)


#: A reading of more records is announced [records].
_LARGE = 100_000


class Announcing:
    """
    Says what a large reading will cost; how far it is, only to who draws it.

    Args:
        language: Of what is said.
        drawn: What draws; None: nobody is watching.
    """

    def __init__(self, language: Language, drawn: Progress | None = None) -> None:
        self._language = language
        self._drawn = drawn

    def step(self, stage: str, done: int, total: int | None) -> None:
        """Say before a large reading how much there is; hand everything else on."""
        kind, _, source = stage.partition(":")
        if kind == "present":
            if total is not None and total > _LARGE:
                read, present = f"{done:,}", f"{total:,}"
                say("present", self._language, source=source, present=present, read=read)
        elif self._drawn is not None:
            self._drawn.step(stage, done, total)


@contextmanager
def watched(language: Language) -> Iterator[Progress]:
    """Give a progress that draws when stderr is a terminal, and is silent otherwise; say first if it will be slow."""
    from paicha.interfaces.cli.kernel import say_if_refused  # noqa: PLC0415 - loads what counts, and so Arrow

    say_if_refused(language)
    if not sys.stderr.isatty():
        yield Announcing(language)
        return
    from paicha.interfaces.cli.progress import drawn  # noqa: PLC0415 - only a terminal needs what draws

    with drawn(language) as progress:
        yield Announcing(language, progress)
