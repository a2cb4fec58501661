"""Desks over a folder of their own, and runs that are done without being carried out."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from paicha.facade import open_case
from paicha.model.service import Headline, Run, RunRequest
from paicha.service.child import headline_of
from paicha.service.desk import Desk
from paicha.wiring.secret import Secret
from paicha.wiring.service_settings import ProfileSettings, ServiceSettings
from paicha.wiring.settings import FilesSettings, General, MetricFilesSettings, Settings

SCENARIO = Path(__file__).parents[2] / "src" / "paicha" / "testing" / "scenario"
START, END = "2025-12-19T10:32:32+08:00", "2025-12-19T10:47:32+08:00"
#: What the reference scenario is asked about.
INCIDENT = RunRequest(sources=("app",), start=START, end=END, baseline="none")
LEASE_S = 30.0


def settings_for(folder: Path, database: str = "", **service: Any) -> Settings:
    """Return settings with the reference scenario as their only sources."""
    sources = (
        FilesSettings("app", (str(SCENARIO / "app.log"),)),
        MetricFilesSettings("host", (str(SCENARIO / "metrics.json"),)),
    )
    profile = ProfileSettings("incident", sources=("app",), metrics=("host",), window="15m")
    kept = ServiceSettings(data=str(folder / "data"), database=Secret(database), **service)
    general = General(zone="Asia/Shanghai", language="en")
    return replace(Settings(general, sources, None), service=kept, profiles=(profile,))


class Clock:
    """A clock that goes on when it is told to."""

    def __init__(self) -> None:
        self.now = datetime(2026, 1, 1, tzinfo=UTC)

    def __call__(self) -> datetime:
        """Return the time."""
        return self.now

    def seconds(self) -> float:
        """Return the time [s since 1970]."""
        return self.now.timestamp()

    def forward(self, seconds: float) -> None:
        """Let time pass [s]."""
        self.now += timedelta(seconds=seconds)


def ready_desk(folder: Path, clock: Callable[[], datetime] | None = None, **service: Any) -> Desk:
    """Return a desk that carries nothing out by itself."""
    settings = settings_for(folder, **service)
    return Desk.open(settings, clock) if clock else Desk.open(settings)


def finish(desk: Desk, run: Run, case: Path) -> Run:
    """Return *run* as if it had been carried out with *case* as its result."""
    claimed = desk.ledger.runs.claim("test", desk.clock(), LEASE_S)
    assert claimed is not None
    assert claimed.id == run.id
    place = desk.folders.unfinished(run.id, "test:1")
    place.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(case, place)
    ended = desk.ledger.runs.finish(
        run.id,
        "test",
        desk.clock(),
        "done",
        headline=headline_in(case),
        before=lambda: desk.folders.settle(run.id, place),
    )
    assert ended is not None
    return ended


def headline_in(case: Path) -> Headline:
    """Return what a list shows of *case*."""
    return headline_of(open_case(case).findings)
