"""Which field of a row is which column of a record, through the index set's aliases."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

from paicha.kernel.field_map import CANONICAL, FieldNames
from paicha.kernel.field_map import FieldMap as NamedFields
from paicha.model.aliases import AliasSetting, AliasSettings

#: What only BlueKing's own fields say: its identifiers of a host, and the cloud area that an address is in.
_OWN: FieldNames = {
    "host_id": ("bk_host_id", "host.id"),
    "cloud": ("cloudId", "cloudid", "bk_cloud_id"),
}
#: The line as the collector took it.
LINE = "log"
#: What the file that a collector took the line from is called beside it; rows say ``path``, as requests do of theirs.
LOG_FILE = "log.file.path"
_OF_COLLECTOR = frozenset({"gseIndex", "gseindex"})
#: Of the row, not of the event; or repeated elsewhere in the record.
INTERNAL = frozenset(
    {
        "__doc_id",
        "__index",
        "__result_table",
        "__data_label",
        "__index_set_id__",
        "__id__",
        "_time",
        "time",
        "dtEventTimeStamp",
        "dtEventTimeStampNanos",
        "dtEventTime",
        "gseIndex",
        "gseindex",
        "iterationIndex",
        "_iteration_idx",
        "log",
    }
)


@dataclass(frozen=True)
class FieldMap:
    """
    The aliases of an index set made ready for reading rows and writing queries.

    Args:
        settings: The declared pairs.
        names: What fields are usually called, and what the source's settings call them.
        time_field: The field the window is applied to.
        clustering: Whether the platform counts patterns of this index set.
    """

    settings: AliasSettings
    names: NamedFields
    time_field: str = "dtEventTimeStamp"
    clustering: bool = False

    def members(self, name: str) -> tuple[str, ...]:
        """Return the real fields *name* stands for: an alias's own, in order; else itself."""
        found = tuple(pair.field_name for pair in self.settings.pairs if pair.query_alias == name)
        if not found or name in self.settings.real_fields:
            # A name that is a real field too means the field: the alias only hides it.
            return (name,)
        return tuple(dict.fromkeys(found))

    def aliases(self, name: str) -> tuple[str, ...]:
        """Return the aliases of the real field *name*, in order."""
        found = (pair.query_alias for pair in self.settings.pairs if pair.field_name == name)
        return tuple(dict.fromkeys(found))

    def keys(self, canonical: str) -> tuple[str, ...]:
        """Return the row keys to try for *canonical*: alias, original, other members."""
        names: list[str] = []
        for candidate in self._candidates(canonical):
            names += [*self.aliases(candidate), candidate]
            for alias in (candidate, *self.aliases(candidate)):
                names += self.members(alias)
        # The line itself, under whatever name, is read where no other field says the message.
        return tuple(name for name in dict.fromkeys(names) if self.members(name) != (LINE,))

    def queried(self, canonical: str) -> tuple[str, ...]:
        """Return the real fields to filter or group *canonical* by; empty: there is none."""
        real = frozenset(self.settings.real_fields)
        for candidate in self._candidates(canonical):
            aliases = (candidate, *self.aliases(candidate))
            names = dict.fromkeys(name for alias in aliases for name in self.members(alias))
            found = tuple(name for name in names if name in real)
            if found:
                return found
        return ()

    @cached_property
    def used(self) -> frozenset[str]:
        """The keys that a record says in a column of its own; its time is what the index set says it is."""
        return frozenset(key for name in CANONICAL if name != "time" for key in self.keys(name))

    @cached_property
    def hidden(self) -> frozenset[str]:
        """The keys of a row that say nothing of the event, or nothing that a record does not say already."""
        aliases = {pair.query_alias for pair in self.settings.pairs}
        file = {"path"} if self.collected else set()
        return INTERNAL | aliases | file | {self.time_field, *self.keys("cloud")}

    @cached_property
    def collected(self) -> bool:
        """Whether BlueKing's collector wrote the rows: then ``path`` is its file, not a field of the line."""
        return not _OF_COLLECTOR.isdisjoint(self.settings.real_fields)

    def _candidates(self, canonical: str) -> tuple[str, ...]:
        known = _OWN.get(canonical) or self.names.known.get(canonical, ())
        return (*self.names.preferred.get(canonical, ()), *known)


def settings_of(
    fields: Iterable[Mapping[str, object]],
    declared: Iterable[Mapping[str, object]] | None,
    *,
    index_set_id: int,
    index_set_name: str,
) -> AliasSettings:
    """
    Return the alias settings from the fields answer and, where it could be read, the index set.

    The fields answer shows one alias per field only, so the index set's own list wins.
    """
    types: dict[str, str] = {}
    shown: list[AliasSetting] = []
    for entry in fields:
        name = str(entry.get("field_name", ""))
        kind = str(entry.get("field_type", ""))
        if not name or kind in ("__virtual__", "alias"):
            continue  # not a stored field: a display column, or the mapping's own copy of an alias
        types[name] = kind
        alias = entry.get("query_alias")
        if alias:
            shown.append(AliasSetting(name, str(alias), kind))
    pairs = tuple(shown)
    if declared is not None:
        pairs = tuple(
            AliasSetting(
                str(entry.get("field_name", "")),
                str(entry.get("query_alias", "")),
                str(entry.get("path_type", "")),
            )
            for entry in declared
        )
    return AliasSettings(
        index_set_id=index_set_id,
        index_set_name=index_set_name,
        pairs=pairs,
        real_fields=tuple(sorted(types)),
        field_types=tuple(sorted(types.items())),
    )
