"""One problem class as a TOML table: what it may hold, and what is wrong with it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import get_args

import pyarrow as pa
import pyarrow.compute as pc

from paicha.analysis.classify import joined
from paicha.locales import Text
from paicha.model.knowledge import (
    BelowWarn,
    Blame,
    ClaimRule,
    Comparison,
    ProblemClass,
    Remedy,
    Severity,
    Telling,
    Urgency,
)
from paicha.values import dataclass

_ID = re.compile(r"[a-z][a-z0-9_]*")
_WORD = re.compile(r"\{([a-z_]+)\}")
_KEYS = frozenset(
    [
        "title",
        "severity",
        "category",
        "rank",
        "any_level",
        "below_warn",
        "happened",
        "of_machine",
        "succeeds",
        "blames",
        "answering",
        "home",
        "patterns",
        "excludes",
        "matches",
        "rejects",
        "claims",
        "risk",
        "causes",
        "now",
        "soon",
        "watch",
        "tells",
    ]
)
_CLAIM_KEYS = frozenset(("concept", "comparison", "threshold", "slots", "both_true", "instead"))
_BELOW_KEYS = frozenset(("patterns", "matches", "rejects"))
_TOLD_KEYS = frozenset(("name", "title", "fields", "patterns"))
_URGENCIES: tuple[Urgency, ...] = get_args(Urgency)


@dataclass(frozen=True, slots=True)
class Words:
    """Alternatives that patterns share, and the excludes of every class."""

    alternatives: Mapping[str, str]
    excludes: tuple[str, ...]

    @staticmethod
    def from_table(table: Mapping[str, object]) -> Words:
        """Return the words of a parsed ``_words.toml``; a word may use the ones above it."""
        alternatives: dict[str, str] = {}
        listed = table.get("words", {})
        common = table.get("common", {})
        assert isinstance(listed, Mapping)
        assert isinstance(common, Mapping)
        for name, pattern in listed.items():
            alternatives[name] = _WORD.sub(lambda found: alternatives[found[1]], pattern)
        words = Words(alternatives, ())
        return Words(alternatives, tuple(words.fill(each) for each in common.get("excludes", ())))

    def fill(self, pattern: str) -> str:
        """
        Return *pattern* with every ``{word}`` replaced.

        Raises:
            KeyError: If there is no such word.
        """
        return _WORD.sub(lambda found: self.alternatives[found[1]], pattern)


@dataclass(frozen=True, slots=True)
class ProblemTable:
    """
    Reads one table; every mistake goes to `mistakes` with its place, and reading goes on.

    Args:
        place: File and table, as a reader finds them.
        compiled: Whether RE2 is asked to read every pattern; half of the loading time, so not for the
            packaged files, whose patterns the tests run.
    """

    place: str
    id: str
    table: Mapping[str, object]
    mistakes: list[str]
    compiled: bool = True

    def read(self, *, category: str, words: Words) -> ProblemClass | None:
        """Return the class, None when something is wrong with it."""
        before = len(self.mistakes)
        if not _ID.fullmatch(self.id):
            self._wrong("", "an id is lower case letters, digits and underscores")
        for key in sorted(self.table.keys() - _KEYS):
            self._wrong(key, "no such key")
        problem = ProblemClass(
            id=self.id,
            title=self._text("title"),
            severity=self._severity(),
            category=self._string("category", category),
            patterns=self._patterns("patterns", words, required=True),
            excludes=(*self._patterns("excludes", words), *words.excludes),
            matches=self._strings("matches", required=True),
            rejects=self._strings("rejects", required=True),
            claims=self._claims(),
            risk=self._text("risk"),
            causes=self._texts("causes", self.table.get("causes", ())),
            remedies=self._remedies(),
            home=self._strings("home"),
            rank=self._integer("rank"),
            any_level=self._flag("any_level"),
            below_warn=self._below_warn(words),
            happened=self._flag("happened"),
            of_machine=self._flag("of_machine"),
            succeeds=self._successes(),
            blames=self._blame(),
            answering=self._strings("answering"),
            tells=self._tells(),
        )
        return problem if len(self.mistakes) == before else None

    def _wrong(self, key: str, complaint: str) -> None:
        self.mistakes.append(f"{self.place}{'.' if key else ''}{key}: {complaint}")

    def _string(self, key: str, default: str) -> str:
        value = self.table.get(key, default)
        if isinstance(value, str):
            return value
        self._wrong(key, "is not text")
        return default

    def _integer(self, key: str) -> int:
        value = self.table.get(key, 0)
        if isinstance(value, int) and not isinstance(value, bool):
            return value
        self._wrong(key, "is not a whole number")
        return 0

    def _flag(self, key: str) -> bool:
        value = self.table.get(key, False)
        if isinstance(value, bool):
            return value
        self._wrong(key, "is neither true nor false")
        return False

    def _severity(self) -> Severity:
        value = self.table.get("severity")
        for severity in get_args(Severity):
            if value == severity:
                found: Severity = severity
                return found
        self._wrong("severity", f"is not one of {', '.join(get_args(Severity))}")
        return "notice"

    def _blame(self) -> Blame:
        value = self.table.get("blames", "")
        found: Blame | None = next((blame for blame in get_args(Blame) if blame == value), None)
        if found is None:
            self._wrong("blames", "is none of peer, answer, holder, nobody")
        return found or ""

    def _strings(self, key: str, *, required: bool = False) -> tuple[str, ...]:
        """Return a list of texts, or of the lists under ``en`` and ``zh`` one after the other."""
        value = self.table.get(key, ())
        lists = (
            [value.get("en", ()), value.get("zh", ())] if isinstance(value, Mapping) else [value]
        )
        if isinstance(value, Mapping):
            for other in sorted(value.keys() - {"en", "zh"}):
                self._wrong(f"{key}.{other}", "no such language")
        strings: list[str] = []
        for each in lists:
            if isinstance(each, str) or not isinstance(each, Sequence):
                self._wrong(key, "is not a list")
                return ()
            strings += (item for item in each if isinstance(item, str) and item)
            if not all(isinstance(item, str) and item for item in each):
                self._wrong(key, "holds something that is not text")
        if required and not strings:
            self._wrong(key, "is missing")
        return tuple(strings)

    def _text(self, key: str) -> Text:
        if key not in self.table:
            self._wrong(key, "is missing")
            return Text.same("")
        return self._as_text(key, self.table[key])

    def _as_text(self, key: str, value: object) -> Text:
        """Return a text written as ``{ zh = …, en = … }``, or as one string for both."""
        if isinstance(value, str) and value:
            return Text.same(value)
        if isinstance(value, Mapping) and value.keys() == {"zh", "en"}:
            zh, en = value["zh"], value["en"]
            if isinstance(zh, str) and isinstance(en, str) and zh and en:
                return Text(zh=zh, en=en)
        self._wrong(key, "is neither text nor { zh = …, en = … }")
        return Text.same("")

    def _texts(self, key: str, value: object) -> tuple[Text, ...]:
        if isinstance(value, str) or not isinstance(value, Sequence):
            self._wrong(key, "is not a list")
            return ()
        return tuple(self._as_text(f"{key}[{place}]", each) for place, each in enumerate(value))

    def _remedies(self) -> tuple[Remedy, ...]:
        return tuple(
            Remedy(urgency, text)
            for urgency in _URGENCIES
            for text in self._texts(urgency, self.table.get(urgency, ()))
        )

    def _patterns(self, key: str, words: Words, *, required: bool = False) -> tuple[str, ...]:
        filled: list[str] = []
        for pattern in self._strings(key, required=required):
            try:
                filled.append(words.fill(pattern))
            except KeyError as unknown:
                self._wrong(key, f"no such word {unknown} in {pattern!r}")
        if filled and self.compiled and not _compiles(joined(filled)):
            for pattern in filled:
                if not _compiles(joined([pattern])):
                    self._wrong(key, f"RE2 cannot read {pattern!r}")
        return tuple(filled)

    def _below_warn(self, words: Words) -> BelowWarn:
        table = self.table.get("below_warn", {})
        if not isinstance(table, Mapping):
            self._wrong("below_warn", "is not a table")
            return BelowWarn()
        if not table:
            return BelowWarn()
        for other in sorted(table.keys() - _BELOW_KEYS):
            self._wrong(f"below_warn.{other}", "no such key")
        inside = ProblemTable(
            f"{self.place}.below_warn", self.id, table, self.mistakes, self.compiled
        )
        return BelowWarn(
            patterns=inside._patterns("patterns", words, required=True),
            matches=inside._strings("matches", required=True),
            rejects=inside._strings("rejects"),
        )

    def _claims(self) -> tuple[ClaimRule, ...]:
        value = self.table.get("claims", ())
        if not isinstance(value, Sequence) or not all(isinstance(each, Mapping) for each in value):
            self._wrong("claims", "is not a list of tables")
            return ()
        return tuple(self._claim(f"claims[{place}]", each) for place, each in enumerate(value))

    def _tells(self) -> tuple[Telling, ...]:
        value = self.table.get("tells", ())
        if not isinstance(value, Sequence) or not all(isinstance(each, Mapping) for each in value):
            self._wrong("tells", "is not a list of tables")
            return ()
        return tuple(self._told(f"tells[{place}]", each) for place, each in enumerate(value))

    def _successes(self) -> tuple[str, ...]:
        patterns = self._strings("succeeds")
        for pattern in patterns:
            if self.compiled and _groups_of(pattern) != {"it", "who"}:
                self._wrong(
                    "succeeds", f"RE2 cannot read {pattern!r}, or it has not the groups it and who"
                )
        return patterns

    def _told(self, key: str, told: Mapping[str, object]) -> Telling:
        for other in sorted(told.keys() - _TOLD_KEYS):
            self._wrong(f"{key}.{other}", "no such key")
        name = told.get("name")
        if not isinstance(name, str) or not _ID.fullmatch(name):
            self._wrong(
                f"{key}.name", "is not a name of lower case letters, digits and underscores"
            )
            name = ""
        lists: dict[str, tuple[str, ...]] = {}
        for kind in ("fields", "patterns"):
            listed = told.get(kind, [])
            if not isinstance(listed, list) or not all(isinstance(one, str) for one in listed):
                self._wrong(f"{key}.{kind}", "is not a list of texts")
                listed = []
            lists[kind] = tuple(listed)
        for pattern in lists["patterns"]:
            if self.compiled and not _reads_one(pattern):
                self._wrong(
                    f"{key}.patterns", f"RE2 cannot read {pattern!r}, or it has not one group"
                )
        return Telling(name, self._as_text(f"{key}.title", told.get("title")), **lists)

    def _claim(self, key: str, claim: Mapping[str, object]) -> ClaimRule:
        for other in sorted(claim.keys() - _CLAIM_KEYS):
            self._wrong(f"{key}.{other}", "no such key")
        concept, threshold = claim.get("concept"), claim.get("threshold")
        comparison: Comparison = "below" if claim.get("comparison") == "below" else "above"
        if not isinstance(concept, str) or not _ID.fullmatch(concept):
            self._wrong(f"{key}.concept", "is not the id of a metric concept")
            concept = ""
        if claim.get("comparison") not in get_args(Comparison):
            self._wrong(f"{key}.comparison", "is neither above nor below")
        if not isinstance(threshold, int | float) or isinstance(threshold, bool):
            self._wrong(f"{key}.threshold", "is not a number")
            threshold = 0.0
        slots = claim.get("slots", [])
        if not isinstance(slots, list) or not all(isinstance(slot, str) for slot in slots):
            self._wrong(f"{key}.slots", "is not a list of names")
            slots = []
        both_true = self._texts(f"{key}.both_true", claim.get("both_true", ()))
        instead = self._instead(f"{key}.instead", claim.get("instead", {}))
        return ClaimRule(concept, comparison, float(threshold), tuple(slots), both_true, instead)

    def _instead(self, key: str, said: object) -> tuple[tuple[str, float], ...]:
        found = said if isinstance(said, dict) else {"": ""}
        if not all(
            _ID.fullmatch(name) and isinstance(value, int | float) and not isinstance(value, bool)
            for name, value in found.items()
        ):
            self._wrong(key, "is not a table of thresholds by the ids of metric concepts")
            return ()
        return tuple((name, float(value)) for name, value in found.items())


def _reads_one(pattern: str) -> bool:
    """Return whether *pattern* captures exactly one thing, called ``it``."""
    return _groups_of(pattern) == {"it"}


def _groups_of(pattern: str) -> set[str]:
    """Return what *pattern* captures, by name; nothing where RE2 cannot read it."""
    try:
        found = pc.extract_regex(pa.array([""]), pattern)
    except pa.ArrowInvalid:
        return set()
    return {field.name for field in found.type}


def _compiles(pattern: str) -> bool:
    try:
        pc.match_substring_regex(pa.array([""]), pattern)
    except pa.ArrowInvalid:
        return False
    return True
