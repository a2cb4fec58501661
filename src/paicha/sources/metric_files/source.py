"""A `paicha.ports.MetricSource` over files."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from pathlib import Path
from zoneinfo import ZoneInfo

from paicha.errors import InputError
from paicha.locales import Text, text
from paicha.model.knowledge import MetricConcept
from paicha.model.question import MetricQuery
from paicha.sources.metric_files.collecting import Collected, MetricFileReading, moment_shown
from paicha.sources.metric_files.combining import Combining
from paicha.sources.metric_files.detection import may_hold_metrics, read_file
from paicha.sources.metric_files.naming import ConceptNames


class MetricFileSource:
    """
    Metrics that somebody exported.

    The format is told from the content: stored answers of BlueKing or Prometheus (JSON), OpenMetrics
    text, CSV. A file cannot say which concepts it was meant to hold, so `missing` of its coverage names
    the concepts that the file names and has no point for.

    Args:
        paths: The files.
        found: Those of them that nobody named, found in a folder: what holds no metrics is passed over, with a note.
        concepts: What their metrics may mean.
        name: Its name in the settings.
        host: Whose the numbers are where a file does not say.
        zone: IANA name of where times without a zone belong.
    """

    def __init__(
        self,
        paths: Sequence[Path],
        concepts: Sequence[MetricConcept],
        *,
        name: str = "metric_files",
        host: str = "",
        zone: str = "UTC",
        found: Collection[Path] = (),
    ) -> None:
        self._paths = tuple(paths)
        self._found = frozenset(found)
        self._concepts = concepts
        self._names = ConceptNames(concepts)
        self._name = name
        self._host = host
        self._zone = ZoneInfo(zone)

    @property
    def name(self) -> str:
        """Its name in the settings."""
        return self._name

    def read(self, query: MetricQuery) -> MetricFileReading:
        """
        Read every series of the hosts asked for, inside the window, in the concepts' units.

        Raises:
            InputError: If a file is missing or is no metrics file.
        """
        parts = Combining(self._concepts)
        collected = Collected(
            query, self._names, self._host, self._zone, parts, several=len(self._paths) > 1
        )
        others: list[str] = []
        for path in self._paths:
            if path in self._found and not may_hold_metrics(path):
                others.append(path.name)
                continue
            try:
                raw = read_file(path, self._zone)
            except InputError as error:
                if path not in self._found:
                    raise
                collected.pass_over(path, error)
            else:
                collected.take(path, raw)
        if others:
            collected.pass_over_others(others)
        collected.take_combined()
        return collected.finished(self._name)

    def check(self) -> Sequence[tuple[Text, bool, Text]]:
        """Return one line per file: readable and from when to when, or what is wrong with it."""
        return [self._check(path) for path in self._paths]

    def _check(self, path: Path) -> tuple[Text, bool, Text]:
        shown = Text.same(str(path))
        try:
            raw = read_file(path, self._zone)
        except InputError as error:
            return shown, False, error.texts
        moments = [moment for one in raw.series for moment, _ in one.points]
        if not moments:
            return shown, False, text("metrics.no_points", path=path.name)
        said = text(
            "metrics.check_readable",
            path=path.name,
            series=len(raw.series),
            points=len(moments),
            first=moment_shown(min(moments), self._zone),
            last=moment_shown(max(moments), self._zone),
        )
        return shown, True, said
