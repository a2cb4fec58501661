"""Which hosts need attention, and why."""

from __future__ import annotations

from typing import Any

from paicha.model.findings import Findings


def test_the_scenario_host_needs_attention_and_says_what_for(reference: Findings) -> None:
    """
    Address and id, six P1, healthy metrics, and where logs and host disagree.
    """
    (device,) = reference.devices

    assert ("30.189.38.149", "96568") == (device.host, device.host_id)
    assert (1800, 527, True, "normal") == (
        device.n,
        device.abnormal,
        device.attention,
        device.metrics_status,
    )
    assert "6 problems of priority P1 with 400 records" in device.text.en
    assert any("the logs and the host disagree" in focus.en for focus in device.focus)


def test_a_quiet_host_with_a_full_disk_needs_attention(new_case: Any) -> None:
    """
    Its logs are fine, its metric is not.
    """
    case = new_case().line(1, "INFO", "a.py", "all fine", host="10.0.0.2")
    case.metric("disk_usage", [97.0] * 10, host="10.0.0.2")
    case.metric("disk_usage", [10.0] * 10, host="10.0.0.3")

    first, second = case.findings().devices

    assert ("10.0.0.2", True, "abnormal") == (first.host, first.attention, first.metrics_status)
    assert ("10.0.0.3", False, 0) == (second.host, second.attention, second.n)
    assert "97.00 %" in first.text.en


def test_hosts_are_sorted_by_attention_then_count(new_case: Any) -> None:
    """
    One crash outranks a hundred notes.
    """
    case = new_case().line(1, "FATAL", "a.py", "Core service crashed, restarting", host="10.0.0.9")
    for second in range(100):
        case.line(second, "WARNING", "a.py", "flux is low", host="10.0.0.1")

    devices = case.findings().devices

    assert ["10.0.0.9", "10.0.0.1"] == [device.host for device in devices]
    assert [True, False] == [device.attention for device in devices]
    assert "no_data" == devices[0].metrics_status
