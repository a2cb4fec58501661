"""What goes wrong with a case, in the product's words: DuckDB and the file system have their own."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import duckdb

from paicha.errors import CaseError
from paicha.stores.connection import first_line

#: DuckDB puts what the system says behind what it was about, and names its own unfinished files.
_OF_SYSTEM = re.compile(
    r'.*(?:Could not|Cannot) \w+ (?:to )?file ".*": (?P<said>[A-Z][a-z ]+)', re.DOTALL
)


@contextmanager
def _named(refusal: Callable[[str], CaseError]) -> Iterator[None]:
    try:
        yield
    except duckdb.Error as error:
        raise refusal(first_line(error)) from error
    except OSError as error:
        raise refusal(error.strerror or str(error)) from error


def writing(path: Path) -> AbstractContextManager[None]:
    """Raise ``case.write_refused`` for what fails inside."""
    return _named(lambda reason: CaseError("case.write_refused", path=path, reason=_plain(reason)))


def reading(path: Path) -> AbstractContextManager[None]:
    """Raise ``case.damaged``, ``case.unreadable`` or ``case.busy`` for what fails inside."""
    return _named(lambda reason: _unreadable(path, reason))


def asking() -> AbstractContextManager[None]:
    """Raise ``case.sql`` for what fails inside."""
    return _named(lambda reason: CaseError("case.sql", reason=reason))


def _plain(reason: str) -> str:
    said = _OF_SYSTEM.fullmatch(reason)
    return said["said"] if said else reason


def _unreadable(path: Path, reason: str) -> CaseError:
    # DuckDB has one error for all of these; only its words tell them apart.
    if "Could not set lock" in reason or "different configuration" in reason:
        return CaseError("case.busy", path=path)
    if _plain(reason) != reason:  # the system refused; nothing is known of what is in it
        return CaseError("case.unreadable", path=path, reason=_plain(reason))
    return CaseError("case.damaged", path=path, reason=reason)
