"""A scenario folder as an index set: rows with the quirks that were asked for."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import field
from pathlib import Path

from paicha.testing.blueking.faults import Faults
from paicha.values import dataclass

Row = dict[str, object]
_SETTINGS = "query_alias_settings"


@dataclass(slots=True)
class Scenario:
    """
    Rows, fields, index set and metrics of one folder, with the faults applied.

    Rows come without alias keys: `with_aliases` adds them the way the engine does.
    """

    rows: list[Row]
    fields: list[dict[str, object]]
    index_set: dict[str, object]
    metrics: dict[str, list[dict[str, object]]]
    config: list[dict[str, object]] = field(default_factory=list)

    @property
    def index_set_id(self) -> int:
        """The number of the index set."""
        return int(str(self.index_set["index_set_id"]))

    @property
    def bk_biz_id(self) -> int:
        """The business it belongs to."""
        return int(str(self.index_set.get("bk_biz_id", 2)))

    @property
    def pairs(self) -> list[tuple[str, str]]:
        """``(field, alias)`` as declared."""
        declared = self.index_set.get(_SETTINGS) or []
        assert isinstance(declared, list)
        return [(str(entry["field_name"]), str(entry["query_alias"])) for entry in declared]

    @property
    def tables(self) -> int:
        """How many result tables the index set spans."""
        indices = self.index_set.get("indices")
        return len(indices) if isinstance(indices, list) else 1

    @property
    def texts(self) -> frozenset[str]:
        """Fields that are analysed text."""
        return frozenset(
            str(entry["field_name"]) for entry in self.fields if entry.get("field_type") == "text"
        )

    def names(self, name: str) -> tuple[str, ...]:
        """Return the fields *name* stands for, as the engine resolves it."""
        members = tuple(field for field, alias in self.pairs if alias == name)
        return members or (name,)

    def with_aliases(self, row: Row) -> Row:
        """Return *row* with ``row[alias] = row[field]`` for every field that is there."""
        full = dict(row)
        for name, alias in self.pairs:
            if name in row:
                full[alias] = row[name]
        return full


def load(folder: Path, faults: Faults) -> Scenario:
    """
    Return the scenario in *folder*: ``hits.jsonl``, ``fields.json``, ``index_set.json`` and, where
    there are any, ``metrics.json``.
    """
    answer = json.loads((folder / "fields.json").read_text("utf-8"))["data"]
    index_set = json.loads((folder / "index_set.json").read_text("utf-8"))
    lines = (folder / "hits.jsonl").read_text("utf-8").split("\n")
    scenario = Scenario(
        rows=[json.loads(line) for line in lines if line.strip()],
        fields=answer["fields"],
        index_set=index_set,
        metrics=_metrics(folder / "metrics.json"),
        config=answer.get("config") or [],
    )
    aliases = {alias for _, alias in scenario.pairs} - {
        str(entry["field_name"]) for entry in scenario.fields
    }
    for row in scenario.rows:
        for alias in aliases:
            row.pop(alias, None)
    _apply(scenario, faults)
    scenario.rows.sort(key=_position)
    return scenario


def _metrics(path: Path) -> dict[str, list[dict[str, object]]]:
    if not path.exists():
        return {}
    answers = json.loads(path.read_text("utf-8"))
    return {name: answer["data"]["series"] for name, answer in answers.items()}


def _position(row: Mapping[str, object]) -> tuple[int, int, int]:
    return (
        int(str(row["dtEventTimeStamp"])),
        int(str(row.get("gseIndex", 0))),
        int(str(row.get("iterationIndex", 0))),
    )


def _apply(scenario: Scenario, faults: Faults) -> None:
    _apply_rows(scenario, faults)
    _apply_fields(scenario, faults)
    _apply_aliases(scenario, faults)
    if "clustering" in faults:
        extra = {"signature_switch": True, "clustering_field": "log"}
        scenario.config = [{"name": "clustering_config", "is_active": True, "extra": extra}]


def _apply_rows(scenario: Scenario, faults: Faults) -> None:
    if "rows" in faults:
        scenario.rows = _generated(scenario.rows, int(faults["rows"]), step_ms=37)
    if "crowded" in faults:
        scenario.rows = _generated(scenario.rows, int(faults["crowded"]), step_ms=0)
    if "one_table" in faults:
        scenario.index_set["indices"] = [{"result_table_id": "2_bklog.only"}]
    if "two_areas" in faults:
        for row in scenario.rows[:: int(faults["two_areas"])]:
            row["cloudId"] = 3
            if "bk_host_id" in row:  # another machine
                row["bk_host_id"] = int(str(row["bk_host_id"])) + 1
    if "integer_times" in faults:
        for row in scenario.rows:
            row["dtEventTimeStamp"] = int(str(row["dtEventTimeStamp"]))
            row["_time"] = row["dtEventTimeStamp"]


def _generated(rows: list[Row], wanted: int, *, step_ms: int) -> list[Row]:
    # Copies of the scenario's rows with places and times of their own, from its first time on.
    start = min(int(str(row["dtEventTimeStamp"])) for row in rows)
    made = []
    for index in range(wanted):
        stamp = str(start + index * step_ms)
        row = dict(rows[index % len(rows)])
        row.update(dtEventTimeStamp=stamp, _time=stamp, __doc_id=f"g{index:07d}", gseIndex=index)
        made.append(row)
    return made


def _apply_fields(scenario: Scenario, faults: Faults) -> None:
    gone: set[str] = set()
    if "no_host_id" in faults or "no_host_id_field" in faults:
        gone.add("bk_host_id")
    if "no_level_field" in faults:
        built_in = {entry["field_name"] for entry in scenario.fields if entry.get("is_built_in")}
        gone |= {str(e["field_name"]) for e in scenario.fields} - {str(n) for n in built_in}
        scenario.index_set[_SETTINGS] = []
    for row in scenario.rows:
        for name in gone:
            row.pop(name, None)
    if "no_host_id" not in faults:
        scenario.fields = [e for e in scenario.fields if e["field_name"] not in gone]


def _apply_aliases(scenario: Scenario, faults: Faults) -> None:
    extra: list[dict[str, str]] = []
    if "two_aliases" in faults:
        extra.append({"field_name": "level", "query_alias": "lvl", "path_type": "keyword"})
    if "alias_conflict" in faults:
        extra.append({"field_name": "path", "query_alias": "code_file", "path_type": "keyword"})
    if "alias_shadow" in faults:
        extra.append({"field_name": "serverIp", "query_alias": "path", "path_type": "keyword"})
    declared = scenario.index_set.get(_SETTINGS) or []
    assert isinstance(declared, list)
    scenario.index_set[_SETTINGS] = [*declared, *extra]
    _show_aliases(scenario.fields, scenario.pairs)


def _show_aliases(fields: Iterable[dict[str, object]], pairs: list[tuple[str, str]]) -> None:
    # The fields answer shows one alias per field: the last one declared.
    last = dict(pairs)
    for entry in fields:
        entry.pop("query_alias", None)
        if entry["field_name"] in last:
            entry["query_alias"] = last[str(entry["field_name"])]
