"""Progress as a terminal shows it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import (
    BarColumn,
    Progress,
    ProgressColumn,
    SpinnerColumn,
    Task,
    TaskID,
    TextColumn,
    TimeRemainingColumn,
)
from rich.text import Text

from paicha.locales import Language, message


class TerminalProgress:
    """Draws how far it is on stderr, and takes it away at the end."""

    def __init__(self, progress: Progress, language: Language) -> None:
        self._progress = progress
        self._language = language
        self._tasks: dict[str, TaskID] = {}

    def step(self, stage: str, done: int, total: int | None) -> None:
        """Show that *done* of *total* is done in *stage*."""
        words = message(f"cli.progress.{stage}", self._language, n=f"{done:,}")
        if stage not in self._tasks:
            self._tasks[stage] = self._progress.add_task(words, total=total)
        self._progress.update(self._tasks[stage], description=words, completed=done, total=total)


class _RateColumn(ProgressColumn):
    """How many of whatever is counted are done per second."""

    def render(self, task: Task) -> Text:
        """Return the rate; nothing until there is one."""
        return Text(f"{task.speed:,.0f}/s" if task.speed else "")


@contextmanager
def drawn(language: Language) -> Iterator[TerminalProgress]:
    """Give a progress that draws on stderr."""
    columns = (
        SpinnerColumn(),
        TextColumn("{task.description}", markup=False),
        BarColumn(20),
        _RateColumn(),
        TimeRemainingColumn(compact=True),
    )
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        yield TerminalProgress(progress, language)
