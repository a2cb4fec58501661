"""`paicha report`: a kept case told again."""

from __future__ import annotations

import errno
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from paicha.errors import PaichaError, UsageError
from paicha.facade import open_case
from paicha.interfaces.cli import options
from paicha.interfaces.cli.cases import CasePath
from paicha.interfaces.cli.console import put_bytes, say, write_file
from paicha.interfaces.cli.session import chosen, columns, wants_colour
from paicha.locales import Language


def report(
    case: CasePath,
    kind: options.Format = None,
    lang: options.Lang = None,
    tz: options.Zone = None,
    output: options.Output = None,
) -> int:
    """Write the report of a case again, in another language or format."""
    found = open_case(case)
    language = chosen(lang) or found.findings.question.language
    refuse_place(output, (case,))
    pieces = found.pieces(
        kind.value if kind else "terminal",
        language,
        tz,
        width=columns(),
        colour=wants_colour() and output is None,
    )
    deliver(pieces, output, language)
    return 0


def deliver(pieces: Iterable[bytes], output: Path | None, language: Language) -> None:
    """
    Write a report to the file that was named, or to stdout.

    Raises:
        UsageError: If the file cannot be written.
    """
    if output is None or str(output) == "-":
        put_bytes(pieces)
        return
    with writing(output):
        write_file(output, pieces)
    say("written", language, path=output)


#: Not the fault of who named the place.
_NO_ROOM = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO)


@contextmanager
def no_empty_folders(case: Path | None) -> Iterator[None]:
    """Let the folders that are made for *case* go if the block fails and leaves nothing in them."""
    made = [] if case is None else [one for one in case.absolute().parents if not one.exists()]
    try:
        yield
    except BaseException:
        with suppress(OSError):  # what holds something stays, and all above it
            for folder in made:
                folder.rmdir()
        raise


@contextmanager
def writing(place: Path) -> Iterator[None]:
    """
    Write a report inside.

    Raises:
        PaichaError: If there is no room, or the disk fails.
        UsageError: If the system refuses otherwise. Both name the file, or else *place*.
    """
    try:
        yield
    except OSError as err:
        reason = err.strerror or str(err)
        if err.errno in _NO_ROOM:
            raise PaichaError("cli.no_room", path=err.filename or place, reason=reason) from err
        raise UsageError("cli.unwritable", path=err.filename or place, reason=reason) from err


def refuse_place(output: Path | None, read: Iterable[str | Path]) -> None:
    """
    Refuse to write a report over one of the files that are *read* for it.

    Raises:
        UsageError: If *output* is one of them.
    """
    if output is None or not output.is_file():
        return
    for name in read:
        if Path(name).is_file() and output.samefile(name):
            raise UsageError("cli.over_input", path=output)
