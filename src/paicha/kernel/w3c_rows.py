"""
Access logs in the W3C extended format (IIS, CloudFront): a line ``#Fields:`` names the columns of those below it.

Fields are parted by blanks, in CloudFront's by tabs; nothing is quoted, and ``-`` says that there is nothing. Times are
UTC. What was asked for, how it was answered and who asked come first in a message, wherever they stand in the line. A
server that starts anew writes the header once more, maybe with other columns. What IIS writes unless it is told
otherwise is a pattern (`iis` in `knowledge/formats/web.toml`), which the native kernel reads up to a header of others.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from paicha.kernel.csv_rows import CsvTable
from paicha.kernel.line_formats import FieldFormat, ParsedLine
from paicha.model.knowledge import LogFormat

#: What names the columns, and what opens any line of the header.
FIELDS, DIRECTIVE = "#Fields:", "#"
#: The column that date and time make together.
_MOMENT = "date time"
_STATUS = "sc-status"
_FIRST = ("cs-method", "cs-uri-stem", _STATUS, "c-ip")
#: What columns of requests begin with; other logs in this format have local times.
_OF_REQUESTS = ("cs-", "sc-", "c-ip")
_OF_IIS = (
    "date time s-ip cs-method cs-uri-stem cs-uri-query s-port cs-username c-ip cs(User-Agent) "
    "{}sc-status sc-substatus sc-win32-status time-taken"
)
_USUAL = frozenset(_OF_IIS.format(more) for more in ("", "cs(Referer) "))
#: What names columns that may not be IIS' usual ones: from there on a file is a table.
NAMES_OTHERS = rf"{FIELDS}(?! (?:{'|'.join(sorted(map(re.escape, _USUAL)))})\s{{0,2}}$)"


class W3cTable(CsvTable):
    """
    Rows under a line that names their columns.

    Args:
        readers: The formats of requests: one says that requests failed, those answered with 5xx.
        names: The columns.
    """

    is_quoted = False

    def __init__(self, readers: Sequence[FieldFormat], names: Sequence[str]) -> None:
        super().__init__(readers[0], names, " ")
        self._of = {bool(reader.format.level): reader for reader in readers}

    def read(self, text: str) -> ParsedLine | None:
        """Return what one row says: its message is all but date and time; None for a broken row."""
        row = text.rstrip().split("\t" if "\t" in text else " ")
        if len(row) != len(self._columns):
            return None
        said = dict(zip(self._columns, row, strict=True))
        moment = f"{said.pop('date')} {said.pop('time')}"
        reader = self._of.get(said.get(_STATUS, "").startswith("5"))
        if reader is None:
            return None
        values = {_MOMENT: moment, **{name: word for name, word in said.items() if word != "-"}}
        return reader.read_values(values, _message(said))

    def is_header(self, text: str) -> bool:
        """Return whether a line is one of the header; the columns it names are those of the rows below."""
        names = _names_of(text)
        if names:
            self._columns = names
        return text.startswith(DIRECTIVE)


def open_w3c(header: str, readers: Sequence[FieldFormat]) -> W3cTable | None:
    """Return how to read the rows below a line that names columns; None: they are no requests, or IIS' usual ones."""
    names = _names_of(header)
    if " ".join(names) in _USUAL or not any(name.startswith(_OF_REQUESTS) for name in names):
        return None
    known = [reader for reader in readers if is_w3c(reader.format)]
    return W3cTable(known, names) if known else None


def is_w3c(log_format: LogFormat) -> bool:
    """Return whether rows under such a line are of the format."""
    return _MOMENT in dict(log_format.fields).get("time", ())


def _message(said: Mapping[str, str]) -> str:
    first = [name for name in _FIRST if name in said]
    return " ".join(said[name] for name in (*first, *(name for name in said if name not in _FIRST)))


def _names_of(line: str) -> tuple[str, ...]:
    names = tuple(line.removeprefix(FIELDS).split()) if line.startswith(FIELDS) else ()
    return names if names[:2] == ("date", "time") else ()
