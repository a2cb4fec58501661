"""The question of a case, asked again of more files."""

from __future__ import annotations

import shlex
import sys
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path

from paicha.analysis.redaction.tokens import TOKEN
from paicha.app.held import Held, held_in
from paicha.app.inquiry import Inquiry
from paicha.errors import CaseError
from paicha.locales import Language, readable
from paicha.model.question import Question
from paicha.stores.case import Case
from paicha.values import dataclass


@dataclass(frozen=True, slots=True)
class Extension:
    """What is asked of which files, and what is held already."""

    question: Question
    files: tuple[str, ...]
    held: Held
    metrics: tuple[
        str, ...
    ] = ()  # files that its metrics were read from, while all of them are there

    def inquiry(self, language: Language | None, commands: tuple[str, ...]) -> Inquiry:
        """Return the question of the case over the files held and the new ones."""
        asked = self.question
        return Inquiry(
            window=asked.window if asked.asked_window else None,
            scope=asked.scope,
            zone=asked.zone,
            language=language or asked.language,
            inputs=self.inputs,
            max_records=sys.maxsize,
            commands=commands,
            baseline=asked.baseline,
            baseline_choice=asked.baseline_choice,
        )

    @property
    def log_format(self) -> str:
        """The format that was named by hand for the files; "": none was."""
        return self.held.reading.configuration.partition("/")[2]

    @property
    def inputs(self) -> tuple[str, ...]:
        """Everything that was named, then and now."""
        # What was not read at first was named then; its place is only how it is found again.
        new = set(self.files) - set(self.held.reading.rest)
        return tuple(sorted({*self.question.inputs, *map(readable, new)}))


def extension_of(
    path: Path, files: Sequence[str], configuration: str, *, measured: bool = False
) -> Extension:
    """
    Return how the case at *path* goes on: with what it has not read, and with *files*.

    Args:
        path: The case.
        files: Further log files.
        configuration: What they would be read with.
        measured: Whether metrics are named, which is reason enough to go on where no file is left to read.

    Raises:
        CaseError: If it cannot, or nothing is left to read.
    """
    case = Case.open(path)
    try:
        findings = case.get_findings()
        question = findings.question
        held = held_in(case, alone=measured and not files)
    finally:
        case.close()
    if held.reading.configuration.partition("/")[0] != configuration:
        raise CaseError("extend.knowledge", path=path)
    if held.reading.max_records < sys.maxsize:
        raise CaseError("extend.limited", path=path, n=f"{held.reading.max_records:,}")
    if TOKEN.search(question.scope.where):
        raise CaseError("extend.covered", path=path)
    asked = tuple(sorted({*held.reading.rest, *files}))
    if not asked and not measured:
        raise CaseError("extend.nothing_left", path=path)
    return Extension(question, asked, held, _metric_files(findings.reproduction.commands))


def _metric_files(commands: Sequence[str]) -> tuple[str, ...]:
    """Return the metric files that the command of a case names; none where one of them is gone, or is a source."""
    words = shlex.split(commands[0]) if commands else []
    named = [value for option, value in pairwise(words) if option == "--metrics"]
    return tuple(named) if all(Path(name).exists() for name in named) else ()
