"""Records in memory that answer what the analysis asks of single ones: what the case file is held equal to."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime
from itertools import combinations
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from paicha.analysis.apart import MOST_VALUES, is_place
from paicha.analysis.records import (
    ALIKE,
    ANY_COPY,
    BODIES,
    COPY,
    FIELDS,
    FILES,
    FOLDER,
    IDENTIFIED,
    LOCATED,
    MATCHED,
    PLACES,
    ROTATION,
    SAYING,
    STORED,
    Buckets,
    Disorder,
    in_order,
    per_bucket,
)
from paicha.model.knowledge import PlaceNames
from paicha.model.schema import STORED_RECORDS
from paicha.values import dataclass


@dataclass(frozen=True, slots=True)
class InMemoryRecords:
    """
    `RecordQueries` over a `STORED_RECORDS` table in reading order.

    Args:
        records: `STORED_RECORDS`; all of them stay in memory.
    """

    records: pa.Table

    def examples(self, membership: pa.Table, limit: int, *, latest: bool = False) -> pa.Table:
        """Return *limit* rows of each problem, see `RecordQueries.examples`."""
        rows = self._members(membership)
        if latest:
            rows = rows.filter(pc.is_valid(rows["timestamp"]))
        rows = _in_order(rows, backwards=latest)
        taken: dict[str, int] = {}
        keep: list[int] = []
        for index, problem in enumerate(rows["problem"].to_pylist()):
            taken[problem] = taken.get(problem, 0) + 1
            if taken[problem] <= limit:
                keep.append(index)
        picked = rows.take(pa.array(keep, pa.int64())).select([*STORED_RECORDS.names, "problem"])
        picked = _in_order(picked)
        return picked.take(pc.sort_indices(picked, [("problem", "ascending")]))

    def curves(self, membership: pa.Table, buckets: Buckets) -> Mapping[str, tuple[int, ...]]:
        """Return the records of each problem per bucket."""
        rows = self._members(membership)
        return per_bucket(rows["problem"], rows["timestamp"], None, buckets)

    def module_curves(
        self, membership: pa.Table, buckets: Buckets
    ) -> Mapping[str, tuple[int, ...]]:
        """Return the records of any problem per module and bucket."""
        rows = self._members(membership)
        module = pc.if_else(
            pc.not_equal(rows["code_file_path"], ""), rows["code_file_path"], rows["scope_name"]
        )
        return per_bucket(module, rows["timestamp"], None, buckets)

    def texts(self, membership: pa.Table, problem: str) -> pa.Table:
        """Return the different texts of one problem's records, see `RecordQueries.texts`."""
        rows = self._members(membership)
        rows = rows.filter(pc.equal(rows["problem"], problem))
        host = pc.if_else(pc.not_equal(rows["host_ip"], ""), rows["host_ip"], rows["host_id"])
        names = ["body", "attributes", "host"]
        sums = rows.append_column("host", host).group_by(names).aggregate([([], "count_all")])
        order = [(name, "ascending") for name in names]
        return sums.rename_columns([*names, "n"]).sort_by(order)

    def matching(self, pattern: str) -> pa.Table:
        """Return the records whose message matches, see `RecordQueries.matching`."""
        hits = pc.and_(
            pc.is_valid(self.records["timestamp"]),
            pc.match_substring_regex(self.records["body"], pattern),
        )
        found = self.records.filter(hits).select(["timestamp", "body", "locator"])
        return _in_order(found)[:MATCHED]

    def places(self, membership: pa.Table, known: PlaceNames) -> pa.Table:
        """Return what records say of where they are from, see `RecordQueries.places`."""
        joined = self.records.join(membership, ["shape", "severity_number"], join_type="left outer")
        kept = self._members(membership)["attributes"].to_pylist()
        names = {
            name for said in kept for name in json.loads(said or "{}") if is_place(name, known)
        }
        found: Counter[tuple[str, str, str, str]] = Counter()
        for row in joined.to_pylist():
            for name, value in json.loads(row["attributes"] or "{}").items():
                words = value if isinstance(value, str) else json.dumps(value)
                if name in names and value is not None and words and words[0] not in "{[":
                    found[row["service_name"], row["problem"] or "", name, words] += 1
        kinds = Counter(name for _, _, name, _ in found)
        rows = [
            dict(zip(PLACES.names, (*key, n), strict=True))
            for key, n in sorted(found.items())
            if kinds[key[2]] <= MOST_VALUES
        ]
        return pa.Table.from_pylist(rows, PLACES)

    def stating(self, membership: pa.Table, shapes: pa.Array) -> pa.Table:
        """Return the records of some shapes, see `RecordQueries.stating`."""
        wanted = set(shapes.to_pylist())
        rows = [row for row in self._others(membership) if row["shape"] in wanted]
        return pa.Table.from_pylist(rows, BODIES)

    def field_names(self) -> tuple[str, ...]:
        """Return the names of the fields that records have, sorted."""
        said = (json.loads(one or "{}") for one in self.records["attributes"].to_pylist())
        return tuple(sorted({name for fields in said for name in fields}))

    def fields(self, membership: pa.Table, names: Sequence[str]) -> pa.Table:
        """Return what records say under *names*, see `RecordQueries.fields`."""
        rows = []
        for row in self._others(membership):
            said = json.loads(row["attributes"] or "{}")
            for name in sorted(names):
                if (value := said.get(name)) is not None:
                    words = value if isinstance(value, str) else json.dumps(value)
                    rows.append({**row, "name": name, "value": words})
        return pa.Table.from_pylist(rows, FIELDS)

    def _others(self, membership: pa.Table) -> list[dict[str, Any]]:
        """Return the records with a time that belong to no problem."""
        left = self.records.join(membership, ["shape", "severity_number"], join_type="left anti")
        rows = left.filter(pc.is_valid(left["timestamp"])).to_pylist()
        return sorted(
            ({**row, "service": row["service_name"]} for row in rows),
            key=lambda row: in_order(row["timestamp"], row["locator"]),
        )

    def saying(self, membership: pa.Table, pattern: str, names: Sequence[str]) -> pa.Table:
        """Return the records of problems that match or say an attribute, see `RecordQueries.saying`."""
        rows = self._members(membership)
        matched = pc.match_substring_regex(rows["body"], pattern).to_pylist()
        wanted = frozenset(names)
        said = [
            bool(wanted & json.loads(one or "{}").keys()) for one in rows["attributes"].to_pylist()
        ]
        kept = [one or other for one, other in zip(matched, said, strict=True)]
        keys = SAYING.names[:-1]
        sums = rows.filter(pa.array(kept, pa.bool_())).group_by(keys).aggregate([([], "count_all")])
        return (
            sums.rename_columns(SAYING.names).sort_by([(k, "ascending") for k in keys]).cast(SAYING)
        )

    def pace(self, buckets: Buckets) -> tuple[int, ...]:
        """Return all records per bucket."""
        everything = pa.array([""] * self.records.num_rows, pa.string())
        curves = per_bucket(everything, self.records["timestamp"], None, buckets)
        return curves.get("", (0,) * buckets.number)

    def host_ids(self) -> Mapping[str, str]:
        """Return the id of every host that has one."""
        pairs = self.records.group_by(["host_ip", "host_id"]).aggregate([])
        ids: dict[str, str] = {}
        for row in sorted(pairs.to_pylist(), key=lambda r: (r["host_ip"], r["host_id"])):
            if row["host_id"]:
                ids.setdefault(row["host_ip"] or row["host_id"], row["host_id"])
        return ids

    def files(self, column: str) -> pa.Table:
        """Return the files of records that do not say *column*, see `RecordQueries.files`."""
        named: set[str] = set()
        found: dict[tuple[str, int, str, str], set[str]] = {}
        for row in self.records.to_pylist():
            if re.match(STORED, row["locator"]):
                continue
            located = re.fullmatch(LOCATED, row["locator"])
            file = re.sub(ROTATION, "", located[1]) if located else ""
            module = row["code_file_path"] or row["scope_name"]
            if {"service_name": row["service_name"], "module": module}[column]:
                named.add(file)
                continue
            host = row["host_ip"] or row["host_id"]
            found.setdefault((row["shape"], row["severity_number"], module, host), set()).add(file)
        rows = [
            (*key, files[0] if len(files) == 1 else _program(files[0]))
            for key, files in sorted((key, sorted(all_)) for key, all_ in found.items())
            if "" not in files and not named & {*files} and len({*map(_program, files)}) == 1
        ]
        return pa.Table.from_pylist(
            [dict(zip(FILES.names, row, strict=True)) for row in rows], FILES
        )

    def module_files(self) -> Mapping[str, tuple[str, ...]]:
        """Return the files in which each module writes, see `RecordQueries.module_files`."""
        found: dict[str, set[str]] = {}
        for row in self.records.to_pylist():
            located = re.fullmatch(LOCATED, row["locator"])
            module = row["code_file_path"] or row["scope_name"]
            if module:
                file = re.sub(ROTATION, "", located[1]) if located else ""
                found.setdefault(module, set()).add(file)
        return {module: tuple(sorted(files)) for module, files in sorted(found.items())}

    def read_again(self) -> int:
        """Return how many records are documents of a store that were there already."""
        names = ("locator", "timestamp", "body")
        rows = zip(*(self.records[name].to_pylist() for name in names), strict=True)
        seen = [row for row in rows if row[0].startswith(IDENTIFIED)]
        return len(seen) - len(set(seen))

    def in_two_files(self) -> pa.Table:
        """Return how many records stand in two files alike, see `RecordQueries.in_two_files`."""
        names = ("locator", "timestamp", "body")
        rows = zip(*(self.records[name].to_pylist() for name in names), strict=True)
        held: dict[str, set[tuple[datetime, str]]] = {}
        for locator, moment, body in rows:
            place = re.search(LOCATED, locator)
            if place and moment is not None and moment.microsecond:
                held.setdefault(place[1], set()).add((moment, body))
        pairs = (
            {
                "one": a,
                "other": b,
                "n": len(held[a] & held[b]),
                "of": min(len(held[a]), len(held[b])),
                "within": _within(held[a], held[b]),
            }
            for a, b in combinations(sorted(held), 2)
        )
        return pa.Table.from_pylist([pair for pair in pairs if pair["n"]], ALIKE)

    def disorder(self) -> Disorder:
        """Return how far records go back in time against the order they were read in."""
        latest: dict[tuple[str, str], datetime] = {}
        steps = 0
        largest = 0.0
        columns = (self.records[name].to_pylist() for name in ("timestamp", "locator", "host_ip"))
        for moment, locator, host in zip(*columns, strict=True):
            if moment is None or locator.startswith("bk:"):
                continue  # a store sorts by time itself, and may be asked twice
            stream = (locator.split(":", 1)[0], host)
            back = (latest.get(stream, moment) - moment).total_seconds()
            steps += back >= 1
            largest = max(largest, back)
            latest[stream] = moment
        return Disorder(steps, largest)

    def _members(self, membership: pa.Table) -> pa.Table:
        joined = self.records.join(membership, ["shape", "severity_number"], join_type="inner")
        return joined.combine_chunks()


def _in_order(rows: pa.Table, *, backwards: bool = False) -> pa.Table:
    places = [
        in_order(*pair)
        for pair in zip(*(rows[name].to_pylist() for name in ("timestamp", "locator")), strict=True)
    ]
    order = sorted(range(len(places)), key=places.__getitem__, reverse=backwards)
    return rows.take(pa.array(order, pa.int64()))


def _within(one: set[tuple[datetime, str]], other: set[tuple[datetime, str]]) -> int:
    """Return how many records that of two files holds that has fewer in the stretch of which both speak."""
    first = max(min(one)[0], min(other)[0])
    last = min(max(one)[0], max(other)[0])
    return min(sum(first <= moment <= last for moment, _ in held) for held in (one, other))


def _program(file: str) -> str:
    """Return what the log of a file is called among those of the copies of its program."""
    folder = re.match(FOLDER, file)
    assert folder is not None
    return folder[0] + re.sub(COPY, ANY_COPY, file[folder.end() :])
