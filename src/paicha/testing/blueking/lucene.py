"""A subset of the log platform's query language, evaluated on flat rows."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import lru_cache

from paicha.values import dataclass

Row = Mapping[str, object]
Test = Callable[[Row], bool]
Names = Callable[[str], tuple[str, ...]]

_TOKEN = re.compile(
    r"""\s*(?:
        (?P<open>\()|(?P<close>\))
        |(?P<word>AND|OR|NOT)(?=[\s(]|$)
        |(?P<sign>[+\-!])(?=\S)
        |(?P<field>[^\W\d][\w.]*):(?=\S)
        |(?P<compare>[^\W\d][\w.]*)(?=[<>])
        |(?P<phrase>"(?:[^"\\]|\\.)*")
        |(?P<range>[\[{][^\]}]*[\]}])
        |(?P<bound>[<>]=?)
        |(?P<term>(?:[^\s()\\]|\\.)+)
    )""",
    re.VERBOSE,
)

#: Letters and digits with dots between them; each Chinese character by itself.
_INDEXED = re.compile(r"[\u4e00-\u9fff]|[^\W\u4e00-\u9fff]+(?:['.][^\W\u4e00-\u9fff]+)*")


class BadQuery(ValueError):
    """The text is not of the query language."""


@dataclass(frozen=True, slots=True)
class _Token:
    kind: str
    text: str


def compile_query(text: str, names: Names, texts: frozenset[str]) -> Test:
    """
    Return the test of a query text; terms join with OR unless AND stands between them.

    Args:
        text: The query.
        names: The fields a name stands for.
        texts: Fields that are analysed text: a quoted value is a phrase there, not the whole value.

    Raises:
        BadQuery: If it cannot be parsed.

    Example:
        >>> test = compile_query("a:1 AND NOT b:x*", lambda name: (name,), frozenset())
        >>> test({"a": 1, "b": "y"}), test({"a": 1, "b": "xy"})
        (True, False)
    """
    if text.strip() in ("", "*"):
        return lambda _row: True
    parser = _Parser(_tokens(text), names, texts)
    test = parser.either("")
    if parser.peek() is not None:
        raise BadQuery(f"unexpected {parser.peek()!r}")
    return test


def _tokens(text: str) -> list[_Token]:
    found: list[_Token] = []
    position = 0
    while position < len(text.rstrip()):
        match = _TOKEN.match(text, position)
        if match is None or match.lastgroup is None:
            raise BadQuery(f"cannot read {text[position:]!r}")
        found.append(_Token(match.lastgroup, match.group(match.lastgroup)))
        position = match.end()
    return found


class _Parser:
    def __init__(self, tokens: list[_Token], names: Names, texts: frozenset[str]) -> None:
        self._tokens = tokens
        self._names = names
        self._texts = texts
        self._at = 0

    def peek(self) -> _Token | None:
        return self._tokens[self._at] if self._at < len(self._tokens) else None

    def either(self, field: str) -> Test:
        tests = [self._both(field)]
        while (token := self.peek()) is not None and token.kind != "close":
            if token == _Token("word", "OR"):
                self._at += 1
            tests.append(self._both(field))
        return tests[0] if len(tests) == 1 else lambda row: any(test(row) for test in tests)

    def _both(self, field: str) -> Test:
        tests = [self._one(field)]
        while self.peek() == _Token("word", "AND"):
            self._at += 1
            tests.append(self._one(field))
        return tests[0] if len(tests) == 1 else lambda row: all(test(row) for test in tests)

    def _one(self, field: str) -> Test:
        token = self.peek()
        if token is None:
            raise BadQuery("the query ends too early")
        self._at += 1
        if token == _Token("word", "NOT") or (token.kind == "sign" and token.text in "-!"):
            inner = self._one(field)
            return lambda row: not inner(row)
        if token.kind == "sign":
            return self._one(field)
        if token.kind == "open":
            inner = self.either(field)
            if self.peek() != _Token("close", ")"):
                raise BadQuery("a bracket is not closed")
            self._at += 1
            return inner
        if token.kind in ("field", "compare"):
            return self._one(token.text)
        return self._value(field, token)

    def _value(self, field: str, token: _Token) -> Test:
        if token.kind in ("close", "word"):
            raise BadQuery(f"unexpected {token.text!r}")
        if field == "_exists_":
            names = self._names(token.text)
            return lambda row: any(row.get(name) not in (None, "") for name in names)
        if token.kind == "bound":
            limit = self.peek()
            self._at += 1
            if limit is None:
                raise BadQuery("a comparison has no value")
            return self._on(field, _bound(token.text, float(limit.text)))
        if token.kind == "range":
            return self._on(field, _range(token.text))
        if token.kind == "phrase":
            return self._phrase(field, re.sub(r"\\(.)", r"\1", token.text[1:-1]))
        return self._on(field, _wildcard(token.text))

    def _phrase(self, field: str, phrase: str) -> Test:
        names = self._names(field) if field else ()
        texts, wanted = self._texts, _indexed(phrase)

        def test(row: Row) -> bool:
            for name in names or tuple(row):
                value = row.get(name)
                if value is None:
                    continue
                if wanted in _indexed(str(value)) if name in texts else str(value) == phrase:
                    return True
            return False

        return test

    def _on(self, field: str, holds: Callable[[object], bool]) -> Test:
        names = self._names(field) if field else ()
        return lambda row: any(
            row.get(name) is not None and holds(row[name]) for name in names or tuple(row)
        )


@lru_cache(100_000)
def _indexed(text: str) -> str:
    # Words as the standard analyser indexes them: a phrase is found as whole words only.
    return f" {' '.join(_INDEXED.findall(text.lower()))} "


def _bound(sign: str, limit: float) -> Callable[[object], bool]:
    tests: dict[str, Callable[[float], bool]] = {
        ">": lambda value: value > limit,
        ">=": lambda value: value >= limit,
        "<": lambda value: value < limit,
        "<=": lambda value: value <= limit,
    }
    return lambda value: tests[sign](float(str(value)))


def _range(text: str) -> Callable[[object], bool]:
    low, _, high = text[1:-1].partition(" TO ")
    above = _bound(">=" if text[0] == "[" else ">", float("-inf" if low == "*" else low))
    below = _bound("<=" if text[-1] == "]" else "<", float("inf" if high == "*" else high))
    return lambda value: above(value) and below(value)


def _wildcard(text: str) -> Callable[[object], bool]:
    if text.startswith("/") and text.endswith("/") and len(text) > 1:
        pattern = re.compile(text[1:-1])
        return lambda value: pattern.fullmatch(str(value)) is not None
    parts = re.findall(r"\\.|[*?]|[^\\*?]+", text)
    known = {"*": ".*", "?": "."}
    body = "".join(known.get(part) or re.escape(part.removeprefix("\\")) for part in parts)
    pattern = re.compile(body, re.DOTALL)
    return lambda value: pattern.fullmatch(str(value)) is not None


def conditions(given: Mapping[str, object], names: Names, texts: frozenset[str]) -> Test:
    """
    Return the test of unify-query's structured conditions; ``and`` binds tighter than ``or``.

    Raises:
        BadQuery: If the two lists do not match, or an operator is unknown.
    """
    fields = given.get("field_list") or []
    joins = given.get("condition_list") or []
    if not isinstance(fields, list) or not isinstance(joins, list):
        raise BadQuery("field_list and condition_list must be lists")
    if len(joins) != max(0, len(fields) - 1):
        raise BadQuery("field list and condition list is not match")
    groups: list[list[Test]] = [[]]
    for index, entry in enumerate(fields):
        if index and joins[index - 1] == "or":
            groups.append([])
        groups[-1].append(_condition(entry, names, texts))
    return lambda row: any(all(test(row) for test in group) for group in groups)


def _condition(entry: Mapping[str, object], names: Names, texts: frozenset[str]) -> Test:
    fields = names(str(entry.get("field_name")))
    wanted = entry.get("value") or []
    operator = str(entry.get("op"))
    if not isinstance(wanted, list) or not all(isinstance(value, str) for value in wanted):
        raise BadQuery("value must be a list of strings")
    if operator in ("existed", "nexisted"):
        return lambda row: (
            any(row.get(name) not in (None, "") for name in fields) == (operator == "existed")
        )
    holds = _operator(operator.removeprefix("n") if operator != "ne" else "eq", wanted)
    negative = operator in ("ne", "nreq", "ncontains")

    def test(row: Row) -> bool:
        found = any(
            row.get(name) is not None and holds(str(row[name]), name in texts) for name in fields
        )
        return found != negative

    return test


def _operator(operator: str, wanted: list[str]) -> Callable[[str, bool], bool]:
    if operator == "eq":
        return lambda value, text: any(
            one.lower() in value.lower() if text else one == value for one in wanted
        )
    if operator == "req":
        return lambda value, _text: any(re.search(one, value) for one in wanted)
    if operator == "contains":
        return lambda value, _text: any(one in value for one in wanted)
    signs = {"gt": ">", "gte": ">=", "lt": "<", "lte": "<="}
    if operator in signs:
        bounds = [_bound(signs[operator], float(one)) for one in wanted]
        return lambda value, _text: any(bound(value) for bound in bounds)
    raise BadQuery(f"unknown operator {operator}")
