"""The built-in reference scenario: where its files are, and what is asked of them."""

from __future__ import annotations

import os
from importlib import resources
from pathlib import Path

from paicha.values import dataclass


@dataclass(frozen=True, slots=True)
class DemoQuestion:
    """What the built-in scenario is about."""

    log: Path
    metrics: Path
    start: str = "2025-12-19T10:32:32+08:00"
    end: str = "2025-12-19T10:47:32+08:00"
    biz: int = 2
    index_set: int = 2545
    host: str = "30.189.38.149"
    zone: str = "Asia/Shanghai"


def demo_question() -> DemoQuestion:
    """Return what the built-in scenario is about, and where its files are."""
    folder = scenario_folder()
    return DemoQuestion(folder / "app.log", folder / "metrics.json")


def scenario_folder() -> Path:
    """Return the folder of the built-in reference scenario."""
    return Path(os.fspath(resources.files("paicha") / "testing" / "scenario"))  # type: ignore[call-overload]
