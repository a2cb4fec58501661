"""The address of a search in the log platform, pasted where files are named."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import quote

import pytest

from paicha.errors import UsageError
from paicha.facade import Asked, prepare
from paicha.model.service import RunRequest
from paicha.service.requests import resolved
from paicha.sources.blueking.links import search_page
from paicha.sources.blueking.pasted import is_page, pasted
from paicha.sources.blueking.windows import Slice
from paicha.wiring.reading import load_settings

PLACE = "https://bklog.example.com/#/retrieve/2545"
TIMES = "start_time=1766111552000&end_time=1766112451999"


def page(**asked: object) -> str:
    """Return an address with *asked*, what is no text as JSON."""
    words = {
        name: value if isinstance(value, str) else json.dumps(value)
        for name, value in asked.items()
    }
    return f"{PLACE}?{'&'.join(f'{name}={quote(value)}' for name, value in words.items())}"


def test_the_link_of_a_report_asks_what_the_report_asked() -> None:
    """To the millisecond: the page's end is part of what it shows, ours is not."""
    query = '(level:"ERROR") AND (log:"支付 & 退款")'
    found = pasted(
        search_page(
            "https://bklog.example.com/", -7, 2545, query, Slice(1766111552000, 1766112452000)
        )
    )

    assert (found.index_set, found.biz, found.where) == (2545, -7, query)
    assert (found.start, found.end) == ("2025-12-19T02:32:32+00:00", "2025-12-19T02:47:32+00:00")


@pytest.mark.parametrize(
    ("addition", "where"),
    [
        ([{"field": "level", "operator": "is one of", "value": ["ERROR", "WARN"]}], '(level:"ERROR" OR level:"WARN")'),
        ([{"field": "level", "operator": "!=", "value": "INFO"}], '* AND NOT (level:"INFO")'),
        (
            [{"field": "__ext.pod", "operator": "=", "value": ["a"]}, {"field": "log", "operator": "contains match phrase", "value": ['say "x"']}],
            '((__ext.pod:"a")) AND ((log:"say \\"x\\""))',
        ),
        ([{"field": "level", "operator": "=", "value": ["ERROR"], "disabled": True}], ""),
        ([], ""),
    ],
)  # fmt: skip
def test_conditions_of_the_page_become_a_filter(addition: list[object], where: str) -> None:
    """Each as what it means in the platform's own language."""
    assert where == pasted(page(bizId="2", addition=addition, keyword="*")).where


@pytest.mark.parametrize(
    "asked",
    [
        {"addition": [{"field": "took", "operator": "&=~", "value": ["9"]}]},
        {"addition": [{"field": "level", "operator": "exists"}]},
        {"addition": [{"field": 'a:1 OR "', "operator": "=", "value": ["9"]}]},
        {"addition": ["level"]},
        {"addition": "{"},
        {"addition": {"field": "level"}},
        {"ip_chooser": {"node_list": [{"id": 7}]}},
        {"ip_chooser": "x"},
    ],
)
def test_a_condition_that_cannot_be_asked_for_is_named_and_not_left_out(
    asked: dict[str, object],
) -> None:
    """Without it another search would be reported on."""
    with pytest.raises(UsageError) as caught:
        pasted(page(**asked))

    assert "blueking.page_part" == caught.value.code
    assert next(iter(asked)) in caught.value.what


def test_hosts_that_were_chosen_on_the_page_are_asked_for() -> None:
    """By their ids, or by address and cloud area, of which 0 is one."""
    ids = {"host_list": [{"host_id": 42}, {"host_id": 43}]}
    addresses = {"ip_list": [{"ip": "10.0.0.8", "bk_cloud_id": 0}, {"ip": "10.0.0.9"}]}

    assert ("42", "43") == pasted(page(ip_chooser=ids)).hosts
    assert ("10.0.0.8|0", "10.0.0.9") == pasted(page(ip_chooser=addresses)).hosts


@pytest.mark.parametrize(
    ("address", "known"),
    [
        (f"{PLACE}?{TIMES}", True),
        ("https://bk.example.com/o/bk_log_search/#/retrieve/7", True),
        ("https://bklog.example.com/#/retrieve/?bizId=2", True),
        ("https://bklog.example.com/#/manage/7", False),
        ("https://example.com/app.log", False),
        ("retrieve/app.log", False),
    ],
)
def test_what_is_no_search_is_left_alone(address: str, known: bool) -> None:
    """Files may be called anything."""
    assert known == is_page(address)


def test_an_address_without_an_index_set_is_refused() -> None:
    """Several may be open, or none."""
    with pytest.raises(UsageError) as caught:
        pasted("https://bklog.example.com/#/retrieve/?bizId=2")

    assert "blueking.page_without_index_set" == caught.value.code


def test_a_pasted_address_is_a_question_and_what_is_said_beside_it_counts(tmp_path: Path) -> None:
    """The source is the one whose pages stand there; window, business and filter are the page's unless others are given."""
    sources = "".join(
        f'[sources.{name}]\ntype = "blueking_logs"\npage_url = "https://{name}.example.com/"\n'
        'monitor_url = "https://gw.example.com"\nbk_biz_id = 9\n'
        for name in ("bklog", "other")
    )
    (tmp_path / "paicha.toml").write_text(sources, "utf-8")
    settings = load_settings(tmp_path / "paicha.toml", {}, tmp_path)
    address = page(
        bizId="2", keyword="level:ERROR", start_time="1766111552000", end_time="1766112451999"
    )

    plain = prepare(Asked(files=(address,)), settings=settings, environ={})
    changed = prepare(
        Asked(
            files=(address,),
            where="level:WARN",
            start="2025-12-19T00:00:00Z",
            end="2025-12-19T01:00:00Z",
        ),
        settings=settings,
        environ={},
    )

    scope = plain.inquiry.scope
    assert (plain.sources, plain.files) == (("bklog",), ())
    assert (scope.bk_biz_id, scope.index_set_id, scope.where) == (2, 2545, "level:ERROR")
    assert plain.window is not None
    assert "2025-12-19T02:32:32+00:00" == plain.window.start.isoformat()
    assert changed.window is not None
    assert ("level:WARN", 3600.0) == (
        changed.inquiry.scope.where,
        changed.window.length.total_seconds(),
    )


def test_in_place_of_a_filter_it_is_the_same_question_over_the_api(tmp_path: Path) -> None:
    """As a filter it would find nothing; the page's own time goes before the usual one of a profile."""
    settings = (
        '[sources.app]\ntype = "blueking_logs"\nmonitor_url = "https://gw.example.com"\nbk_biz_id = 9\n'
        '[profiles.duty]\nsources = ["app"]\nwindow = "3h"\n'
    )
    (tmp_path / "paicha.toml").write_text(settings, "utf-8")
    address = page(bizId="2", keyword="level:ERROR") + f"&{TIMES}"
    request = RunRequest(profile="duty", where=f" {address} ", trigger="api", asked_by="me")

    kept, prepared = resolved(
        request, load_settings(tmp_path / "paicha.toml", {}, tmp_path), datetime.now(UTC)
    )

    assert (kept.where, kept.index_set, kept.biz) == ("level:ERROR", 2545, 2)
    assert kept.sources == ("app",)
    assert prepared.window is not None
    assert "2025-12-19T02:32:32+00:00" == prepared.window.start.isoformat()
    assert 900.0 == prepared.window.length.total_seconds()
