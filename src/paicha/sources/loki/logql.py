"""Texts of LogQL: selectors, filters of lines, ranges."""

from __future__ import annotations

import re
from collections.abc import Iterable

from paicha.errors import QuestionError
from paicha.kernel.query_text import level_and_rest

#: The finest length of a range: nothing below is a duration to Loki.
MILLISECOND_NS = 1_000_000
_UNITS = (("s", 1000 * MILLISECOND_NS), ("ms", MILLISECOND_NS))
_ESCAPES = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r", "\t": "\\t"}


def quoted(value: str) -> str:
    r"""
    Return *value* as a text of LogQL, whose escapes are Go's.

    Example:
        >>> quoted('a "b"\n')
        '"a \\"b\\"\\n"'
    """
    return '"' + "".join(_ESCAPES.get(letter, letter) for letter in value) + '"'


def label_of(name: str) -> str:
    """
    Return the label that Loki makes of an attribute's name.

    Example:
        >>> label_of("service.name"), label_of("2nd")
        ('service_name', '_2nd')
    """
    plain = re.sub(r"[^a-zA-Z0-9_]", "_", name)
    return f"_{plain}" if plain[:1].isdigit() else plain


def one_of(labels: Iterable[str], values: Iterable[str]) -> str:
    """
    Return the stage that keeps lines one of whose *labels* is one of *values*.

    Example:
        >>> one_of(["host", "node"], ["a"])
        '| host="a" or node="a"'
    """
    terms = [f"{label}={quoted(value)}" for label in labels for value in values]
    return "| " + " or ".join(terms)


def host_among(labels: Iterable[str], hosts: Iterable[str]) -> str:
    """
    Return the stage that keeps lines one of whose *labels* names one of *hosts*, in upper or lower case alike.

    Example:
        >>> host_among(["host"], ["Web1", "10.0.0.8"])
        '| host=~"(?i:Web1)" or host="10.0.0.8"'
    """
    terms = [
        f"{label}={quoted(host)}"
        if host.lower() == host.upper()
        else f"{label}=~{quoted(f'(?i:{pattern(host)})')}"
        for label in labels
        for host in hosts
    ]
    return "| " + " or ".join(terms)


def user_filter(where: str, levels: Iterable[str] = ("level",)) -> str:
    """
    Return a person's filter as stages: LogQL where it begins with a stage, else a level and the words looked for.

    Args:
        where: What was written.
        levels: The labels that may say a level.

    Raises:
        QuestionError: If a quote is left open, or it would leave the pipeline.

    Example:
        >>> user_filter("timeout"), user_filter('| json | level="error"')
        ('|= "timeout"', '| json | level="error"')
        >>> user_filter('level>FATAL3 AND "timeout"')
        '| level=~"(?i:EMERG|EMERGENCY|FATAL4)" |= "timeout"'
    """
    words = where.strip()
    if not words:
        return ""
    found = level_and_rest(words)
    if found is not None:
        said, rest = found
        spelled = "|".join(said)
        either = " or ".join(f'{label}=~"(?i:{spelled})"' for label in levels)
        more = user_filter(rest.strip('"'))
        return f"| {either} {more}".rstrip()
    if not words.startswith(("|", "!=", "!~")):
        return f"|= {quoted(words)}"
    bare = _STRINGS.sub("", words)
    if any(mark in bare for mark in '"`{}[]#') or bare.count("(") != bare.count(")"):
        raise QuestionError("loki.filter", where=where)
    return words


_STRINGS = re.compile(r'"(?:[^"\\]|\\.)*"|`[^`]*`')


def duration(ns: int) -> str:
    """
    Return a range of whole milliseconds as LogQL writes it, exact.

    Example:
        >>> duration(600_000_000_000), duration(1_500_000_000)
        ('600s', '1500ms')
    """
    unit, size = next((unit, size) for unit, size in _UNITS if ns % size == 0)
    return f"{ns // size}{unit}"


def pattern(text: str) -> str:
    r"""
    Return *text* as a pattern of RE2 that means just it.

    Example:
        >>> pattern("a.b\n")
        'a\\.b\\x{a}'
    """
    return "".join(_literal(letter) for letter in text)


def letters(first: int, last: int) -> str:
    r"""
    Return the class of the letters from *first* to *last*, by their numbers.

    Example:
        >>> letters(0, 65)
        '[\\x{0}-\\x{41}]'
    """
    return rf"[\x{{{first:x}}}-\x{{{last:x}}}]"


def _literal(letter: str) -> str:
    if letter.isalnum() or letter == " ":
        return letter
    return rf"\x{{{ord(letter):x}}}" if ord(letter) < 32 or ord(letter) > 126 else f"\\{letter}"
