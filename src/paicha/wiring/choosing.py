"""Which sources are meant, and how much is read of them: what was asked, else what the settings say."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from paicha.errors import ConfigError, QuestionError, UsageError
from paicha.model.question import Limits, Scope
from paicha.values import dataclass
from paicha.wiring.settings import (
    LOG_TYPES,
    METRIC_TYPES,
    BluekingLogsSettings,
    BluekingMetricsSettings,
    ChatModelSettings,
    FilesSettings,
    PrometheusSettings,
    Settings,
    SourceSettings,
    WebLogSettings,
    WebSettings,
    kind_of,
)

#: Says on the command line that no metrics are wanted, whatever the settings name.
NO_METRICS = "none"


@dataclass(frozen=True, slots=True)
class Choices:
    """
    Decides which of the configured sources a question is about.

    Args:
        settings: Everything that was set.
    """

    settings: Settings

    def chosen_logs(self, files: Sequence[str], named: Sequence[str]) -> tuple[str, ...]:
        """
        Return the log sources to read: those named, else the settings', else the only one there is.

        One that is named twice is read once: each of its records would be counted twice.

        Raises:
            UsageError: If nothing says what to read, or a name is no log source.
        """
        names = tuple(named)
        if not files and not names:
            names = self.settings.general.logs or self._only(LOG_TYPES)
        if not files and not names:
            known = ", ".join(self._names(LOG_TYPES))
            raise UsageError("cli.nothing_to_read", known=known or "-")
        names = tuple(dict.fromkeys(names))
        for name in names:
            self.wanted(name, LOG_TYPES, "logs")
        return names

    def budget(self, log_sources: Sequence[str]) -> int:
        """
        Return how many records to read whole where nobody said: of a store as many as the settings
        say (it can count the rest), of files all (they are read in bounded memory).
        """
        files = all(isinstance(self.settings.source(name), FilesSettings) for name in log_sources)
        return sys.maxsize if files else self.settings.general.max_records

    def limits(
        self,
        log_sources: Sequence[str],
        max_records: int | None,
        max_bytes: int,
        max_seconds: float,
    ) -> Mapping[str, Limits]:
        """
        Return what reading may cost of those sources whose settings say so.

        Args:
            log_sources: Names of sources.
            max_records: What was asked for now, which goes first; None: nothing was.
            max_bytes: Likewise; 0: nothing was.
            max_seconds: Likewise [s].
        """
        found: dict[str, Limits] = {}
        for name in log_sources:
            source = self.settings.source(name)
            if isinstance(source, WebLogSettings | BluekingLogsSettings):
                found[name] = Limits(
                    max_records or source.max_records or self.budget([name]),
                    max_bytes or source.max_bytes,
                    max_seconds or source.max_seconds,
                )
        return found

    def chosen_metrics(
        self, named: Sequence[str] | None, log_sources: Sequence[str]
    ) -> tuple[str, ...]:
        """
        Return the metric sources and metric files to read.

        Named ones; else the settings'; else, where the logs come from a store, the only metric source
        of its kind: BlueKing's for BlueKing's, one that speaks Prometheus' query API for the others.

        Raises:
            UsageError: If a name is neither a metric source nor a file.
        """
        if named is None:
            if self.settings.general.metrics:
                return tuple(dict.fromkeys(self.settings.general.metrics)) if log_sources else ()
            return self._usual_metrics([self.settings.source(name) for name in log_sources])
        names = tuple(dict.fromkeys(name for name in named if name != NO_METRICS))
        for name in names:
            if self.settings.source(name) is not None:
                self.wanted(name, METRIC_TYPES, "metrics")
            elif not Path(name).exists():
                known = ", ".join(self._names(METRIC_TYPES))
                raise UsageError("cli.no_such_metrics", name=name, known=known or "-")
        return names

    def _usual_metrics(self, logs: Sequence[SourceSettings | None]) -> tuple[str, ...]:
        if any(isinstance(source, BluekingLogsSettings) for source in logs):
            return self._only((BluekingMetricsSettings,))
        if any(isinstance(source, WebSettings) for source in logs):
            return self._only((PrometheusSettings,))
        return ()

    def refuse_without_window(self, sources: Sequence[str]) -> None:
        """
        Do nothing when every source can say by itself which time it holds.

        Raises:
            QuestionError: If one cannot: only files have a first and a last line.
        """
        for name in sources:
            if not isinstance(self.settings.source(name), FilesSettings):
                raise QuestionError("cli.window_needed", source=name)

    def refuse_far_from_files(self, sources: Sequence[str]) -> None:
        """
        Do nothing when Spark can read what is to be read.

        Raises:
            UsageError: If a source is none of files.
        """
        for name in sources:
            if not isinstance(self.settings.source(name), FilesSettings):
                raise UsageError("engine.files_only", source=name)

    def scope(self, scope: Scope, sources: Sequence[str]) -> Scope:
        """
        Return *scope* with the business and index set that all BlueKing sources share filled in.

        What they do not share stays open, so that each reads its own.
        """
        found = [self.settings.source(name) for name in sources]
        logs = [source for source in found if isinstance(source, BluekingLogsSettings)]
        biz = scope.bk_biz_id
        if biz is None:
            biz = _shared([source.bk_biz_id for source in logs if source.bk_biz_id])
        index_set = scope.index_set_id or _shared([source.index_set_id for source in logs])
        return replace(scope, bk_biz_id=biz, index_set_id=index_set)

    def chosen_chat_model(self, name: str) -> ChatModelSettings:
        """
        Return the settings of the model called *name*; "": of the only one there is.

        Raises:
            ConfigError: If there is none, or more than one and none was named.
        """
        models = [s for s in self.settings.sources if isinstance(s, ChatModelSettings)]
        known = ", ".join(source.name for source in models)
        chosen = [source for source in models if name in ("", source.name)]
        if not models:
            raise ConfigError("narrate.no_model")
        if not chosen:
            raise ConfigError("narrate.not_a_model", name=name, known=known)
        if len(chosen) > 1:
            raise ConfigError("narrate.which_model", known=known)
        return chosen[0]

    def matching(self, patterns: Sequence[str]) -> tuple[str, ...]:
        """Return the files that fit *patterns*, which are relative to the settings' folder."""
        found: list[str] = []
        for pattern in patterns:
            place = self.settings.folder / Path(pattern).expanduser()
            # A pattern without a match stays: its source says which file is missing.
            found += sorted(map(str, place.parent.glob(place.name))) or [str(place)]
        return tuple(found)

    def wanted(
        self, name: str, kinds: tuple[type[SourceSettings], ...], wanted: str
    ) -> SourceSettings:
        """
        Return the settings of the source called *name*.

        Raises:
            ConfigError: If there is none, or it is none of *kinds*, which are called *wanted*.
        """
        source = self.settings.source(name)
        if source is None:
            known = ", ".join(known.name for known in self.settings.sources)
            raise ConfigError("config.no_source", name=name, known=known or "-")
        if not isinstance(source, kinds):
            raise ConfigError("config.wrong_kind", name=name, kind=kind_of(source), wanted=wanted)
        return source

    def _names(self, kinds: tuple[type[SourceSettings], ...]) -> tuple[str, ...]:
        return tuple(source.name for source in self.settings.sources if isinstance(source, kinds))

    def _only(self, kinds: tuple[type[SourceSettings], ...]) -> tuple[str, ...]:
        names = self._names(kinds)
        return names if len(names) == 1 else ()


def _shared(ids: Sequence[int]) -> int | None:
    """Return the one id that all have; None where they differ or say none."""
    different = set(ids)
    return (different.pop() or None) if len(different) == 1 else None
