"""
Levels: from what a log writes to OpenTelemetry's severity number.

A level is what stands in a level field or at the line's level position. The word "error" in a
sentence is not a level.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

#: OpenTelemetry's severity number from which on a record is abnormal.
WARN = 13
#: Spelling (upper case) -> OpenTelemetry severity number.
_SPELLINGS: dict[str, int] = {
    "EMERG": 24,
    "EMERGENCY": 24,
    "ALERT": 23,
    "PANIC": 22,
    "PANI": 22,
    "DPANIC": 22,
    "CRITICAL": 21,
    "CRIT": 21,
    "FATAL": 21,
    "FATA": 21,
    "FTL": 21,
    "SEVERE": 17,
    "FAILURE": 17,
    "ERROR": 17,
    "ERR": 17,
    "ERRO": 17,
    "EROR": 17,
    "WARNING": 13,
    "WARN": 13,
    "WRN": 13,
    "NOTICE": 10,
    "NOTE": 10,
    "AUDIT": 9,
    "INFO": 9,
    "INFORMATION": 9,
    "INFORMATIONAL": 9,
    "INF": 9,
    "LOG": 9,
    "CONFIG": 8,
    "DEBUG": 5,
    "DBG": 5,
    "DEBG": 5,
    "DEBU": 5,
    "DBUG": 5,
    "FINE": 5,
    "FINER": 3,
    "VERBOSE": 3,
    "VRB": 3,
    "TRACE": 1,
    "TRC": 1,
    "TRAC": 1,
    "TRCE": 1,
    "FINEST": 1,
    "F": 21,
    "C": 21,
    "E": 17,
    "W": 13,
    "N": 10,
    "I": 9,
    "D": 5,
    "V": 3,
    "T": 1,
    "致命": 21,
    "严重": 21,
    "紧急": 21,
    "错误": 17,
    "异常": 17,
    "重要": 17,
    "警告": 13,
    "告警": 13,
    "预警": 13,
    "次要": 13,
    "注意": 10,
    "通知": 10,
    "提醒": 10,
    "提示": 9,
    "信息": 9,
    "消息": 9,
    "调试": 5,
    "跟踪": 1,
}
#: OpenTelemetry's own name of each range, for levels that are written as numbers.
RANGES = ((21, "FATAL"), (17, "ERROR"), (13, "WARN"), (9, "INFO"), (5, "DEBUG"), (1, "TRACE"))
#: OpenTelemetry's short names of the other numbers of a range: `ERROR2` is 18.
_SPELLINGS |= {f"{name}{step}": least + step - 1 for least, name in RANGES for step in (2, 3, 4)}
#: Levels of Bunyan and Pino, in whose logs they are numbers. What else numbers mean, from 0 to 7 or from 1 to 5, few
#: rows of a store say: syslog's error is Windows' warning.
NUMBERED = (("10", 1), ("20", 5), ("30", 9), ("40", 13), ("50", 17), ("60", 21))
#: What a level looks like in the patterns of log formats, as ``%{level}``. `ERROR2` stands in fields, hardly in lines; were its
#: digit part of this, no pattern with a level would treat digits alike, and each line would be tried with all (100 us).
LEVEL_PATTERN = r"[A-Za-z]{3,13}|[\u4e00-\u9fff]{2}"


def name_of(number: int) -> str:
    """Return OpenTelemetry's name of a severity number; empty for 0."""
    return next((name for least, name in RANGES if number >= least), "")


def number_of(word: str) -> int:
    """
    Return the severity number of a spelling, whatever its case; 0 when it is no level.

    Example:
        >>> number_of("warning"), number_of("Failed")
        (13, 0)
    """
    return _SPELLINGS.get(word.strip().upper(), 0)


def spellings(holds: Callable[[int], bool]) -> tuple[str, ...]:
    """
    Return how levels are usually spelled whose severity number *holds*, each as ERROR, error, Error.

    Example:
        >>> spellings(lambda number: number == 13)[:4]
        ('WARNING', 'warning', 'Warning', 'WARN')
    """
    found: dict[str, None] = {}
    for word, number in _SPELLINGS.items():
        if holds(number):
            shapes = (word,) if len(word) == 1 else (word, word.lower(), word.capitalize())
            found |= dict.fromkeys(shapes)
    return tuple(found)


def edge_of(comparison: str, number: int) -> int:
    """
    Return the severity number that "above WARN" and "up to WARN" are compared with: the last of its range.

    WARNING and WARN are the same level, of which WARN2 to WARN4 are grades.

    Example:
        >>> edge_of(">", number_of("WARN")), edge_of(">=", number_of("WARN")), edge_of(">", number_of("WARN2"))
        (16, 13, 14)
    """
    return number + 3 if comparison in (">", "<=") and number % 4 == 1 else number


#: What each spelling that needs no format to be known is read as.
_USUAL = {spelling: (number, spelling) for spelling, number in _SPELLINGS.items()}


def _says_nothing(word: str) -> bool:
    """Return whether a reader does not know *word* for a level: a number, or the beginning of a code (ORA-)."""
    return word.lstrip("-").isdigit() or (len(word) > 1 and word.endswith("-"))


class LevelReader:
    """
    Reads level words, with the spellings a log format adds.

    Args:
        extra: Further spellings and their OpenTelemetry numbers; they win over the usual ones.
        names: What some of them are shown as: a mark says nothing to who reads a report.
    """

    def __init__(
        self, extra: Iterable[tuple[str, int]] = (), names: Iterable[tuple[str, str]] = ()
    ) -> None:
        shown = dict(names)
        added = {
            word: (
                number,
                shown.get(word) or (name_of(number) if _says_nothing(word) else word),
            )
            for word, number in ((spelling.upper(), number) for spelling, number in extra)
        }
        self._table: Mapping[str, tuple[int, str]] = _USUAL | added if added else _USUAL
        self._seen: dict[str, tuple[int, str]] = {}

    def read(self, word: str) -> tuple[int, str]:
        """
        Return the severity number and the level as spelled, in upper case; ``(0, "")`` for no level.

        Example:
            >>> LevelReader([("30", 9)]).read("warn"), LevelReader([("30", 9)]).read("30")
            ((13, 'WARN'), (9, 'INFO'))
        """
        found = self._seen.get(word)
        if found is None:
            found = self._table.get(word.strip().upper(), (0, ""))
            if len(self._seen) < 1000:
                self._seen[word] = found
        return found


_STORED = LevelReader(NUMBERED)
#: What shippers write where they found no level; the line itself may have one.
NO_LEVEL = frozenset({"UNKNOWN", "NONE", "NULL", "-"})


def stored_level(word: str) -> tuple[int, str]:
    """
    Return the severity number of a level as a store spells it, and how records of it write it.

    Example:
        >>> stored_level("50"), stored_level("warn"), stored_level("odd"), stored_level("unknown")
        ((17, 'ERROR'), (13, 'WARN'), (0, 'ODD'), (0, ''))
    """
    number, level = _STORED.read(word)
    if number:
        return number, level
    shown = word.upper()
    return 0, "" if shown in NO_LEVEL else shown
