"""The records of a case by page, and the records around one of them."""

from __future__ import annotations

import re
from collections.abc import Mapping

import pyarrow as pa

from paicha.analysis.records import IN_ORDER
from paicha.ports import CaseStore

_COLUMNS = (
    "timestamp, severity_text, code_file_path, scope_name, service_name, host_ip, host_id, body, "
    "locator"
)
_MODULE = "case when code_file_path <> '' then code_file_path else scope_name end"
_HOST = "case when host_ip <> '' then host_ip else host_id end"
_MEMBERS = "records join membership using (shape, severity_number)"
_ORDER = f"order by {IN_ORDER}"
#: A record of a file says its place in the file: ``path:line@offset``.
_IN_A_FILE = re.compile(r"(?P<file>.+):\d+@(?P<offset>\d+)", re.DOTALL)
_OFFSET = "cast(regexp_extract(locator, '@([0-9]+)$', 1) as bigint)"
_CONDITIONS: Mapping[str, str] = {
    "problem": "problem = ?",
    "module": f"contains(lower({_MODULE}), lower(?))",
    "host": f"contains(lower({_HOST}), lower(?))",
    "level": "lower(severity_text) = lower(?)",
    "text": "contains(lower(body), lower(?))",
}


class CaseLines:
    """
    Reads records of a case, as `paicha.app.surroundings.KeptLines`.

    Args:
        case: An open case.
    """

    def __init__(self, case: CaseStore) -> None:
        self._case = case

    def count(self, asked: Mapping[str, str]) -> int:
        """Return how many kept records fit; *asked* has values for names of conditions."""
        where, values = _where(asked)
        sql = f"select count(*) as n from {_MEMBERS} where {where}"  # noqa: S608 - conditions are ours
        return int(self._case.query(sql, values)["n"][0].as_py())

    def page(self, asked: Mapping[str, str], offset: int, limit: int | None) -> pa.Table:
        """Return those records, earliest first, from the *offset*-th on."""
        where, values = _where(asked)
        sql = f"select {_COLUMNS} from {_MEMBERS} where {where} {_ORDER}"  # noqa: S608 - conditions are ours
        if limit is not None:
            sql, values = f"{sql} limit ? offset ?", [*values, limit, offset]
        return self._case.query(sql, values)

    def one(self, locator: str) -> pa.Table:
        """Return the record that stands there; no row when the case keeps none."""
        sql = f"select {_COLUMNS} from records where locator = ?"  # noqa: S608 - columns are ours
        return self._case.query(sql, [locator])

    def around(self, record: Mapping[str, object], before: int, after: int) -> pa.Table:
        """
        Return the neighbours of *record* and itself, in their order.

        Neighbours are the other records of the same file, in the order of the file; of a store, the
        records of the same host and service in the order of time.
        """
        place = _IN_A_FILE.fullmatch(str(record["locator"]))
        if place is not None:
            stream, values = "starts_with(locator, ?)", [f"{place['file']}:"]
            keys = _OFFSET
            here: list[object] = [int(place["offset"])]
        else:
            stream = "host_ip = ? and host_id = ? and service_name = ?"
            values = [str(record[name]) for name in ("host_ip", "host_id", "service_name")]
            keys, here = "(timestamp, locator)", [record["timestamp"], record["locator"]]
        marks = "?" if len(here) == 1 else "(?, ?)"
        parts = []
        for sign, order, limit in (("<", "desc", before), (">=", "asc", after + 1)):
            by = ", ".join(f"{name} {order}" for name in _names(keys))
            sql = (
                f"select {_COLUMNS} from records "  # noqa: S608 - everything here is ours
                f"where {stream} and {keys} {sign} {marks} order by {by} limit ?"
            )
            parts.append(self._case.query(sql, [*values, *here, limit]))
        earlier = parts[0].take(pa.array(range(parts[0].num_rows - 1, -1, -1), pa.int64()))
        return pa.concat_tables([earlier, parts[1]])


def _where(asked: Mapping[str, str]) -> tuple[str, list[object]]:
    given = {name: value for name, value in asked.items() if value}
    return " and ".join(_CONDITIONS[name] for name in given) or "true", list(given.values())


def _names(keys: str) -> list[str]:
    return keys.strip("()").split(", ") if keys.startswith("(") else [keys]
