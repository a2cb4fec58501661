"""A release a few minutes before the trouble, and nobody asked for a baseline."""

from __future__ import annotations

from pathlib import Path

import pytest

import paicha
from paicha.composition.digest import compose_digest


def _log(folder: Path, *, trouble: bool) -> Path:
    lines = [
        f"2026-11-25 20:{minute:02d}:00,000 INFO [main] shop.Orders - 下单成功 id={minute}"
        for minute in range(60)
    ]
    lines.append(
        "2026-11-25 20:25:09,000 INFO [main] shop.Application - Starting Application v2.14.0 using Java 17.0.9"
    )
    if trouble:
        lines += [
            f"2026-11-25 20:{minute}:30,000 ERROR [exec-1] shop.Orders - 数据库连接失败"
            for minute in range(31, 60)
        ]
    log = folder / "app.log"
    log.write_text("".join(f"{line}\n" for line in sorted(lines)), "utf-8")
    return log


@pytest.mark.parametrize(
    ("language", "lead", "false_lead"),
    [("zh", "变更记录：", "与基线相比："), ("en", "What was done: ", "Against the baseline: ")],
)
def test_a_release_has_a_lead_of_its_own(
    language: str, lead: str, false_lead: str, tmp_path: Path
) -> None:
    """
    Nothing was compared, so nothing stands under the baseline; what is urgent comes first.
    """
    found = paicha.investigate(_log(tmp_path, trouble=True), zone="Asia/Shanghai", baseline="none")

    told = found.render("terminal", "zh" if language == "zh" else "en", width=400).decode()

    assert lead in told
    assert "v2.14.0" in told.partition(lead)[2].partition("\n")[0]
    assert false_lead not in told
    assert "immediate" == found.findings.statements[0].kind


def test_a_release_is_a_turning_point(tmp_path: Path) -> None:
    """
    It stands in the timeline before what came of it, in the words of its line, in every zone.
    """
    found = paicha.investigate(_log(tmp_path, trouble=True), zone="Asia/Shanghai", baseline="none")

    assert ["done", "first"] == [one.kind for one in found.findings.timeline][:2]
    said = "带版本号启动：Starting Application v2.14.0 using Java 17.0.9"  # no other version ran before
    assert said == found.findings.timeline[0].text.zh
    markdown = found.render("md", "en", zone="UTC").decode().partition("## Timeline")[2]
    assert "| 12:25:09 | change | start naming a version: Starting Application v2.14.0" in markdown


def test_a_release_alone_leaves_a_window_calm(tmp_path: Path) -> None:
    """
    A message about a quiet window with a release in it says that it was quiet.
    """
    found = paicha.investigate(_log(tmp_path, trouble=False), zone="Asia/Shanghai", baseline="none")

    assert ["done", "calm"] == [one.kind for one in found.findings.statements]
    assert "good" == compose_digest(found.findings, "zh").tone
