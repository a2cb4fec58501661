"""Why the lines of a file were read as they were. Values only."""

from __future__ import annotations

from typing import Literal

from paicha.locales import Text
from paicha.values import dataclass

#: Why a format did not take a line: its pattern stops fitting; what stands where the time or the level
#: belongs is none; the line is no JSON (or no pairs, no element); its fields lack time or message.
Refusal = Literal["stops", "no_time", "no_level", "not_fields", "lacks"]


@dataclass(frozen=True, slots=True)
class Refused:
    """A format that was tried before the one that took the line, and why it did not."""

    format: str
    why: Refusal
    fits: str = ""  # the beginning of the line that fits
    expects: str = ""  # the part of the pattern that does not
    found: str = ""  # what stands there


@dataclass(frozen=True, slots=True)
class Step:
    """One format's reading of a line, or of what another left of it."""

    format: str
    title: Text
    parts: tuple[tuple[str, str], ...]  # (field, the text it matched)
    refused: tuple[Refused, ...]  # tried before it, in their order
    ruled_out: int  # formats that the beginning of the line, or a text it lacks, ruled out


@dataclass(frozen=True, slots=True)
class LineExplanation:
    """One record: where it begins, its text, and who read it how."""

    line: int
    text: str
    steps: tuple[Step, ...]  # the outermost format first; none: no format fits
    said: tuple[tuple[str, str], ...]  # (column, value) of the record


@dataclass(frozen=True, slots=True)
class FormatShare:
    """How many records of a file one format took, and the first of them."""

    format: str  # "": none; inner formats behind a bar
    title: Text
    records: int
    first_line: int
    example: LineExplanation


@dataclass(frozen=True, slots=True)
class FileExplanation:
    """Which format took which lines of a file."""

    path: str
    encoding: str
    lines: int
    records: int
    joined: int  # lines that continue the record above them
    headers: int  # lines that say which columns follow, and are of no record
    formats: tuple[FormatShare, ...]  # most records first
    stopped: bool  # only the first records were looked at
