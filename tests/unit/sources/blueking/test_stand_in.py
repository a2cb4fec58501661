"""The stand-in itself: the parts of the contract that Paicha's own client does not use."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from importlib import resources
from pathlib import Path
from typing import Any

import httpx
import pytest

from paicha.testing.blueking import (
    DEMO_ACCESS_TOKEN,
    FAULTS,
    BluekingStandIn,
)

SCENARIO = Path(str(resources.files("paicha.testing"))) / "scenario"
HEADERS = {
    "X-Bkapi-Authorization": json.dumps({"access_token": DEMO_ACCESS_TOKEN}),
    "X-Bk-Tenant-Id": "system",
}
SCOPE = {
    "bk_biz_id": 2,
    "index_set_id": 2545,
    "start_time": "1766111552000",
    "end_time": "1766112451999",
}
Post = Callable[..., Any]


@pytest.fixture
def post() -> Iterator[Post]:
    with BluekingStandIn(SCENARIO) as server:

        def send(tool: str, *, headers: dict[str, str] | None = None, **body: object) -> Any:
            url = f"{server.monitor_url}/mcp/{tool}/"
            sent = {name: value for name, value in {**SCOPE, **body}.items() if value is not None}
            return httpx.post(url, json=sent, headers=HEADERS if headers is None else headers)

        yield send


def test_answers_without_a_business_are_plain_text(post: Post) -> None:
    """403, and no JSON."""
    answer = post("search_logs", bk_biz_id=None)

    assert (answer.status_code, answer.text) == (403, "Missing bk_biz_id in request parameters")
    assert post("search_logs", bk_biz_id="x").text == "Invalid bk_biz_id format: x"


def test_a_tenant_is_needed(post: Post) -> None:
    """The platforms' own clients always send it."""
    authorization = {"X-Bkapi-Authorization": HEADERS["X-Bkapi-Authorization"]}

    assert post("search_logs", headers=authorization).text == "lack of tenant_id"


def test_rows_are_flat_and_have_both_keys(post: Post) -> None:
    """Alias and original side by side, times as text, the list never null."""
    data = post("search_logs", limit=1).json()["data"]
    none = post("search_logs", query_string="level:NOTHING").json()["data"]

    row = data["list"][0]
    assert (row["level"], row["log_level"]) == ("INFO", "INFO")
    assert isinstance(row["dtEventTimeStamp"], str)
    assert (none["list"], none["total"], none["status"]) == ([], 0, None)


@pytest.mark.parametrize(
    ("fields", "joins", "total"),
    [
        ([("log_level", "eq", ["CRITICAL"])], [], 186),
        ([("log_level", "eq", ["CRITICAL", "ERROR"])], [], 355),
        ([("log_level", "ne", ["INFO", "DEBUG"])], [], 527),
        ([("log_level", "eq", ["CRITICAL"]), ("bk_host_id", "eq", ["1"])], ["and"], 0),
        ([("log_level", "eq", ["CRITICAL"]), ("log_level", "eq", ["ERROR"])], ["or"], 355),
        ([("severity", "existed", [])], [], 720),
        ([("severity", "nexisted", [])], [], 1080),
        ([("code_file", "contains", ["payment"])], [], None),
        ([("code_line", "gte", ["1"])], [], 1800),
        ([("log_level", "req", ["^CRIT"])], [], 186),
    ],
)
def test_conditions_are_lists_of_texts_joined_left_to_right(
    post: Post,
    fields: list[tuple[str, str, list[str]]],
    joins: list[str],
    total: int | None,
) -> None:
    """Aliases are resolved; `and` binds tighter than `or`."""
    entries = [{"field_name": name, "op": op, "value": value} for name, op, value in fields]

    answer = post("search_logs", conditions={"field_list": entries, "condition_list": joins})

    found = answer.json()["data"]["total"]
    assert found == total if total is not None else 0 < found < 1800


@pytest.mark.parametrize(
    "body",
    [
        {"conditions": {"field_list": [], "condition_list": ["and"]}},
        {"query_string": "level:("},
        {"query_string": "(a"},
        {"limit": 0},
        {"limit": 10_001},
        {"offset": -1},
        {"start_time": "soon"},
        {"start_time": "1766025151000"},
        {"index_set_id": 1},
    ],
)
def test_what_is_wrong_comes_back_with_http_200_and_result_false(
    post: Post, body: dict[str, object]
) -> None:
    """With a code and a message."""
    answer = post("search_logs", **body)

    assert answer.status_code == 200
    assert answer.json()["result"] is False
    assert answer.json()["code"] in (3300002, 3301001)
    assert answer.json()["message"]


def test_a_field_is_counted_by_value_and_step(post: Post) -> None:
    """Group by an alias: the label is the name that was asked for."""
    answer = post("analyze_field", field_name="log_level", order_by="value", step="1m")

    series = answer.json()["data"]["series"]
    totals = {s["group_values"][0]: sum(n for _, n in s["values"]) for s in series}
    assert totals == {"CRITICAL": 186, "DEBUG": 259, "ERROR": 169, "INFO": 1014, "WARNING": 172}
    assert {s["group_keys"][0] for s in series} == {"log_level"}


def test_the_lines_around_a_place_are_found(post: Post) -> None:
    """As many before as after."""
    row = post("search_logs", limit=100).json()["data"]["list"][50]

    around = post("search_index_set_context", size=3, zero=True, **{
        name: row[name] for name in ("dtEventTimeStamp", "gseIndex", "serverIp", "path")
    }).json()["data"]  # fmt: skip

    assert around["zero_index"] <= 3
    assert around["total"] >= 4


def test_clustering_that_is_not_configured_is_an_error(post: Post) -> None:
    """The log platform's own code, as text."""
    answer = post("search_log_clustering_pattern", start_time=1766111552000, end_time=1766112451999)

    assert answer.json()["code"] == "36102001"


def test_the_end_of_a_range_query_is_left_out_and_edges_are_null(post: Post) -> None:
    """Nulls at both ends of the grid, nothing in between."""
    answer = post(
        "execute_range_query",
        promql="bkmonitor:system:mem:pct_used",
        start_time=1766111400,
        end_time=1766112600,
        step="60",
    )

    points = answer.json()["data"]["series"][0]["datapoints"]
    assert [points[0], points[-1]] == [[None, 1766111400000], [None, 1766112540000]]
    assert sum(value is not None for value, _ in points) == 16


def test_broken_promql_is_3301001_and_an_unknown_metric_is_nothing(post: Post) -> None:
    """The same answer as for a silent host."""
    times = {"start_time": 1766111400, "end_time": 1766112600}

    broken = post("execute_range_query", promql="avg(x{", **times).json()
    unknown = post("execute_range_query", promql="bkmonitor:system:no:such", **times).json()

    assert (broken["result"], broken["code"]) == (False, 3301001)
    assert unknown["data"]["series"] == []


def test_an_unknown_path_is_the_gateways_404(post: Post) -> None:
    """With its code."""
    answer = post("no_such_tool")

    assert (answer.status_code, answer.json()["code"]) == (404, 1640401)


def test_an_unknown_fault_is_named_with_those_there_are() -> None:
    """Before anything is served."""
    with pytest.raises(ValueError, match="no fault 'rain'; there are: rate_limited, "):
        BluekingStandIn(SCENARIO, ["rain"])


def test_it_runs_by_itself() -> None:
    """`python -m` prints where it listens; a wrong fault ends with 2."""
    command = [sys.executable, "-m", "paicha.testing.blueking"]
    wrong = subprocess.run([*command, "--fault", "rain"], capture_output=True, check=False)
    server = subprocess.Popen([*command, "--scenario", str(SCENARIO)], stdout=subprocess.PIPE)
    try:
        assert server.stdout is not None
        address = server.stdout.readline().decode().strip().removeprefix("monitor_url = ")
        answer = httpx.get(
            f"{address}/mcp/list_index_sets/", params={"bk_biz_id": 2}, headers=HEADERS
        )
    finally:
        server.terminate()
        server.communicate()

    assert wrong.returncode == 2
    assert answer.json()["data"][0]["index_set_id"] == 2545


def test_every_fault_is_used_by_a_test() -> None:
    """A switch that no test turns proves nothing."""
    here = Path(__file__).parent
    tests = "\n".join(path.read_text("utf-8") for path in sorted(here.glob("test_*.py")))

    unused = [name for name in FAULTS if f'"{name}' not in tests]

    assert unused == []
