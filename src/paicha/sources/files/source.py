"""Files as a `paicha.ports.LogSource`."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import BinaryIO

from paicha.errors import InputError
from paicha.kernel.caps import CAPS, Caps
from paicha.kernel.count import Partial
from paicha.kernel.stacks import StackReader
from paicha.locales import Text, text
from paicha.model.knowledge import LogFormat, StackRule
from paicha.model.question import LogQuery, Window
from paicha.model.reading import ReadFile
from paicha.sources.files.discovery import FoundFile, find_each_once, find_files
from paicha.sources.files.reading import FileReading


class FileSource:
    """
    Log files, as a `paicha.ports.LogSource`.

    Args:
        paths: Files, folders (read recursively), patterns, or ``-`` for the standard input. Plain
            text or packed with gzip, bzip2, xz, zstd or lz4.
        formats: The log formats known, as `load_formats` gives them.
        name: The source's name in the settings.
        stdin: What ``-`` reads; None: the process's own standard input.
        reference: What stamps without a year are placed by in the standard input when no window is
            asked for; files have the time they were last written.
        known: Files that were read before: they are passed over, and the coverage says so.
        stacks: How languages write stack traces, as `load_stacks` gives it.
        log_format: The name of the one format that lines are in; "": each line tells.
        caps: What the sums of large files may hold.
        wanted: Whether one of some records, which were summed up, is looked for: stretches of large files
            without one need not be handed out, nor counted in the coverage. None: all are.
    """

    def __init__(
        self,
        paths: Sequence[str | Path],
        formats: Sequence[LogFormat],
        name: str = "files",
        *,
        stdin: BinaryIO | None = None,
        reference: datetime | None = None,
        known: Sequence[ReadFile] = (),
        stacks: Sequence[StackRule] = (),
        log_format: str = "",
        caps: Caps = CAPS,
        wanted: Callable[[Partial], bool] | None = None,
    ) -> None:
        self._paths = tuple(Path(path) for path in paths)
        self._formats = tuple(formats)
        self._name = name
        self._stdin = stdin
        self._reference = reference
        self._known = {file.place: file for file in known}
        self._stacks = StackReader(stacks)
        self._log_format = log_format
        self._caps = caps
        self._wanted = wanted

    @property
    def name(self) -> str:
        """Its name in the settings."""
        return self._name

    @contextmanager
    def open(self, query: LogQuery) -> Iterator[FileReading]:
        """
        Start reading.

        Raises:
            InputError: If a path is missing, a folder holds no files, or a file that was read before
                has changed since; while reading, if a named file is empty, not text, not allowed to
                be read or damaged from its beginning.
            QuestionError: If the filter cannot be read.
        """
        yield self._reading(query, None)

    @contextmanager
    def open_both(self, query: LogQuery, baseline: Window) -> Iterator[FileReading]:
        """
        Start reading the window of *query* and its *baseline* in one pass.

        Raises:
            InputError: As `open` does.
            QuestionError: As `open` does.
        """
        yield self._reading(query, baseline)

    def _reading(self, query: LogQuery, baseline: Window | None) -> FileReading:
        found, twice = find_each_once(self._paths)
        fresh = tuple(file for file in found if not self._is_known(file))
        passed = sorted({file.shown for file in found} - {file.shown for file in fresh})
        if not fresh:
            raise InputError("files.nothing_new", n=len(found), path=passed[0])
        notes = [text("files.known", path=path) for path in passed]
        notes += [text("files.twice", path=path) for path in twice]
        return FileReading(
            self._name,
            fresh,
            self._formats,
            query,
            stdin=self._stdin,
            reference=self._reference,
            stacks=self._stacks,
            log_format=self._log_format,
            baseline=baseline,
            notes=notes,
            caps=self._caps,
            known=tuple(self._known.values()),
            wanted=self._wanted,
        )

    def _is_known(self, file: FoundFile) -> bool:
        """Return whether *file* was read before, as it is now."""
        if file.is_stdin or not self._known:
            return False
        before = self._known.get(file.place)
        if before is None:
            return False
        stat = file.path.stat()
        if (stat.st_size, stat.st_mtime_ns) != (before.size, before.modified_ns):
            raise InputError("files.changed", path=file.shown)
        return True

    def check(self) -> Sequence[tuple[Text, bool, Text]]:
        """Return ``(path, fine, what is there or how to mend it)`` for every path."""
        return tuple(self._check(path) for path in self._paths)

    @staticmethod
    def _check(path: Path) -> tuple[Text, bool, Text]:
        shown = Text.same(path.as_posix())
        try:
            files = find_files([path])
            for file in files:
                if not file.is_stdin:
                    with file.path.open("rb") as raw:
                        raw.read(1)
        except InputError as error:
            return shown, False, error.texts
        except OSError as error:
            return shown, False, text("system.said", reason=error.strerror)
        return shown, True, text("files.found", n=len(files))
