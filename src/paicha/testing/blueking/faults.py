"""What can be wrong with the stand-in on purpose."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

#: Name -> what it does; ``=N`` where a number can be given, with its default.
FAULTS: Mapping[str, tuple[str, float]] = {
    "rate_limited": ("the first N requests get 429 with Retry-After and reset headers", 2),
    "rate_limited_code": ("the first N requests get HTTP 200 with the log platform's 3600429", 2),
    "rate_limited_long": ("every request gets 429 and is told to wait N seconds", 3600),
    "busy": ("the first N requests get a gateway's 503", 1),
    "html_502": ("the first N requests get a proxy's HTML page with 502", 1000),
    "html_200": ("every request gets a login page with 200", 1),
    "forbidden_text": ("every request gets a plain-text 403", 1),
    "no_permission": ("every request gets 9900403 with an apply link", 1),
    "result_false": ("every request gets HTTP 200 with result:false", 1),
    "error_500": ("every request gets the gateway's 500", 1),
    "upstream_400": ("searches get unify-query's own error, wrapped as 3301001", 1),
    "many_clauses": ("searches of more than N clauses are refused", 20),
    "string_code": ("successes carry their code as text", 1),
    "broken_json": ("every answer ends in the middle of its JSON", 1),
    "empty_body": ("every answer has no body", 1),
    "odd_shape": ("data is a list where an object was promised", 1),
    "slow": ("every answer takes N seconds", 5),
    "slow_once": ("the first answer takes N seconds", 5),
    "gone": ("the connection drops in the middle of the answer, from page N on", 1),
    "partial": ("searches carry status QUERY_RAW_PARTIAL", 1),
    "is_partial": ("counts carry is_partial", 1),
    "shards_failed": ("classic searches have N failed shards", 1),
    "timed_out": ("classic searches ran out of time", 1),
    "integer_times": ("dtEventTimeStamp is a number", 1),
    "no_host_id": ("rows have no bk_host_id, though the fields answer names it", 1),
    "no_host_id_field": ("neither rows nor fields have bk_host_id", 1),
    "no_level_field": ("rows have their text in log only", 1),
    "two_aliases": ("level has the aliases log_level and lvl", 1),
    "alias_conflict": ("one alias on two fields of one table", 1),
    "alias_differs": ("every Nth row's alias differs from its field", 10),
    "alias_shadow": ("an alias is named like another real field", 1),
    "settings_hidden": ("the index set's own page is refused", 1),
    "clustering": ("clustering is configured", 1),
    "rows": ("N generated rows instead of the scenario's", 10_001),
    "crowded": ("N generated rows in a single millisecond", 10_001),
    "one_table": ("all rows are of one table, paging past 10,000 is refused", 1),
    "seconds_end": ("the storage rounds the end up to the whole second", 1),
    "repeated_rows": ("every Nth row of a page comes twice", 10),
    "lost_rows": ("pages leave out N rows that were counted", 3),
    "two_areas": ("every Nth row is of the same address in another cloud area", 10),
    "null_points": ("every Nth point is null", 4),
    "missing_points": ("every Nth point is absent", 4),
    "metric_refused": ("range queries about CPU usage are refused, as the engine refuses them", 1),
    "nan_points": ("every Nth point is no number", 4),
    "agent_anew": (
        "hosts have a second series from point N on, of an agent that was installed anew",
        5,
    ),
    "twofold": ("hosts have a second series that nothing tells apart, N higher", 50),
    "engine_400": ("range queries get the query engine's own 400, without an envelope", 1),
    "two_addresses": ("hosts have a second address, after the one that rows name", 1),
    "only_v6": ("hosts have an address of IPv6 and no other", 1),
    "empty_series": ("metrics have no series", 1),
    "plain_labels": ("series name their host by ip and bk_cloud_id", 1),
    "series_by_id": ("series name their host by its id alone", 1),
}


class Faults(dict[str, float]):
    """
    The faults that are switched on, with their numbers.

    Args:
        names: ``"rows"``, ``"rows=9999"``, or a mapping of name to number.

    Raises:
        ValueError: If there is no such fault.

    Example:
        >>> Faults(["rows=9999", "partial"])
        {'rows': 9999.0, 'partial': 1.0}
    """

    def __init__(self, names: Iterable[str] | Mapping[str, float] = ()) -> None:
        super().__init__()
        given = names.items() if isinstance(names, Mapping) else map(_split, names)
        for name, number in given:
            if name not in FAULTS:
                raise ValueError(f"no fault {name!r}; there are: {', '.join(FAULTS)}")
            self[name] = float(FAULTS[name][1] if number is None else number)


def _split(words: str) -> tuple[str, float | None]:
    name, equals, number = words.partition("=")
    return name, float(number) if equals else None
