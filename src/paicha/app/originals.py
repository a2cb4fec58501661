"""What became of the files that hold the lines which a case counted and did not keep."""

from __future__ import annotations

from typing import Protocol

from paicha.locales import Text, text
from paicha.model.reading import STDIN, ReadFile
from paicha.ports import CaseStore

#: So many files are named; the others are counted.
_NAMED = 3


class Originals(Protocol):
    """Looks at files that were read before."""

    def difference(self, file: ReadFile) -> Text | None:
        """Return how *file* differs from what it was when it was read; None: it does not."""
        ...


def notes_of(case: CaseStore, originals: Originals, locator: str = "") -> tuple[Text, ...]:
    """
    Return what to say of files that are not as they were when *case* read them, in the order of their names.

    Nothing is said of stores, nor of files that were not read to their end: their state was not noted.

    Args:
        case: The case file.
        originals: Looks at the files.
        locator: Of one record, whose file alone is looked at; "": all files.
    """
    reading = case.get_reading()
    if reading is None:
        return ()
    files = [file for file in reading.whole if _holds(file, locator)]
    found = [
        text("originals.stdin") if file.place == STDIN else originals.difference(file)
        for file in sorted(files)
    ]
    told = [one for one in found if one is not None]
    rest = len(told) - _NAMED
    more = (text("originals.more", n=f"{rest:,}"),) if rest > 0 else ()
    return (*told[:_NAMED], *more)


def _holds(file: ReadFile, locator: str) -> bool:
    if not locator:
        return True
    # ``path:line@offset``, and ``archive!/member:line@offset``.
    place = locator.rpartition(":")[0]
    return place == file.shown or place.startswith(f"{file.shown}!/")
