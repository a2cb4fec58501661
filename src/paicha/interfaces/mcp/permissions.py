"""What an agent may have read: configured sources, and files only below the folder that was opened to it."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

from paicha.errors import UsageError
from paicha.sources.files.discovery import find_files
from paicha.values import dataclass
from paicha.wiring.choosing import NO_METRICS
from paicha.wiring.settings import LOG_TYPES, METRIC_TYPES, Settings


@dataclass(frozen=True, slots=True)
class Permissions:
    """
    What may be read.

    Args:
        settings: The sources that are configured.
        files: The folder below which files may be named; None: no file may.
    """

    settings: Settings
    files: Path | None = None

    def log_files(self, names: Sequence[str]) -> tuple[str, ...]:
        """
        Return the paths of log files or folders below the opened folder.

        Raises:
            UsageError: If none was opened, or a path leads out of it, by name or by a link.
        """
        return tuple(os.fspath(self._inside(name)) for name in names)

    def metrics(self, names: Sequence[str] | None, files: Sequence[str]) -> tuple[str, ...] | None:
        """
        Return what is read as metrics: configured names and files below the opened folder.

        Args:
            names: Names of metric sources; None: nobody said.
            files: Metric files below the opened folder.

        Raises:
            UsageError: If a name is no metric source: a path never passes for one.
        """
        known = self._known(METRIC_TYPES)
        for name in names or ():
            if name != NO_METRICS and name not in known:
                raise UsageError("mcp.metric_name", name=name, known=", ".join(known) or "-")
        inside = tuple(os.fspath(self._inside(name)) for name in files)
        return inside or None if names is None else (*names, *inside)

    def refuse_nothing(self, files: Sequence[str], sources: Sequence[str]) -> None:
        """
        Do nothing when something says which logs to read.

        Raises:
            UsageError: If nothing does; in words that fit an agent and not a command line.
        """
        known = self._known(LOG_TYPES)
        if not files and not sources and not self.settings.general.logs and len(known) != 1:
            raise UsageError("mcp.nothing_named", known=", ".join(known) or "-")

    def _known(self, kinds: tuple[type, ...]) -> tuple[str, ...]:
        return tuple(source.name for source in self.settings.sources if isinstance(source, kinds))

    def _inside(self, name: str) -> Path:
        if self.files is None:
            raise UsageError("mcp.no_files")
        base = self.files.resolve()
        try:
            place = (base / name).resolve(strict=True)
        except (OSError, ValueError) as err:  # missing, a loop of links, a zero byte
            raise UsageError("mcp.outside", path=name, folder=base) from err
        if not place.is_relative_to(base):
            raise UsageError("mcp.outside", path=name, folder=base)
        for found in find_files([place]):
            # A link inside the folder may lead out of it.
            if not found.path.resolve().is_relative_to(base):
                raise UsageError("mcp.outside", path=found.shown, folder=base)
        return place
