"""What sets the records of a problem apart from the others of the same services."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from paicha.model.aliases import AliasSetting, AliasSettings
from paicha.model.findings import Findings
from paicha.model.schema import ALIAS_COUNTS


def _log(case: Any, *, failed: dict[str, str], sound: list[dict[str, str]]) -> Findings:
    """Give 10 failures with *failed* among 200 sound records that take turns with *sound*; another service says nothing."""
    for n in range(200):
        case.line(n, "INFO", "", "checkout took 41 ms", service="checkout")
        case.rows[-1]["attributes"] = json.dumps(sound[n % len(sound)])
    for n in range(10):
        case.line(n * 20, "ERROR", "", "cannot add the tax", service="checkout")
        case.rows[-1]["attributes"] = json.dumps(failed)
        case.line(n * 20, "INFO", "", "mail sent", service="mail")
        case.rows[-1]["attributes"] = json.dumps({"version": "9"})
    findings: Findings = case.findings()
    return findings


def test_the_version_that_only_failures_have_is_said_on_the_first_screen(new_case: Any) -> None:
    """The canary: all failures are of 2.4, none of the other records of that service is; what mail runs says nothing."""
    findings = _log(new_case(), failed={"version": "2.4"}, sound=[{"version": "2.3"}])
    (problem,) = findings.problems

    assert problem.told is not None
    assert problem.told.apart is not None
    assert "version 2.4 in all 10, in none of 200 others of the same services" == (
        problem.told.apart.en
    )
    assert any("version 为 2.4" in said.text.zh for said in findings.statements)


def test_one_zone_of_three_is_told_with_how_many_others_are_of_it(new_case: Any) -> None:
    """Two thirds of the sound records are of other zones; ten failures in a row of one zone are no chance."""
    zones = [{"zone": name} for name in "abcdef"]
    (problem,) = _log(new_case(), failed={"zone": "b"}, sound=zones).problems

    assert problem.told is not None
    assert problem.told.apart is not None
    assert "zone b in all 10, in 34 of 200 others of the same services" == problem.told.apart.en


@pytest.mark.parametrize("field", ["__ext.labels.app_version", "f17"])
@pytest.mark.parametrize("road", ["declared", "shadowed"])
def test_a_field_is_called_by_the_alias_that_people_know_it_by(
    field: str, road: str, new_case: Any
) -> None:
    """What the collector calls it tells nobody anything; an alias that is another field's name would tell something else."""
    case = new_case()
    names = ("发布版本",) if road == "declared" else ("发布版本", "again")
    real = (field,) if road == "declared" else (field, "发布版本")
    pairs = tuple(AliasSetting(field, name, "keyword") for name in names)
    settings = AliasSettings(7, "checkout", pairs, real, ())
    case.changes["aliases"] = settings, ALIAS_COUNTS.empty_table()
    known = replace(case.knowledge.places, words_zh=("版本",), words=("again",))
    case.knowledge = replace(case.knowledge, places=known)
    (problem,) = _log(case, failed={field: "2.4"}, sound=[{field: "2.3"}]).problems

    assert problem.told is not None
    assert problem.told.apart is not None
    assert problem.told.apart.zh.startswith("发布版本" if road == "declared" else "again")
    assert [tally.name for tally in problem.told.tallies] == [field]


@pytest.mark.parametrize(
    ("failed", "sound"),
    [
        ({"version": "2.4"}, [{"version": "2.4"}]),  # everything is of that version
        ({"version": "2.4"}, [{}]),  # nobody else says a version
        ({"status": "500"}, [{"status": "200"}]),  # how it went, not where
        ({"zone": "b"}, [{"zone": "a"}, {"zone": "b"}]),  # as likely as heads ten times in a row
    ],
)
def test_what_others_share_or_do_not_say_sets_nothing_apart(
    failed: dict[str, str], sound: list[dict[str, str]], new_case: Any
) -> None:
    """Nor does a place that half of all records are from: that would be chance."""
    (problem,) = _log(new_case(), failed=failed, sound=sound).problems

    assert problem.told is None


def test_of_a_problem_it_is_told_how_many_records_are_of_which_pod(new_case: Any) -> None:
    """Also where nothing sets them apart: who looks for them has to know which to look at."""
    case = new_case()
    for n in range(6):
        case.line(n, "ERROR", "", "cannot add the tax", service="checkout")
        said = {
            "__ext.io_kubernetes_pod": f"checkout-{'a' if n % 3 else 'b'}",
            "pod_ip": "10.0.0.7",
        }
        case.rows[-1]["attributes"] = json.dumps(said)

    (problem,) = case.findings().problems

    assert problem.told is not None
    (pods,) = problem.told.tallies
    assert pods.title.zh == "Pod"
    assert [(one.name, one.n) for one in pods.values] == [("checkout-a", 4), ("checkout-b", 2)]
