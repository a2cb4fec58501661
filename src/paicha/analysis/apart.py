"""
What sets the records of a problem apart: the version, the pod, the zone that nearly all of them name and others do not.

Of a canary that fails two requests of a hundred, or a zone that was given another configuration, nothing in the
messages tells. What collectors and programs put beside them does, once it is held against the other records of the same
services: that all failures are of one version means nothing where everything is.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping

import pyarrow as pa

from paicha.analysis.records import FIELD_NAME
from paicha.locales import Text, text
from paicha.model.knowledge import PlaceNames
from paicha.model.told import Tally, ToldValue
from paicha.values import dataclass

#: A name with more values than this tells things apart too finely: it is left out.
MOST_VALUES = 5_000
#: So many of a problem's records there must be, and of others that name the same thing.
_LEAST, _LEAST_OTHERS = 5, 20
#: Nearly all of a problem's records, and how many of the others may have the value as well.
_NEARLY_ALL, _FEW = 0.95, 0.5
#: As likely as that all of a problem's records had the value by chance (natural logarithm).
_BY_CHANCE = math.log(1e-6)
#: Things named of one problem, and values listed of each.
_NAMED, _LISTED = 2, 8


@dataclass(frozen=True, slots=True)
class Apart:
    """What sets a problem's records apart: each thing with its values, and in words."""

    tallies: tuple[Tally, ...]
    words: Text


def is_place(name: str, known: PlaceNames) -> bool:
    """
    Return whether a field's name, or its alias, says that it tells where a record is from.

    Example:
        >>> known = PlaceNames(("version", "pod"), ("version",), ("机房",))
        >>> [is_place(one, known) for one in ("k8s.pod.name", "appVersion", "status", "机房")]
        [True, True, False, True]
    """
    told = any(
        not known.words_of(one).isdisjoint(known.words) or any(w in one for w in known.words_zh)
        for one in (name, known.called(name))
    )
    return told and FIELD_NAME.fullmatch(name) is not None


@dataclass(frozen=True, slots=True)
class Places:
    """
    How many records say what of where they are from.

    Args:
        values: Of each problem, by name and value.
        services: Who writes the records of a problem that say a name.
        said: Of each service, records that say a name.
        of_value: Of each service, records that say a value of a name.
        known: What names of fields say that tells where a record is from.
    """

    values: Mapping[str, Mapping[str, Counter[str]]]
    services: Mapping[tuple[str, str], set[str]]
    said: Counter[tuple[str, str]]
    of_value: Counter[tuple[str, str, str]]
    known: PlaceNames

    @classmethod
    def of(cls, table: pa.Table, known: PlaceNames) -> Places:
        """Return what *table*, `PLACES`, says."""
        values: dict[str, dict[str, Counter[str]]] = defaultdict(lambda: defaultdict(Counter))
        services: dict[tuple[str, str], set[str]] = defaultdict(set)
        said: Counter[tuple[str, str]] = Counter()
        of_value: Counter[tuple[str, str, str]] = Counter()
        columns = (table[name].to_pylist() for name in table.column_names)
        for service, problem, name, value, n in zip(*columns, strict=True):
            said[service, name] += n
            of_value[service, name, value] += n
            if problem:
                values[problem][name][value] += n
                services[problem, name].add(service)
        return cls(values, services, said, of_value, known)


def apart(places: Places, problem: str, n: int) -> Apart | None:
    """
    Return what sets the records of *problem* apart from the others of its services; None: nothing does.

    Args:
        places: Of all records.
        problem: Its id.
        n: Its records.
    """
    if n < _LEAST:
        return None
    found = sorted(_facts(places, problem, n), key=lambda one: _place(one, places.known))
    if not found:
        return None
    said = [one.words(n) for one in found[:_NAMED]]
    words = Text(zh="；".join(one.zh for one in said), en="; ".join(one.en for one in said))
    return Apart(tuple(one.tally for one in found[:_NAMED]), words)


def copies(places: Places, problem: str, n: int) -> Tally | None:
    """Return of which pods the *n* records of *problem* are, by the field that most of them say; None: none says it."""
    said = {
        name: values
        for name, values in places.values.get(problem, {}).items()
        if places.known.tells_copy(name)
    }
    if not said:
        return None
    name = min(said, key=lambda one: (-sum(said[one].values()), one))
    return _tally(name, Text.same("Pod"), said[name], n)


@dataclass(frozen=True, slots=True)
class _Fact:
    tally: Tally
    with_it: int  # of the others
    others: int

    @property
    def others_share(self) -> float:
        return self.with_it / self.others

    def words(self, n: int) -> Text:
        first = self.tally.values[0]
        beside = text(
            "told.beside_some" if self.with_it else "told.beside_none",
            n=f"{self.with_it:,}",
            others=f"{self.others:,}",
        )
        return text(
            "told.apart_all" if first.n == n else "told.apart_most",
            title=self.tally.title,
            value=first.name,
            n=f"{first.n:,}",
            of=f"{n:,}",
            beside=beside,
        )


def _place(one: _Fact, known: PlaceNames) -> tuple[float, bool, str]:
    """Return where a fact stands: what is rarest elsewhere first, of these a build before where it runs."""
    name = one.tally.name
    words = known.words_of(name) | known.words_of(known.called(name))
    return one.others_share, words.isdisjoint(known.builds), name


def _facts(places: Places, problem: str, n: int) -> Iterator[_Fact]:
    for name, values in sorted(places.values.get(problem, {}).items()):
        fact = _fact(name, values, places, problem, n)
        if fact is not None:
            yield fact


def _fact(name: str, mine: Mapping[str, int], places: Places, problem: str, n: int) -> _Fact | None:
    tally = _tally(name, Text.same(places.known.called(name)), mine, n)
    value, count, said = tally.values[0].name, tally.values[0].n, tally.n
    services = places.services[problem, name]
    rest = sum(places.said[service, name] for service in services) - said
    if count < _NEARLY_ALL * n or rest < _LEAST_OTHERS:
        return None
    with_it = sum(places.of_value[service, name, value] for service in services) - count
    share = with_it / rest
    if share > _FEW or count * math.log(max(share, 1 / rest)) > _BY_CHANCE:
        return None
    return _Fact(tally, with_it, rest)


def _tally(name: str, title: Text, mine: Mapping[str, int], n: int) -> Tally:
    values = sorted(mine.items(), key=lambda one: (-one[1], one[0]))
    listed = tuple(ToldValue(word, k, k / n) for word, k in values[:_LISTED])
    return Tally(name, title, sum(mine.values()), listed, len(values))
