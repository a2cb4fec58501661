"""Bodies of other systems become alerts, and nothing they hold breaks anything."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.unit.service.alerts.bodies import POINT, alert_info, alertmanager, callback, firing, raw

from paicha.errors import ConfigError, QuestionError
from paicha.model.alerts import Alert
from paicha.service.alerts.alertmanager import read_alertmanager
from paicha.service.alerts.bkmonitor import read_bkmonitor
from paicha.service.alerts.generic import load_mapping, mapping_of, read_generic

NOW = datetime(2026, 1, 5, 9, 5, tzinfo=UTC)
AT = datetime.fromtimestamp(POINT, UTC)
USUAL = load_mapping(None)


def bk(**changes: Any) -> Alert:
    """Return the alert of a callback of BlueKing."""
    [alert] = read_bkmonitor(raw(callback(**changes)), NOW)
    return alert


def test_a_callback_of_blueking_becomes_an_alert() -> None:
    """
    Event, type, severity, host, business, rule and the point's own time are read.
    """
    alert = bk()

    assert ("17676036001234", "ANOMALY_NOTICE", "firing") == (
        alert.event_id,
        alert.type,
        alert.state,
    )
    assert ("critical", 2, "11", "CPU总使用率") == (
        alert.severity,
        alert.biz,
        alert.strategy,
        alert.title,
    )
    assert ("42", "10.0.0.8") == (alert.hosts[0].name("id"), alert.hosts[0].name("address"))
    assert (AT, "97.2") == (alert.at, alert.value)


def test_the_window_is_bluekings_own() -> None:
    """
    Five intervals before the point to one after it, unless the hook says otherwise.
    """
    alert, [info] = bk(), read_bkmonitor(raw(alert_info()), NOW)

    assert (AT - timedelta(minutes=5), AT + timedelta(minutes=1)) == (
        alert.window().start,
        alert.window().end,
    )
    assert AT - timedelta(minutes=10) == info.window().start
    assert AT - timedelta(seconds=90) == alert.window(before_s=90).start


def test_the_full_alert_document_is_read_as_well() -> None:
    """
    alert_info has its dimensions in a list and its times in seconds.
    """
    [alert] = read_bkmonitor(raw(alert_info()), NOW)

    assert ("e9", "ABNORMAL", "warning", 120) == (
        alert.event_id,
        alert.type,
        alert.severity,
        alert.interval_s,
    )
    assert (AT, "10.0.0.8") == (alert.at, alert.hosts[0].name("id"))


def test_json_inside_a_json_string_is_opened() -> None:
    """
    A template that was quoted once too often is read all the same.
    """
    twice = raw(json.dumps(callback()))

    assert read_bkmonitor(raw(callback()), NOW) == read_bkmonitor(twice, NOW)


def test_an_empty_object_is_no_alert() -> None:
    """
    BlueKing sends {} where it has no alert to tell of.
    """
    assert () == read_bkmonitor(b"{}", NOW)


def test_a_time_without_zone_is_utc_and_epoch_comes_first() -> None:
    """
    The text is taken only where the point's own seconds are missing.
    """
    without = callback()
    del without["latest_anomaly_record"]["origin_alarm"]
    [alert] = read_bkmonitor(raw(without), NOW)
    moved = callback()
    moved["latest_anomaly_record"]["origin_alarm"]["data"]["time"] = POINT - 60

    assert AT == alert.at
    assert AT - timedelta(seconds=60) == read_bkmonitor(raw(moved), NOW)[0].at


@pytest.mark.parametrize(
    ("kind", "state"),
    [
        ("RECOVERY_NOTICE", "recovered"), ("RECOVERY_PUSH", "recovered"), ("closed", "closed"),
        ("CLOSE_PUSH", "closed"), ("ANOMALY_PUSH", "firing"), ("manual", "firing"),
    ],
)  # fmt: skip
def test_the_type_says_what_became_of_the_alert(kind: str, state: str) -> None:
    """
    Recoveries and closings are over; whatever else is sent fires.
    """
    assert state == bk(type=kind).state


def test_an_alert_for_missing_data_has_no_value() -> None:
    """
    Its value is null, and it starts an investigation like any other.
    """
    alert = bk(current_value=None, description="当前指标(CPU使用率)无数据")

    assert ("no_data", "", False) == (alert.state, alert.value, alert.over)


@pytest.mark.parametrize(
    ("dimensions", "host"),
    [
        ({"bk_target_ip": "10.0.0.9", "bk_target_cloud_id": 3}, "10.0.0.9|3"),
        ({"bk_target_ip": "10.0.0.9", "bk_cloud_id": "0"}, "10.0.0.9"),
        ({"ip": "10.0.0.7", "bk_cloud_id": 0}, "10.0.0.7"),
        ({"bk_host_id": 7, "ip": "10.0.0.7"}, "7"),
    ],
)
def test_the_host_is_where_blueking_puts_it(dimensions: dict[str, Any], host: str) -> None:
    """
    bk_host_id first, then bk_target_ip, then ip; cloud area 0 is an area.
    """
    body = callback()
    body["event"]["dimensions"] = dimensions
    body["latest_anomaly_record"] = None
    [alert] = read_bkmonitor(raw(body), NOW)

    assert [host] == [one.name("id") for one in alert.hosts]
    assert AT == alert.at  # from begin_time


def test_an_event_without_dimensions_names_no_host() -> None:
    """
    Event-type sources send null there.
    """
    body = callback(latest_anomaly_record={})
    body["event"]["dimensions"] = None

    assert () == read_bkmonitor(raw(body), NOW)[0].hosts


def test_alertmanagers_group_becomes_its_alerts_firing_ones_first() -> None:
    """
    Labels name host and rule; the group's key is kept; nanoseconds are no hindrance.
    """
    over = firing("web-1", status="resolved", endsAt="2026-01-05T09:04:00Z")
    first, second = read_alertmanager(raw(alertmanager(over, firing())), NOW)

    assert ("firing", "recovered") == (first.state, second.state)
    assert ("10.0.0.8", "web-1") == (first.hosts[0].ip, second.hosts[0].ip)
    assert ('{}:{alertname="HighCPU"}', "critical", "CPU above 95 %") == (
        first.group,
        first.severity,
        first.text,
    )
    assert datetime(2026, 1, 5, 9, 0, 0, 123456, UTC) == first.at
    assert datetime(2026, 1, 5, 9, 4, tzinfo=UTC) == second.at


def test_the_same_labels_tomorrow_are_another_event() -> None:
    """
    The start belongs to what makes two notices the same; its end and repeats do not.
    """
    [today] = read_alertmanager(raw(alertmanager()), NOW)
    [again] = read_alertmanager(raw(alertmanager(firing(annotations={}))), NOW)
    [tomorrow] = read_alertmanager(raw(alertmanager(firing(startsAt="2026-01-06T09:00:00Z"))), NOW)

    assert today.event_id == again.event_id
    assert today.event_id != tomorrow.event_id


def test_the_usual_mapping_holds_its_samples(tmp_path: Path) -> None:
    """
    A file whose samples do not hold is refused with what is wrong.
    """
    file = tmp_path / "own.toml"
    file.write_text(
        'colour = "red"\n[fields]\nevent_id = "id"\nhosst = "h"\n[severity]\nbad = ["1"]\n', "utf-8"
    )

    with pytest.raises(ConfigError) as refused:
        load_mapping(file)

    assert 3 == len(refused.value.mistakes)
    assert 3 == len(USUAL.samples)


def test_a_sample_that_does_not_hold_is_a_mistake(tmp_path: Path) -> None:
    """
    What the body gives and what was expected are both said.
    """
    file = tmp_path / "own.toml"
    file.write_text(
        '[fields]\nevent_id = "id"\n[[samples]]\nbody = \'{"id": "7"}\'\nalerts = [{event_id = "8"}]\n',
        "utf-8",
    )

    with pytest.raises(ConfigError) as refused:
        load_mapping(file)

    assert "samples.1: event_id is '7' instead of '8'" == refused.value.mistakes[0].en


def test_a_list_of_alerts_is_found_by_its_path() -> None:
    """
    Each entry of the list is an alert; a body without the list is refused.
    """
    mapping, mistakes = mapping_of(
        {"alerts": "data.items", "fields": {"event_id": "id", "time": "t"}}
    )
    body = raw({"data": {"items": [{"id": 1, "t": POINT}, {"id": 2, "t": POINT * 1000}, 3]}})

    assert () == mistakes
    assert [("1", AT), ("2", AT)] == [(a.event_id, a.at) for a in read_generic(body, NOW, mapping)]
    with pytest.raises(QuestionError) as refused:
        read_generic(b"{}", NOW, mapping)
    assert "The body holds no list at data.items" == refused.value.what


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"", "hooks.empty_body"), (b"hello", "hooks.not_json"), (b"[1]", "hooks.not_an_object"),
        (b"[" * 100_000, "hooks.too_deep"), (b'{"a": 1}', "hooks.not_bkmonitor"), (b"\xff\xfe", "hooks.not_json"),
    ],
)  # fmt: skip
def test_what_is_no_callback_is_refused_with_what_to_do(body: bytes, code: str) -> None:
    """
    Each refusal has a sentence and a way out.
    """
    with pytest.raises(QuestionError) as refused:
        read_bkmonitor(body, NOW)

    assert code == refused.value.code


@pytest.mark.parametrize(
    ("body", "kind"),
    [("[1]", "array"), ("7.5", "number"), ("true", "boolean"), ("null", "null")],
)
def test_what_is_no_object_is_named_alike_in_both_languages(body: str, kind: str) -> None:
    """
    By its name in JSON: no English word stands in a Chinese sentence.
    """
    with pytest.raises(QuestionError) as refused:
        read_bkmonitor(body.encode(), NOW)

    assert f"The body is of the JSON type {kind}, not an object" == refused.value.what
    assert f"请求体的 JSON 类型是 {kind}，" in refused.value.text("zh")


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.just("\ud800\x00"),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4)
    ),
    max_leaves=12,
)


def mutated(body: dict[str, Any]) -> st.SearchStrategy[dict[str, Any]]:
    """Return *body* with anything in place of some of what it holds."""
    return st.dictionaries(st.sampled_from(sorted(body)), anything, max_size=5).map(
        lambda new: body | new
    )


bodies = st.one_of(
    st.binary(max_size=200),
    anything.map(lambda value: json.dumps(value).encode("utf-8", "surrogatepass")),
    mutated(callback()).map(lambda value: json.dumps(value).encode()),
    mutated(callback()["event"]).map(lambda event: json.dumps(callback(event=event)).encode()),
    mutated(alert_info()).map(lambda value: json.dumps(value).encode()),
    mutated(firing()).map(lambda value: json.dumps(alertmanager(value)).encode()),
    mutated(alertmanager()).map(lambda value: json.dumps(value).encode()),
)


@settings(max_examples=200)
@given(body=bodies)
def test_any_body_is_alerts_or_a_refusal(body: bytes) -> None:
    """
    Nothing else comes out, and what comes out can be stored and gives a window.
    """
    for read in (read_bkmonitor, read_alertmanager, lambda b, t: read_generic(b, t, USUAL)):
        try:
            alerts = read(body, NOW)
        except QuestionError:
            continue
        for alert in alerts:
            assert alert.window().length > timedelta(0)
            repr(alert).encode()
            assert "\x00" not in alert.event_id + alert.title + alert.text
