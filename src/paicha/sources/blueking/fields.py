"""Which field of a row is which column of a record, through the index set's aliases."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import field

from paicha.kernel.field_map import Row, first_value, flatten
from paicha.model.aliases import AliasSetting, AliasSettings
from paicha.values import dataclass

__all__ = ["CANDIDATES", "FieldMap", "Row", "first_value", "flatten", "settings_of"]

#: Canonical field and the names it goes by, best first.
CANDIDATES: Mapping[str, tuple[str, ...]] = {
    "level": (
        "log_level",
        "level",
        "severity",
        "severity_text",
        "loglevel",
        "levelname",
        "log.level",
        "lvl",
    ),
    "file": (
        "code_file",
        "code_file_path",
        "code.file.path",
        "file",
        "src_file",
        "filename",
        "source_file",
    ),
    "line": (
        "code_line",
        "code_line_number",
        "code.line.number",
        "line",
        "src_line",
        "lineno",
        "line_number",
    ),
    "message": ("msg", "message", "detail"),
    "trace": ("trace_id", "traceId", "traceid", "trace.id", "trace"),
    "span": ("span_id", "spanId", "spanid", "span.id", "span"),
    "logger": ("logger", "logger_name", "loggerName", "logger.name", "scope_name", "class"),
    "service": (
        "service_name",
        "service.name",
        "service",
        "app_name",
        "app",
        "application",
        "__ext.io_kubernetes_workload_name",
        "__ext.container_name",
    ),
    "host_ip": ("serverIp", "ip", "host_ip", "host.ip"),
    "cloud": ("cloudId", "cloudid", "bk_cloud_id"),
    "host_id": ("bk_host_id", "host.id"),
}
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


@dataclass(frozen=True, slots=True)
class FieldMap:
    """
    The aliases of an index set made ready for reading rows and writing queries.

    Args:
        settings: The declared pairs.
        time_field: The field the window is applied to.
        preferred: Further names for canonical fields, tried first.
    """

    settings: AliasSettings
    time_field: str = "dtEventTimeStamp"
    clustering: bool = False
    preferred: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

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
        for candidate in (*self.preferred.get(canonical, ()), *CANDIDATES[canonical]):
            names += [*self.aliases(candidate), candidate]
            for alias in (candidate, *self.aliases(candidate)):
                names += self.members(alias)
        return tuple(dict.fromkeys(names))

    def queried(self, canonical: str) -> tuple[str, ...]:
        """Return the real fields to filter or group *canonical* by; empty: there is none."""
        real = frozenset(self.settings.real_fields)
        for candidate in (*self.preferred.get(canonical, ()), *CANDIDATES[canonical]):
            aliases = (candidate, *self.aliases(candidate))
            names = dict.fromkeys(name for alias in aliases for name in self.members(alias))
            found = tuple(name for name in names if name in real)
            if found:
                return found
        return ()

    def unused(self) -> frozenset[str]:
        """Return the keys of a row that say nothing a record does not say already."""
        used = {key for canonical in CANDIDATES for key in self.keys(canonical)}
        hidden = {pair.query_alias for pair in self.settings.pairs}
        return frozenset(used | hidden | INTERNAL | {self.time_field})


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
