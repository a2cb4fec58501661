"""A table of metrics named among log files, as a shell's ``*`` does."""

from __future__ import annotations

import json

import pytest
from tests.journeys.conftest import CommandLine

LOG = "".join(f"2026-11-20 10:0{n}:00 ERROR lease {n} is late\n" for n in range(5))
METRICS = "time,cpu_usage,load5\n" + "".join(
    f"2026-11-20 10:0{n}:00,{n + 1},{n / 2}\n" for n in range(5)
)
AUDIT = "time,user,action\n2026-11-20 10:00:00,bob,login\n2026-11-20 10:01:00,eve,delete\n"


def test_it_is_read_as_metrics(paicha: CommandLine) -> None:
    """
    Its rows are no records, and the report has the metrics.
    """
    (paicha.folder / "app.log").write_text(LOG)
    (paicha.folder / "host metrics.csv").write_text(METRICS)
    said = paicha("investigate", "app.log", "host metrics.csv", "--tz", "UTC", "--format", "json")
    found = json.loads(said.out)

    assert 0 == said.code, said.err
    assert 5 == found["totals"]["records"]
    assert ["cpu_usage", "load5"] == sorted(one["concept"] for one in found["metrics"])
    (command,) = found["reproduction"]["commands"]
    assert command.startswith("paicha investigate app.log --metrics 'host metrics.csv'")


def test_alone_it_is_refused_with_what_to_do(paicha: CommandLine) -> None:
    """
    Rows of numbers as log lines would look like a calm night.
    """
    (paicha.folder / "metrics.csv").write_text(METRICS)
    said = paicha("investigate", "metrics.csv")

    assert 1 == said.code
    assert "metrics.csv is a table of metrics or of spans: no column of it holds log messages." in (
        said.err
    )
    assert "Name the logs beside it" in said.err


def test_a_table_of_words_is_still_a_log(paicha: CommandLine) -> None:
    """
    Who did what is no metric.
    """
    (paicha.folder / "audit.csv").write_text(AUDIT)
    said = paicha("investigate", "audit.csv", "--tz", "UTC", "--format", "json")

    assert 0 == said.code, said.err
    assert 3 == json.loads(said.out)["totals"]["records"]


ANSWERS = {
    "prometheus": {
        "status": "success",
        "data": {
            "resultType": "matrix",
            "result": [
                {
                    "metric": {"__name__": "load5", "instance": "web-1:9100"},
                    "values": [[1795168800 + 60 * n, str(n / 2)] for n in range(5)],
                }
            ],
        },
    },
    "blueking": {
        "bkmonitor:system:load:load5": {
            "result": True,
            "code": 200,
            "message": "OK",
            "data": {
                "metrics": [],
                "series": [
                    {
                        "metric_field": "_result_",
                        "dimensions": {"bk_target_ip": "10.0.0.8"},
                        "datapoints": [[n / 2, 1795168800000 + 60000 * n] for n in range(5)],
                    }
                ],
            },
        }
    },
}


@pytest.mark.parametrize("indent", [None, 2], ids=["one line", "many lines"])
@pytest.mark.parametrize("store", sorted(ANSWERS))
@pytest.mark.parametrize("named", [("app.log", "answer.json"), (".",)], ids=["named", "folder"])
def test_an_answer_of_a_metric_store_is_read_as_metrics(
    paicha: CommandLine, named: tuple[str, ...], store: str, indent: int | None
) -> None:
    """
    Its lines stood among the records, and no claim was held against it.
    """
    (paicha.folder / "app.log").write_text(LOG)
    (paicha.folder / "answer.json").write_text(json.dumps(ANSWERS[store], indent=indent))
    said = paicha("investigate", *named, "--tz", "UTC", "--format", "json")
    found = json.loads(said.out)

    assert 0 == said.code, said.err
    assert 5 == found["totals"]["records"]
    assert ["load5"] == [one["concept"] for one in found["metrics"]]


def test_a_log_of_such_answers_is_a_log(paicha: CommandLine) -> None:
    """
    A proxy that writes down what it was answered writes when.
    """
    rows = (
        {"time": f"2026-11-20T10:0{n}:00Z", "level": "error", "msg": json.dumps(ANSWERS)}
        for n in range(5)
    )
    (paicha.folder / "proxy.json").write_text("".join(f"{json.dumps(row)}\n" for row in rows))
    said = paicha("investigate", "proxy.json", "--tz", "UTC", "--format", "json")

    assert 0 == said.code, said.err
    assert 5 == json.loads(said.out)["totals"]["records"]


def test_a_log_whose_fields_are_called_alike_is_a_log(paicha: CommandLine) -> None:
    """
    Who writes `message` first and counts `datapoints` is no metric store.
    """
    rows = [
        {"message": f"pushed batch {n}", "level": "error", "time": f"2026-11-20T10:0{n}:00Z"}
        | {"status": "success", "datapoints": [1, 2], "series": ["a"]}
        for n in range(5)
    ]
    (paicha.folder / "pusher.json").write_text("".join(f"{json.dumps(row)}\n" for row in rows))
    for name in ("pusher.json", "."):
        said = paicha("investigate", name, "--tz", "UTC", "--format", "json")

        assert 0 == said.code, said.err
        assert 5 == json.loads(said.out)["totals"]["records"]


def test_a_table_added_to_a_case_is_read_as_metrics(paicha: CommandLine) -> None:
    """
    As it is where the logs are named first.
    """
    for name in ("app.log", "more.log"):
        (paicha.folder / name).write_text(LOG.replace("lease", name))
    (paicha.folder / "host.csv").write_text(METRICS)
    assert 0 == paicha("investigate", "app.log", "--tz", "UTC", "-o", "kept").code
    said = paicha("extend", "kept", "more.log", "host.csv", "--format", "json")
    found = json.loads(said.out)

    assert 0 == said.code, said.err
    assert (10, 2) == (found["totals"]["records"], len(found["metrics"]))
    alone = paicha(
        "extend", "kept", "host.csv", "--format", "json"
    )  # the same once more adds nothing
    again = json.loads(alone.out)
    assert (10, 2) == (again["totals"]["records"], len(again["metrics"])), alone.err
