"""One kind of intervention as a TOML table: what it may hold, and what is wrong with it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

import pyarrow as pa
import pyarrow.compute as pc

from paicha.locales import Text
from paicha.model.knowledge import InterventionKind
from paicha.values import dataclass

_ID = re.compile(r"[a-z][a-z0-9_]*")
_LANGUAGES = ("en", "zh")
_FLAGS = ("moves_load", "silences", "ends")
_KEYS = frozenset(("title", "patterns", "excludes", "matches", "rejects", *_FLAGS))


@dataclass(frozen=True, slots=True)
class InterventionTable:
    """
    Reads one table; every mistake goes to `mistakes` with its place, and reading goes on.

    Args:
        place: File and table, as a reader finds them.
        id: The table's name.
        table: What it holds.
        mistakes: Added to.
        compiled: Whether RE2 is asked to read every pattern: 4 ms, so not for the packaged ones, which their tests read.
    """

    place: str
    id: str
    table: Mapping[str, object]
    mistakes: list[str]
    compiled: bool = True

    def read(self) -> InterventionKind | None:
        """Return the kind, None when something is wrong with it."""
        before = len(self.mistakes)
        if not _ID.fullmatch(self.id):
            self._wrong("", "an id is lower case letters, digits and underscores")
        for key in sorted(self.table.keys() - _KEYS):
            self._wrong(key, "no such key")
        patterns = self.table.get("patterns")
        kind = InterventionKind(
            id=self.id,
            title=self._title(),
            patterns=self._by_language(patterns),
            excludes=self._listed("excludes", self.table.get("excludes", ())),
            matches=self._listed("matches", self.table.get("matches", ())),
            rejects=self._listed("rejects", self.table.get("rejects", ())),
            moves_load=self.table.get("moves_load") is True,
            silences=self.table.get("silences") is True,
            ends=self.table.get("ends") is True,
        )
        for key, needed in (("patterns", kind.patterns), ("matches", kind.matches)):
            if not needed:
                self._wrong(key, "is missing")
        for flag in _FLAGS:
            if not isinstance(self.table.get(flag, False), bool):
                self._wrong(flag, "is neither true nor false")
        self._compile("patterns", kind.patterns)
        self._compile("excludes", kind.excludes)
        return kind if len(self.mistakes) == before else None

    def _wrong(self, key: str, complaint: str) -> None:
        self.mistakes.append(f"{self.place}{'.' if key else ''}{key}: {complaint}")

    def _title(self) -> Text:
        value = self.table.get("title")
        if isinstance(value, str) and value:
            return Text.same(value)
        if isinstance(value, Mapping) and value.keys() == set(_LANGUAGES):
            zh, en = value["zh"], value["en"]
            if isinstance(zh, str) and isinstance(en, str) and zh and en:
                return Text(zh=zh, en=en)
        self._wrong("title", "is neither text nor { zh = …, en = … }")
        return Text.same("")

    def _by_language(self, value: object) -> tuple[str, ...]:
        """Return a list of patterns, or those under ``en`` and ``zh`` one after the other."""
        if not isinstance(value, Mapping):
            return self._listed("patterns", () if value is None else value)
        for other in sorted(value.keys() - set(_LANGUAGES)):
            self._wrong(f"patterns.{other}", "no such language")
        lists = (self._listed(f"patterns.{one}", value.get(one, ())) for one in _LANGUAGES)
        return tuple(pattern for patterns in lists for pattern in patterns)

    def _listed(self, key: str, value: object) -> tuple[str, ...]:
        if isinstance(value, str) or not isinstance(value, Sequence):
            self._wrong(key, "is not a list")
            return ()
        texts = tuple(each for each in value if isinstance(each, str) and each)
        if len(texts) < len(value):
            self._wrong(key, "holds something that is not text")
        return texts

    def _compile(self, key: str, patterns: Sequence[str]) -> None:
        for place, pattern in enumerate(patterns if self.compiled else ()):
            try:
                pc.match_substring_regex(pa.array([""]), pattern)
            except pa.ArrowInvalid as error:
                self._wrong(f"{key}[{place}]", str(error).split("\n", 1)[0])
