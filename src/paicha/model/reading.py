"""How far the files of a case were read, so that reading can go on."""

from __future__ import annotations

from paicha.model.coverage import SourceCoverage
from paicha.values import dataclass


@dataclass(frozen=True, slots=True, order=True)
class ReadFile:
    """One file as it was when it was read."""

    shown: str  # as the coverage names it
    place: str  # where it is, whatever the current folder
    size: int  # [bytes] as stored
    modified_ns: int


@dataclass(frozen=True, slots=True)
class Mark:
    """
    A place in a stream of batches where everything before belongs to files that were read whole.

    Args:
        files: These files.
        coverage: Of them.
        baseline: The same of the baseline; None: there is none.
        reduced: Where not all of their records are handed out: how all go back in time (records, longest step [s]).
    """

    files: tuple[ReadFile, ...]
    coverage: SourceCoverage
    baseline: SourceCoverage | None = None
    reduced: tuple[int, float] | None = None


@dataclass(frozen=True, slots=True)
class Reading:
    """
    What a case holds of its files.

    Args:
        whole: Files that were read from beginning to end.
        rest: Places of files that were asked for and not read, or not to their end.
        coverage: Of the files read whole alone.
        baseline: The same of the baseline; None: there was none.
        cut: What the sums gave up to their caps, as `paicha.kernel.caps` writes it; of the window, of the baseline.
        apart: Whether the sums of the files read whole stand in tables of their own (`HELD`), because
            the others hold a part of one file more.
        configuration: Fingerprint of the knowledge the files were read with.
    """

    whole: tuple[ReadFile, ...]
    rest: tuple[str, ...]
    coverage: SourceCoverage | None
    baseline: SourceCoverage | None
    cut: tuple[str, str]
    apart: bool
    max_records: int
    configuration: str

    @property
    def known(self) -> dict[str, ReadFile]:
        """The files read whole by their places."""
        return {file.place: file for file in self.whole}


#: Stands for the standard input among places.
STDIN = "-"
#: Tables of a case that hold the sums of the files read whole, where these stand apart.
HELD = (
    ("counts", "held_counts"),
    ("slots", "held_slots"),
    ("slot_values", "held_slot_values"),
    ("slot_buckets", "held_slot_buckets"),
    ("baseline_counts", "held_baseline_counts"),
)
