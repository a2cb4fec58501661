"""What fields the indices have: their kinds, their aliases, and which one the window is applied to."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import field, replace
from typing import Any
from urllib.parse import quote

from paicha.errors import SourceRejected
from paicha.kernel.field_map import CANONICAL, FieldMap
from paicha.sources.elasticsearch.answers import FieldCaps, FieldKind, decoded, read
from paicha.sources.web import Request, WebClient
from paicha.values import dataclass

_DATES = frozenset({"date", "date_nanos"})
#: Formats of date fields whose values are read from the document as they stand.
_PLAIN_FORMATS = frozenset(
    {
        "strict_date_optional_time",
        "strict_date_optional_time_nanos",
        "date_optional_time",
        "strict_date_time",
        "strict_date_time_no_millis",
        "date_time",
        "date_time_no_millis",
        "iso8601",
        "epoch_millis",
        "epoch_second",
    }
)
#: What a record says in columns of its own, but for its time; and of that what may be long.
_OF_RECORDS = tuple(name for name in CANONICAL if name != "time")
_TEXTS = ("message", "error")
_CONSTANT = "constant_keyword"
#: Where a mapping has fields that scripts compute: Elasticsearch's name, and OpenSearch's.
_COMPUTED = ("runtime", "derived")
_FORBIDDEN = 403
_NO_SUCH_INDEX = "index_not_found_exception"


@dataclass(frozen=True, slots=True)
class IndexFields:
    """
    The fields of the indices that are read.

    Args:
        kinds: Every field with what it can do, by type.
        map: Which field says what of a record.
        time_field: What the window is applied to.
        formats: Formats of date fields that say one.
        indices: How many indices there are.
        aliases_known: Whether the mapping could be read.
        computed: Fields whose values scripts give: no document holds them.
        constant: By index, the fields that the mapping itself says of every document (`constant_keyword`).
    """

    kinds: Mapping[str, Mapping[str, FieldKind]]
    map: FieldMap
    time_field: str
    formats: Mapping[str, str] = field(default_factory=dict)
    indices: int = 0
    aliases_known: bool = True
    computed: frozenset[str] = frozenset()
    constant: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    def types(self, name: str) -> frozenset[str]:
        """Return the types that *name* has, in whichever index."""
        return frozenset(self.kinds.get(name, ()))

    def searched(self, canonical: str) -> tuple[str, ...]:
        """Return the fields that hold *canonical* and can be searched, best first."""
        found = self.map.existing(canonical, self.kinds)
        return tuple(
            name for name in found if all(kind.searchable for kind in self.kinds[name].values())
        )

    def counted(self, canonical: str) -> tuple[str, ...]:
        """Return the fields to count *canonical* by; a text is counted by its keyword."""
        names = [self._countable(name) for name in self.map.existing(canonical, self.kinds)]
        return tuple(dict.fromkeys(name for name in names if name))

    def stated(self, canonicals: Iterable[str]) -> tuple[str, ...]:
        """Return the fields that hold one of *canonicals*, countable or not."""
        return tuple(name for one in canonicals for name in self.map.existing(one, self.kinds))

    @property
    def states_times_plainly(self) -> bool:
        """Whether the time can be read from the document itself."""
        said = self.formats.get(self.time_field, "strict_date_optional_time")
        plain = set(said.split("||")) <= _PLAIN_FORMATS
        return self.aliases_known and plain and self.time_field not in self.computed

    def counted_as(self, name: str, value: object) -> object:
        """
        Return what the store means that counts the field *name* under *value*.

        OpenSearch counts a `constant_keyword` under the name of the index whose mapping says it.
        """
        return self.constant.get(str(value), {}).get(name, value)

    @property
    def asked_beside(self) -> tuple[str, ...]:
        """
        The fields that say something of a record and have to be asked for beside its document.

        Where nobody may see the mapping, no document may hold any of them; of long texts, which one does, none is sent twice.
        """
        if self.aliases_known:
            asked = set(self.stated(_OF_RECORDS)) & self.computed
        else:
            asked = set(self.stated(name for name in _OF_RECORDS if name not in _TEXTS))
        return tuple(sorted(asked - {self.time_field}))

    def _countable(self, name: str) -> str:
        for candidate in (name, f"{name}.keyword", f"{name}.raw"):
            kinds = self.kinds.get(candidate)
            if kinds and all(kind.aggregatable for kind in kinds.values()):
                return candidate
        return ""


def look(client: WebClient, index: str, named: FieldMap, time_field: str) -> IndexFields:
    """
    Return the fields of *index* (a name, a pattern, an alias, a data stream, or a list of them).

    Raises:
        SourceRejected: If there is no such index, or no field to apply a window to.
        SourceError: If the server lets us down.
    """
    place = quote(index, safe="*,-")
    asked = Request("GET", f"{place}/_field_caps", query={"fields": "*"})
    try:
        caps, _ = read(client, asked, FieldCaps)
    except SourceRejected as refused:
        if _NO_SUCH_INDEX not in refused.facts.get("answer", ""):
            raise
        raise SourceRejected("elasticsearch.no_index", index=index) from None
    kinds = _reached(caps.fields)
    if not kinds and not caps.indices:
        raise SourceRejected("elasticsearch.no_index", index=index)
    mapping = _mapping(client, place)
    aliases = dict(_aliases(mapping or {}))
    fields = replace(named, aliases={**named.aliases, **aliases})
    return IndexFields(
        kinds=kinds,
        map=fields,
        time_field=_time_field(fields, kinds, index, time_field),
        formats=dict(_formats(mapping or {})),
        indices=len(caps.indices),
        aliases_known=mapping is not None,
        computed=frozenset(_computed(mapping or {})),
        constant=dict(_constant(mapping or {})),
    )


def _reached(
    fields: Mapping[str, Mapping[str, FieldKind]],
) -> dict[str, Mapping[str, FieldKind]]:
    """
    Return the fields that a plain question reaches.

    Fields of nested documents are said to be searchable, and never match: searched, no record would be found; counted,
    every record would be one that says nothing.
    """
    apart = ("_", *(f"{name}." for name, found in fields.items() if "nested" in found))
    reached: dict[str, Mapping[str, FieldKind]] = {}
    for name, found in fields.items():
        # What holds further fields in one index may be a field in another: `host` of two shippers.
        kinds = {kind: one for kind, one in found.items() if kind != "object"}
        if kinds and not name.startswith(apart):
            reached[name] = kinds
    return reached


def _time_field(
    fields: FieldMap, kinds: Mapping[str, Mapping[str, FieldKind]], index: str, wanted: str
) -> str:
    dates = [name for name, found in kinds.items() if set(found) <= _DATES]
    chosen = (wanted,) if wanted else fields.existing("time", dates)
    if not chosen or chosen[0] not in kinds:
        raise SourceRejected(
            "elasticsearch.no_time_field", index=index, fields=", ".join(sorted(dates)) or "-"
        )
    return chosen[0]


def _mapping(client: WebClient, place: str) -> Mapping[str, Any] | None:
    """Return the properties by index; None where the credentials may read, but not this."""
    asked = Request("GET", f"{place}/_mapping", accepts=frozenset({_FORBIDDEN}))
    answer = client.answer(asked)
    if not answer.good:
        return None
    return decoded(answer.body, asked, dict[str, Any])


def _properties(mapping: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Yield every field of every index with its definition."""
    waiting: list[tuple[str, Any]] = [
        ("", index.get("mappings", {}).get("properties", {})) for index in mapping.values()
    ]
    for before, properties in waiting:
        for name, definition in properties.items():
            yield f"{before}{name}", definition
            if "properties" in definition:
                waiting.append((f"{before}{name}.", definition["properties"]))


def _aliases(mapping: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for name, definition in _properties(mapping):
        if definition.get("type") == "alias":
            yield name, str(definition.get("path", ""))


def _formats(mapping: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for name, definition in _properties(mapping):
        if definition.get("type") in _DATES and "format" in definition:
            yield name, str(definition["format"])


def _computed(mapping: Mapping[str, Any]) -> Iterator[str]:
    for index in mapping.values():
        for kind in _COMPUTED:
            for name, definition in index.get("mappings", {}).get(kind, {}).items():
                yield name
                yield from (f"{name}.{part}" for part in definition.get("fields", {}))


def _constant(mapping: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, str]]]:
    for index, said in mapping.items():
        found = {
            name: str(definition["value"])
            for name, definition in _properties({index: said})
            if definition.get("type") == _CONSTANT and "value" in definition
        }
        if found:
            yield index, found
