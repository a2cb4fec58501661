"""Text with everything secret in it covered: one piece, or a column at a time."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import accumulate
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from paicha.analysis.redaction.credentials import Found, behind, keys, named, passwords, separated
from paicha.analysis.redaction.people import mail, numbers
from paicha.analysis.redaction.prefilter import FINDERS, candidates, either
from paicha.analysis.redaction.tokens import TOKEN, TOKENS, token
from paicha.kernel.columns import whole
from paicha.model.redaction import BUILT_IN, KINDS, Kind, RedactionRules

#: Stand around what a pattern of the settings matches; no text holds them (Unicode noncharacters).
_OPEN, _CLOSE = "\ufdd0", "\ufdd1"
_ALL = frozenset(FINDERS)


class Redactor:
    """
    Covers secrets and personal data in text.

    The same text under the same rules and seed is covered the same way, whatever was covered before.

    Args:
        seed: The case's, so that one value has one token; None: tokens tell the kind alone.
        rules: What is covered beyond the built-in kinds, and what is not.
    """

    def __init__(self, seed: bytes | None = None, rules: RedactionRules = BUILT_IN) -> None:
        self.seed = seed
        self.rules = rules
        self._further = separated(rules.names)
        #: Patterns of the settings that make a text worth a close look (RE2).
        self.further = tuple(rules.patterns)
        if rules.names:
            self.further += (f"(?i:{either([re.escape(name) for name in rules.names])})",)

    def text(self, text: str) -> str:
        """
        Return *text* with what must not be read covered.

        Example:
            >>> Redactor().text("login failed user=bob password=hunter2 from 10.0.0.8")
            'login failed user=bob password=password*** from 10.0.0.8'
            >>> Redactor().text("token: expired")
            'token: expired'
        """
        return self.replaced(text, self.found(text))

    def replaced(self, text: str, found: Iterable[Found]) -> str:
        """Return *text* with tokens in the places *found* in it, which are in order."""
        pieces: list[str] = []
        at = 0
        for start, end, kind in found:
            value = text[start:end]
            pieces += (
                text[at:start],
                value if TOKEN.fullmatch(value) else token(kind, value, self.seed),
            )
            at = end
        return "".join((*pieces, text[at:])) if pieces else text

    def found(self, text: str, finders: frozenset[str] = _ALL) -> list[Found]:
        """
        Return the places to cover in *text*, in order and apart; tokens that stand there too.

        Args:
            text: The text.
            finders: The finders that may find something in it.
        """
        settled = list(_tokens(text)) if "*" in text else []
        tokens = len(settled)
        for one in self._all(text, finders):
            within = [known for known in settled if one.start < known.end and known.start < one.end]
            if not within:
                settled.append(one)
            elif all(
                # A larger place holds what was found in it, unless that is covered already.
                one.start <= known.start and known.end <= one.end and known not in settled[:tokens]
                for known in within
            ):
                settled = [known for known in settled if known not in within] + [one]
        return sorted(settled)

    def _all(self, text: str, finders: frozenset[str]) -> Iterable[Found]:
        found = [*self._custom(text)]
        if "keys" in finders:
            found += keys(text)
        if "passwords" in finders:
            found += passwords(text)
        if "named" in finders:
            found += named(text)
        if self._further is not None:
            found += behind(text, self._further)
        if "mail" in finders:
            found += mail(text)
        if "numbers" in finders:
            found += numbers(text)
        if not self.rules.exceptions:
            return found
        return [one for one in found if not self._is_exception(text[one.start : one.end])]

    def _custom(self, text: str) -> Iterable[Found]:
        if not self.rules.patterns or _OPEN in text or _CLOSE in text:
            return
        for pattern in self.rules.patterns:
            marked = pc.replace_substring_regex(
                pa.scalar(text), pattern, f"{_OPEN}\\0{_CLOSE}"
            ).as_py()
            at = 0
            for piece in marked.split(_OPEN)[1:] if _OPEN in marked else ():
                at = text.index(value, at) if (value := piece.partition(_CLOSE)[0]) else at
                if value:
                    yield Found(at, at + len(value), "custom")
                    at += len(value)

    def _is_exception(self, value: str) -> bool:
        return any(
            pc.match_substring_regex(pa.scalar(value), f"^(?:{pattern})$").as_py()
            for pattern in self.rules.exceptions
        )

    def column(self, texts: pa.Array) -> pa.Array:
        """
        Return a column of text, covered.

        Args:
            texts: Strings without nulls.

        Cost:
            One pass of RE2 over all, and a close look at the rows it lets through.
        """
        places = self.places(texts)
        if not places:
            return texts
        shown = [self.replaced(texts[row].as_py(), found) for row, found in places.items()]
        return with_rows(texts, list(places), shown)

    def places(self, texts: pa.Array) -> dict[int, list[Found]]:
        """Return the places to cover in the rows of a column that have any, by row."""
        rows, finders = candidates(texts, self.further)
        found = map(self.found, texts.take(rows).to_pylist(), finders)
        return {row: places for row, places in zip(rows.to_pylist(), found, strict=True) if places}

    def distinct(self, *columns: pa.Array | pa.ChunkedArray) -> list[pa.Array]:
        """Return columns of few distinct texts, covered: each text is looked at once, and all in one pass."""
        plain = [whole(column) for column in columns]
        coded = [column.dictionary_encode() for column in plain]
        texts = pa.concat_arrays([pa.array([], pa.string()), *(one.dictionary for one in coded)])
        shown = self.column(texts)
        if shown is texts:
            return plain
        ends = list(accumulate(len(one.dictionary) for one in coded))
        return [
            shown[end - len(one.dictionary) : end].take(one.indices)
            for one, end in zip(coded, ends, strict=True)
        ]

    def records(
        self,
        bodies: pa.Array,
        attributes: pa.Array,
        counts: Counter[Kind],
        *,
        again: bool = False,
    ) -> tuple[pa.Array, pa.Array]:
        """
        Return the texts of records covered.

        Args:
            bodies: What each says.
            attributes: Of each a JSON object ("": none), which stays one.
            counts: Gets the places covered added, by kind.
            again: Whether some may be covered already, and their tokens are to be counted.
        """
        # Both in one pass: it costs as much to begin with a column as to look at thousands of rows.
        both = pa.concat_arrays([bodies, attributes])
        rows, finders = candidates(both, (*self.further, TOKENS) if again else self.further)
        shown: dict[int, str] = {}
        for row, text, may in zip(
            rows.to_pylist(), both.take(rows).to_pylist(), finders, strict=True
        ):
            if row >= len(bodies):
                shown[row] = self._object(text, counts)
                continue
            found = self.found(text, may)
            counts.update(one.kind for one in found)
            shown[row] = self.replaced(text, found)
        covered = with_rows(both, list(shown), list(shown.values()))
        return covered[: len(bodies)], covered[len(bodies) :]

    def _object(self, text: str, counts: Counter[Kind]) -> str:
        try:
            value = json.loads(text)
        except ValueError:
            value = None
        if not isinstance(value, dict):
            found = self.found(text)
            counts.update(one.kind for one in found)
            return self.replaced(text, found)
        covered = self._value("", value, counts)
        return text if covered == value else json.dumps(covered, ensure_ascii=False, sort_keys=True)

    def _value(self, name: str, value: Any, counts: Counter[Kind]) -> Any:  # any JSON
        if isinstance(value, dict):
            return {key: self._value(str(key), inner, counts) for key, inner in value.items()}
        if isinstance(value, list):
            return [self._value(name, inner, counts) for inner in value]
        if isinstance(value, bool) or value is None:
            return value
        text = value if isinstance(value, str) else json.dumps(value)
        # As a pair, so that the name tells; a mark that the text holds itself would end it too early.
        mark = next((mark for mark in "\"'`" if mark not in text), "")
        head = f'"{name}": {mark}'
        found = self.found(f"{head}{text}{mark}")
        inside = clipped(found, len(head), len(head) + len(text))
        if not inside:
            return value
        counts.update(one.kind for one in inside)
        return self.replaced(text, inside)


def _tokens(text: str) -> Iterator[Found]:
    for one in TOKEN.finditer(text):
        yield Found(*one.span(), next(kind for kind in KINDS if kind == one[1]))


def with_rows(texts: pa.Array, rows: list[int], shown: list[str]) -> pa.Array:
    """Return a column with *shown* at *rows*, which rise."""
    if not rows:
        return texts
    chosen = [False] * len(texts)
    for row in rows:
        chosen[row] = True
    return pc.replace_with_mask(texts, pa.array(chosen, pa.bool_()), pa.array(shown, texts.type))


def clipped(found: Iterable[Found], start: int, end: int) -> list[Found]:
    """Return the parts of places that lie in a stretch of a text, counted from its start."""
    return [
        Found(max(one.start, start) - start, min(one.end, end) - start, one.kind)
        for one in found
        if one.start < end and start < one.end
    ]
