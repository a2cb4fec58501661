"""Where words go: data to stdout, messages and progress to stderr."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from paicha.facade import write_whole
from paicha.locales import Language, message
from paicha.ports import Progress
from paicha.renderers.visible import visible


def say(key: str, language: Language, **values: object) -> None:
    """Write the message *key* to stderr."""
    sys.stderr.write(message(f"cli.{key}", language, **values) + "\n")


def put(words: str) -> None:
    """Write data to stdout, with one line end behind it."""
    sys.stdout.write(words if words.endswith("\n") else words + "\n")


def put_text(words: str) -> None:
    """Write text that holds log lines to stdout: as it is to a program, harmless to a terminal."""
    put(visible(words, lines=True) if sys.stdout.isatty() else words)


def put_bytes(data: bytes) -> None:
    """Write data to stdout as it is."""
    sys.stdout.flush()
    sys.stdout.buffer.write(data)
    sys.stdout.buffer.flush()


def write_file(path: Path, data: bytes) -> None:
    """Write *data* to *path*, making its folder."""
    path.parent.mkdir(parents=True, exist_ok=True)
    write_whole(path, data)


class SilentProgress:
    """Nobody is watching."""

    def step(self, stage: str, done: int, total: int | None) -> None:
        """Do nothing."""


@contextmanager
def watched(language: Language) -> Iterator[Progress]:
    """Give a progress that draws when stderr is a terminal, and is silent otherwise."""
    if not sys.stderr.isatty():
        yield SilentProgress()
        return
    # Drawing takes longer to import than a small report takes to read.
    from paicha.interfaces.cli.progress import drawn  # noqa: PLC0415 - see above

    with drawn(language) as progress:
        yield progress
