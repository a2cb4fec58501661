"""What the stand-in answers about metrics and hosts."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping

from paicha.testing.blueking.faults import Faults
from paicha.testing.blueking.log_answers import Body, Refused, step_ms
from paicha.testing.blueking.scenario import Scenario
from paicha.values import dataclass

_METRIC = re.compile(r"[A-Za-z_][\w]*:[\w]+:[\w]+:[\w]+")
_MATCHERS = re.compile(r"\{([^}]*)\}")
_MATCHER = re.compile(r'(\w+)\s*(=~|!=|=)\s*"((?:[^"\\]|\\.)*)"')


@dataclass(frozen=True, slots=True)
class MetricAnswers:
    """Range queries on the stored series of one scenario."""

    scenario: Scenario
    faults: Faults

    def range_query(self, body: Body) -> object:
        """
        Return stored points on the step grid, the end left out, nulls filled the way it is done.

        Functions around a selector are not computed: the stored points are what they would give.
        """
        promql = str(body.get("promql", ""))
        start_s, end_s = int(str(body.get("start_time"))), int(str(body.get("end_time")))
        if body.get("capped") and end_s - start_s > 86_400:
            raise Refused(3300002, "time_span: 时间范围不能超过 1 天")
        if promql.count("(") != promql.count(")") or promql.count("{") != promql.count("}"):
            raise Refused(3301001, "promql parse error: unclosed bracket")
        if "metric_refused" in self.faults and "cpu_summary" in promql:
            raise Refused(3301001, "query engine: metric cpu_summary is not supported")
        step = step_ms(body.get("step", "1m"))
        metric = _METRIC.search(promql)
        stored = self.scenario.metrics.get(metric.group() if metric else "", [])
        if "empty_series" in self.faults:
            stored = []
        if "series_by_id" in self.faults:
            stored = [_without_address(entry) for entry in stored]
        if "plain_labels" in self.faults:
            stored = [_with_plain_labels(entry) for entry in stored]
        if "twofold" in self.faults:
            stored = [*stored, *(_higher(entry, self.faults["twofold"]) for entry in stored)]
        if "agent_anew" in self.faults:
            at = int(self.faults["agent_anew"])
            stored = [part for entry in stored for part in _cut(entry, at)]
        grid = range(start_s * 1000 // step * step, end_s * 1000 // step * step, step)
        series = []
        for entry in stored:
            points = self._points(entry, grid)
            if self._matches(entry, promql) and points:
                series.append({**entry, "unit": "", "datapoints": points, "stat": {}})
        return {"metrics": [], "series": series}

    def hosts(self, body: Body) -> object:
        """Return the hosts of the rows as CMDB knows them, narrowed by the rules."""
        known: dict[str, dict[str, object]] = {}
        for labels in self._host_labels():
            known[labels["bk_host_id"]] = {
                "bk_host_id": int(labels["bk_host_id"]),
                **self._addresses(labels["bk_target_ip"]),
                "bk_cloud_id": int(labels.get("bk_target_cloud_id", "0")),
                "bk_host_name": "host-1",
            }
        hosts = [host for host in known.values() if _follows_rules(host, body)]
        asked = body.get("fields")
        names = asked if isinstance(asked, list) and asked else list(next(iter(hosts), {}))
        shown = [{name: host[name] for name in names if name in host} for host in hosts]
        return {"count": len(hosts), "info": [{"host": host, "topo": []} for host in shown]}

    def _addresses(self, address: str) -> dict[str, object]:
        if "only_v6" in self.faults:
            return {"bk_host_innerip": "", "bk_host_innerip_v6": "fd00::8"}
        also = ",99.9.9.9" if "two_addresses" in self.faults else ""
        return {"bk_host_innerip": f"{address}{also}", "bk_host_innerip_v6": ""}

    def _host_labels(self) -> list[dict[str, str]]:
        found = []
        for series in self.scenario.metrics.values():
            for entry in series:
                labels = entry.get("dimensions")
                if isinstance(labels, Mapping) and "bk_host_id" in labels:
                    found.append({str(k): str(v) for k, v in labels.items()})
        return found

    def _matches(self, entry: Mapping[str, object], promql: str) -> bool:
        labels = entry.get("dimensions")
        assert isinstance(labels, Mapping)
        for group in _MATCHERS.findall(promql):
            for name, sign, raw in _MATCHER.findall(group):
                wanted = re.sub(r"\\(.)", r"\1", raw)
                value = str(labels.get(name, ""))
                same = re.fullmatch(wanted, value) is not None if sign == "=~" else value == wanted
                if same == (sign == "!="):
                    return False
        return True

    def _points(self, entry: Mapping[str, object], grid: range) -> list[list[object]]:
        datapoints = entry.get("datapoints")
        assert isinstance(datapoints, list)
        found: list[list[object]] = [[v, t] for v, t in datapoints if t in grid]
        if "missing_points" in self.faults:
            every = int(self.faults["missing_points"])
            found = [point for n, point in enumerate(found) if n % every != every - 1]
        if "null_points" in self.faults:
            every = int(self.faults["null_points"])
            found = [[None if n % every == 0 else v, t] for n, (v, t) in enumerate(found)]
        if "nan_points" in self.faults:
            every = int(self.faults["nan_points"])
            found = [[math.nan if n % every == 0 else v, t] for n, (v, t) in enumerate(found)]
        return _null_filled(found, grid) if found else []


def _without_address(entry: Mapping[str, object]) -> dict[str, object]:
    labels = entry.get("dimensions")
    assert isinstance(labels, Mapping)
    kept = {name: value for name, value in labels.items() if not name.startswith("bk_target_")}
    return {**entry, "dimensions": kept}


def _cut(entry: Mapping[str, object], at: int) -> list[dict[str, object]]:
    labels, points = entry.get("dimensions"), entry.get("datapoints")
    assert isinstance(labels, Mapping)
    assert isinstance(points, list)
    parts = (("old", points[:at]), ("new", points[at:]))
    return [
        {**entry, "dimensions": {**labels, "bk_agent_id": agent}, "datapoints": some}
        for agent, some in parts
    ]


def _with_plain_labels(entry: Mapping[str, object]) -> dict[str, object]:
    labels = entry.get("dimensions")
    assert isinstance(labels, Mapping)
    plain = {"bk_target_ip": "ip", "bk_target_cloud_id": "bk_cloud_id"}
    kept = {plain.get(name, name): value for name, value in labels.items() if name != "bk_host_id"}
    return {**entry, "dimensions": kept}


def _higher(entry: Mapping[str, object], by: float) -> dict[str, object]:
    points = entry.get("datapoints")
    assert isinstance(points, list)
    return {**entry, "datapoints": [[value + by, stamp] for value, stamp in points]}


def _null_filled(points: list[list[object]], grid: range) -> list[list[object]]:
    # A null at either end of the grid and one before a point that follows a gap; no more.
    filled: list[list[object]] = []
    if points[0][1] != grid[0]:
        filled.append([None, grid[0]])
    for point in points:
        at = int(str(point[1]))
        if filled and at - int(str(filled[-1][1])) >= 2 * grid.step:
            filled.append([None, at - grid.step])
        filled.append(point)
    if points[-1][1] != grid[-1]:
        filled.append([None, grid[-1]])
    return filled


def _follows_rules(host: Mapping[str, object], body: Body) -> bool:
    given = body.get("host_property_filter")
    rules = given.get("rules", []) if isinstance(given, Mapping) else []
    for rule in rules:
        wanted = rule["value"] if rule["operator"] == "in" else [rule["value"]]
        if host.get(rule["field"]) not in wanted:
            return False
    return True
