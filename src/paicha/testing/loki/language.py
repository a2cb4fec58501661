"""The part of LogQL that the stand-in understands."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping

from paicha.values import dataclass

_STRING = r'"(?:[^"\\]|\\.)*"|`[^`]*`'
_MATCHER = re.compile(rf"\s*([a-zA-Z_]\w*)\s*(=~|!~|!=|=)\s*({_STRING})\s*,?")
_LINE = re.compile(rf"\s*(\|=|!=|\|~|!~)\s*({_STRING})")
_LABEL = re.compile(rf"\s*([a-zA-Z_]\w*)\s*(=~|!~|!=|=)\s*({_STRING})")
_JOIN = re.compile(r"\s*(or|and)\b")
_RANGE = re.compile(r"\s*\[(\d+)(ms|s|m|h|d)\]")  # nothing finer is a duration
_COUNT = re.compile(r"sum\s*(?:by\s*\(([^)]*)\)\s*)?\(\s*count_over_time\s*\(")
_UNITS = {
    "ms": 10**6,
    "s": 10**9,
    "m": 60 * 10**9,
    "h": 3600 * 10**9,
    "d": 86_400 * 10**9,
}

#: Decides over a stream's labels, a line, and all labels of that line.
Keep = Callable[[Mapping[str, str], str, Mapping[str, str]], bool]


class NotUnderstoodError(ValueError):
    """A query outside of the part that is known; Loki would answer 400 to a wrong one."""


@dataclass(frozen=True, slots=True)
class LogQL:
    """
    A query.

    `range_ns` is None for a query of lines; else lines are counted over it, by the labels of `by`.
    """

    keep: Keep
    range_ns: int | None = None
    by: tuple[str, ...] = ()


def parse(text: str) -> LogQL:
    """
    Return what *text* asks.

    Raises:
        NotUnderstoodError: If it cannot be read.
    """
    counted = _COUNT.match(text)
    if counted is None:
        keep, rest = _pipeline(text)
        if rest.strip():
            raise NotUnderstoodError(f"parse error: unexpected {rest.strip()[:40]}")
        return LogQL(keep)
    keep, rest = _pipeline(text[counted.end() :])
    found = _RANGE.match(rest)
    if found is None or rest[found.end() :].replace(" ", "") != "))":
        raise NotUnderstoodError(f"parse error: unexpected {rest[:40]}")
    by = tuple(name.strip() for name in (counted[1] or "").split(",") if name.strip())
    return LogQL(keep, int(found[1]) * _UNITS[found[2]], by)


def _pipeline(text: str) -> tuple[Keep, str]:
    text = text.lstrip()
    if not text.startswith("{"):
        raise NotUnderstoodError("parse error: a selector is wanted")
    checks, rest = _selector(text[1:])
    while True:
        found = _LINE.match(rest)
        if found:
            checks.append(_line_check(found[1], _text(found[2])))
            rest = rest[found.end() :]
            continue
        if not rest.lstrip().startswith("|"):
            break
        check, rest = _label_stage(rest.lstrip()[1:])
        checks.append(check)
    return (lambda stream, line, labels: all(c(stream, line, labels) for c in checks)), rest


def _selector(rest: str) -> tuple[list[Keep], str]:
    checks: list[Keep] = []
    positive = False
    while found := _MATCHER.match(rest):
        test = _test(found[2], _text(found[3]), anchored=True)
        checks.append(_on_stream(found[1], test))
        positive = positive or not test("")
        rest = rest[found.end() :]
    if not rest.lstrip().startswith("}"):
        raise NotUnderstoodError("parse error: unexpected end of a selector")
    if not positive:
        raise NotUnderstoodError(
            "parse error: queries require at least one regexp or equality matcher that does not "
            "have an empty-compatible value"
        )
    return checks, rest.lstrip()[1:]


def _label_stage(rest: str) -> tuple[Keep, str]:
    either: list[list[Keep]] = [[]]
    while True:
        found = _LABEL.match(rest)
        if found is None:
            raise NotUnderstoodError(f"parse error: unexpected {rest.strip()[:40]}")
        either[-1].append(_on_labels(found[1], _test(found[2], _text(found[3]), anchored=True)))
        rest = rest[found.end() :]
        joined = _JOIN.match(rest)
        if joined is None:
            return (
                lambda stream, line, labels: any(
                    all(check(stream, line, labels) for check in checks) for checks in either
                )
            ), rest
        rest = rest[joined.end() :]
        if joined[1] == "or":
            either.append([])


def _on_stream(name: str, test: Callable[[str], bool]) -> Keep:
    return lambda stream, _line, _labels: test(stream.get(name, ""))


def _on_labels(name: str, test: Callable[[str], bool]) -> Keep:
    return lambda _stream, _line, labels: test(labels.get(name, ""))


def _line_check(sign: str, value: str) -> Keep:
    if sign in ("|=", "!="):
        return lambda _stream, line, _labels: (value in line) == (sign == "|=")
    test = _test("=~" if sign == "|~" else "!~", value, anchored=False)
    return lambda _stream, line, _labels: test(line)


def _test(sign: str, value: str, *, anchored: bool) -> Callable[[str], bool]:
    if sign in ("=", "!="):
        return lambda said: (said == value) == (sign == "=")
    try:
        pattern = re.compile(_re2(value))
    except re.error as wrong:
        raise NotUnderstoodError(f"error parsing regexp: {wrong}") from None
    find = pattern.fullmatch if anchored else pattern.search
    return lambda said: (find(said) is not None) == (sign == "=~")


def _re2(pattern: str) -> str:
    # RE2 writes a letter's number in braces, and the end of a text with a small z.
    numbered = re.sub(
        r"\\x\{([0-9a-f]+)\}", lambda found: re.escape(chr(int(found[1], 16))), pattern
    )
    return numbered.replace("\\z", "\\Z")


def _text(quoted: str) -> str:
    if quoted.startswith("`"):
        return quoted[1:-1]
    text: str = json.loads(quoted, strict=False)
    return text
