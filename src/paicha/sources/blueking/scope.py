"""Which index set a question means, what its fields are, and the query text for its scope."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import replace

from paicha.errors import QuestionError, SourceError, SourceRejected
from paicha.kernel.field_map import FieldMap as NamedFields
from paicha.kernel.query_text import all_of, any_of, translate
from paicha.locales import Text, text
from paicha.model.question import Scope
from paicha.sources.blueking.client import BluekingClient
from paicha.sources.blueking.fields import FieldMap, settings_of
from paicha.sources.blueking.hosts import Host, find_hosts, read_host, search_clause
from paicha.sources.blueking.roads import AppRoad, LogRoad, McpRoad
from paicha.sources.blueking.shapes import mappings
from paicha.values import dataclass

#: Refusals that an index set which does not exist, or may not be read, can hide behind.
_MAY_BE_UNKNOWN = frozenset(
    {"blueking.upstream", "blueking.refused", "blueking.bad_request", "blueking.no_api"}
)
_ORDER = (("gseIndex", "gseindex"), ("iterationIndex", "_iteration_idx"))


@dataclass(frozen=True, slots=True)
class Described:
    """What is known of the index set before a row is read."""

    fields: FieldMap
    order: tuple[str, ...]
    notes: tuple[Text, ...] = ()


def road_for(client: BluekingClient, scope: Scope) -> LogRoad:
    """
    Return the road to the index set of *scope*, looked up by its name where no id is given.

    Raises:
        QuestionError: If business or index set are not said.
        SourceRejected: If there is no index set of that name.
    """
    if scope.bk_biz_id is None:
        raise QuestionError("blueking.no_business")
    kind = McpRoad if client.gateway.road == "mcp" else AppRoad
    if scope.index_set_id is not None:
        return kind(client, scope.bk_biz_id, scope.index_set_id)
    if not scope.index_set_name:
        raise QuestionError("blueking.no_index_set", business=scope.bk_biz_id)
    known = kind(client, scope.bk_biz_id, 0).index_sets()
    for entry in known:
        if entry.get("index_set_name") == scope.index_set_name:
            return kind(client, scope.bk_biz_id, int(str(entry.get("index_set_id"))))
    raise _unknown(scope.index_set_name, scope.bk_biz_id, known)


def describe(road: LogRoad, scope: Scope, names: NamedFields) -> Described:
    """
    Return fields, aliases and order of the index set.

    Raises:
        SourceError: If it cannot be read; an index set that does not exist is named with its
            neighbours.
    """
    try:
        answer = road.fields()
    except SourceRejected as refusal:
        if refusal.code in _MAY_BE_UNKNOWN:
            _check_known(road, road.index_set_id, scope.bk_biz_id)
        raise
    entries = mappings(answer.get("fields"), "fields.data.fields")
    detail, notes = _detail(road)
    settings = settings_of(
        entries,
        mappings(detail.get("query_alias_settings") or [], "query_alias_settings")
        if detail is not None and "query_alias_settings" in detail
        else None,
        index_set_id=road.index_set_id,
        index_set_name=str((detail or {}).get("index_set_name") or "") or _name(road),
    )
    time_field = str(answer.get("time_field") or "dtEventTimeStamp")
    fields = FieldMap(settings, names, time_field, _clusters(answer))
    real = frozenset(settings.real_fields)
    order = [time_field]
    for either in _ORDER:
        order += [name for name in either if name in real][:1]
    return Described(fields, tuple(order), notes)


def _detail(road: LogRoad) -> tuple[Mapping[str, object] | None, tuple[Text, ...]]:
    # The index set itself is there for some sets and some users only; the fields answer will do.
    try:
        detail = road.detail()
    except SourceRejected as refusal:
        return None, (text("blueking.detail_refused", why=refusal.first_lines),)
    if detail is None or "query_alias_settings" not in detail:
        return detail, (text("blueking.one_alias_per_field"),)
    return detail, ()


def _name(road: LogRoad) -> str:
    # Only for people: an index set whose neighbours may not be listed stays without a name.
    try:
        known = road.index_sets()
    except SourceRejected:
        return ""
    same = (entry for entry in known if str(entry.get("index_set_id")) == str(road.index_set_id))
    return str(next(same, {}).get("index_set_name") or "")


def _clusters(answer: Mapping[str, object]) -> bool:
    config = answer.get("config")
    return any(
        entry.get("name") == "clustering_config" and entry.get("is_active") is True
        for entry in mappings(config if config is not None else [], "fields.data.config")
    )


def _check_known(road: LogRoad, wanted: int, business: int | None) -> None:
    try:
        known = road.index_sets()
    except SourceError:
        return  # the first refusal says more
    if not any(str(entry.get("index_set_id")) == str(wanted) for entry in known):
        raise _unknown(wanted, business, known)


def _unknown(
    wanted: int | str, business: int | None, known: list[Mapping[str, object]]
) -> SourceRejected:
    names = [f"{entry.get('index_set_id')} {entry.get('index_set_name')}" for entry in known[:10]]
    return SourceRejected(
        "blueking.unknown_index_set",
        index_set=wanted,
        business=business,
        known=", ".join(names) or "-",
    )


@dataclass(frozen=True, slots=True)
class ScopeText:
    """The scope as a query text of real fields."""

    query: str
    bare_addresses: bool  # an address was asked for without its cloud area


def scope_text(
    client: BluekingClient,
    scope: Scope,
    fields: FieldMap,
    rows_with: Callable[[str], int],
) -> ScopeText:
    """
    Return the filter, hosts and services of *scope* as one query text.

    Args:
        client: For the CMDB, where a host id must become an address.
        scope: What is asked.
        fields: Fields and aliases of the index set.
        rows_with: How many rows of the window match a query text.
    """
    hosts, ids_in_rows = _hosts(client, scope, fields, rows_with)
    services = ""
    if scope.services:
        names = fields.queried("service")
        if not names:
            raise QuestionError(
                "blueking.no_service_field",
                service=", ".join(scope.services),
                fields=", ".join(fields.settings.real_fields[:20]),
            )
        services = any_of(names, scope.services)
    query = all_of(
        _filter(scope.where, fields),
        search_clause(hosts, fields, ids_in_rows=ids_in_rows),
        services,
    )
    bare = any(host.ip and not host.cloud and not host.host_id for host in hosts)
    return ScopeText(query, bare)


def _filter(where: str, fields: FieldMap) -> str:
    named: set[str] = set()

    def members(name: str) -> tuple[str, ...]:
        named.add(name)
        return fields.members(name)

    words, real = translate(where, members, fields.queried("level")), fields.settings.real_fields
    if "level" in named and not fields.queried("level") and members("level") == ("level",):
        # The engine finds nothing by a field that is not there, which would look like no errors.
        raise QuestionError("blueking.no_level_field", where=where, fields=", ".join(real[:20]))
    return words


def _hosts(
    client: BluekingClient,
    scope: Scope,
    fields: FieldMap,
    rows_with: Callable[[str], int],
) -> tuple[list[Host], bool]:
    hosts = [read_host(words) for words in scope.hosts]
    ids = [host.host_id for host in hosts if host.host_id]
    if not ids:
        return hosts, False
    # The fields answer names the id for every collector; rows of old ones lack it all the same.
    names = fields.queried("host_id")
    # A stretch without any row at all (a quiet baseline) tells nothing, and the id finds as little.
    if names and (rows_with(f"_exists_:{names[0]}") or not rows_with("*")):
        return hosts, True
    found: dict[str, list[Host]] = defaultdict(list)
    for host in find_hosts(client, scope.bk_biz_id or 0, ids):
        found[host.host_id].append(host)
    missing = [entry for entry in ids if entry not in found]
    if missing:
        raise QuestionError("blueking.host_id_unknown", host_id=", ".join(missing))
    return [one for host in hosts for one in found.get(host.host_id, [host])], False


def with_defaults(scope: Scope, bk_biz_id: int | None, index_set_id: int | None) -> Scope:
    """Return *scope* with the source's own business and index set where it says none."""
    if scope.bk_biz_id is None:
        scope = replace(scope, bk_biz_id=bk_biz_id)
    if scope.index_set_id is None and not scope.index_set_name:
        scope = replace(scope, index_set_id=index_set_id)
    return scope
