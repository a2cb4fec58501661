"""One large file: what the native kernel reads of it, in threads."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial

from paicha.kernel import native
from paicha.kernel.caps import CAPS, Caps
from paicha.kernel.count import Partial
from paicha.kernel.csv_rows import CsvTable
from paicha.kernel.metric_answers import BEGINNING, is_metric_answer
from paicha.kernel.normalise import LineReader
from paicha.kernel.plan import Plan
from paicha.kernel.reducing import Reducer
from paicha.kernel.scan import Example, Facts, Scan
from paicha.kernel.stacks import StackReader
from paicha.model.question import Window
from paicha.sources.files.counting import Counting
from paicha.sources.files.feeds import Feed
from paicha.sources.files.lines import TextLines
from paicha.sources.files.places import place_of
from paicha.sources.files.records import header_lines
from paicha.sources.files.scanning import FileScan, LeftToPython
from paicha.sources.files.tally import Tally


class LargeFile:
    """
    A file that is read in stretches, by several threads.

    Args:
        shown: Its name, as locators have it.
        reader: Reads the lines that the kernel leaves.
        stacks: Reads stack traces.
        window: What is asked for; None: everything.
        baseline: Records inside it are counted apart.
        hosts: The hosts asked for; empty: all.
        among_pods: Whether other files of its folder are pods'.
        caps: What the sums may hold.
    """

    def __init__(
        self,
        shown: str,
        reader: LineReader,
        stacks: StackReader,
        window: Window | None,
        baseline: Window | None,
        *,
        hosts: Sequence[str] = (),
        among_pods: bool = False,
        caps: Caps = CAPS,
    ) -> None:
        self._shown = shown
        self._place = place_of(shown, among_pods=among_pods)
        self._reader = reader
        self._window, self._baseline = window, baseline
        self.reducer = Reducer(baseline, caps)
        self.during: Counter[str] = Counter()
        self.before: Counter[str] = Counter()
        self._counting = Counting(
            reader,
            stacks,
            window,
            baseline,
            hosts=hosts,
            reducer=self.reducer,
            counts=(self.during, self.before),
        )

    def read(self, feed: Feed, plan: Plan, tally: Tally) -> None:
        """
        Read it whole.

        Args:
            feed: Its bytes.
            plan: What the formats became.
            tally: Counts what it holds.

        Raises:
            LeftToPython: If it must be read line by line; then nothing of this counts.
            InputError: If it is no text.
        """
        lines, sample = feed.lines, feed.sample()
        table = refuse_other_text(sample, self._reader)
        if table is not None:
            plan = plan.of_rows(table)
        counting = self._counting
        is_built = native.find().extension is not None
        writing = partial(Scan, plan, None, None) if is_built else None
        counting.begin(self._shown, self._place, table, writing)
        scan = FileScan(plan, self._window, self._baseline, offsets=lines.has_offsets)
        scan.check(sample)
        for read in feed.reads(scan):
            counting.take(read.block.segments, read.block.left, lines, tally)
            if read.handed_on is not None:
                part, examples = read.handed_on
                counting.put(part)
                counting.keep(counting.stored(examples, self._lines_of(lines)))
        for take, examples in scan.close():
            self._add_up(take, examples, lines)
        facts = scan.facts
        counting.count_batch()
        counting.refuse_others()
        counting.count_facts(facts)
        add_facts(tally, facts)
        lines.count_read(facts.seen.wide, facts.seen.damaged)

    def _lines_of(self, lines: TextLines) -> Callable[[Example], TextLines]:
        """Return what makes lines of kept records: what they are was counted already."""
        aside = TextLines((), self._shown, offsets=lines.has_offsets)
        return lambda _: aside

    def _add_up(
        self, take: Callable[[], Partial], examples: list[Example], lines: TextLines
    ) -> None:
        # The native kernel makes its tables without Python, which reads the kept records meanwhile.
        with ThreadPoolExecutor(1) as pool:
            part = pool.submit(take)
            stored = self._counting.stored(examples, self._lines_of(lines))
        self._counting.put(part.result())
        self._counting.keep(stored)


def refuse_other_text(sample: bytes, reader: LineReader) -> CsvTable | None:
    """
    Leave other tables and line ends to Python; return what lines are rows of, None: they are not.

    Raises:
        LeftToPython: If a file that begins with *sample*, in UTF-8, is one of these.
    """
    if not TextLines.are_lines(sample):
        raise LeftToPython
    # What is damaged in it is counted where it is read.
    aside = TextLines((), "", offsets=False)
    opening = header_lines(iter(aside.part(sample, 1, 0)))
    # A header that goes on behind the sample names more columns than are seen of it.
    if not opening or opening[-1].number > sample.count(b"\n"):
        raise LeftToPython
    table = reader.open_table(opening[-1].text)
    if table is not None:
        plain = table.header == opening[0].text and not table.format.beyond
        if not plain or native.find().extension is None:
            raise LeftToPython
        return table
    told = sample[:BEGINNING].decode("utf-8-sig", "replace")
    if reader.is_other_table(opening[0].text) or is_metric_answer(told):
        raise LeftToPython
    return None


def add_facts(tally: Tally, facts: Facts) -> None:
    """Count in *tally* records that the native kernel read."""
    tally.records += facts.seen.records
    tally.formats.update(facts.formats)
    tally.without_time += facts.seen.without_time
    tally.without_level += facts.seen.without_level
    tally.assumed += facts.seen.assumed
    for micros in (facts.first_us, facts.last_us):
        if micros is not None:
            tally.first_us = micros if tally.first_us is None else min(tally.first_us, micros)
            tally.last_us = micros if tally.last_us is None else max(tally.last_us, micros)
