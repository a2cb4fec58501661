"""What the knowledge base says: problem classes, metric concepts, log formats. Values only."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date
from typing import Literal

from paicha.locales import Text
from paicha.values import dataclass

#: How bad it is when it is real. outage: a business function or the data is lost;
#: critical: will become one; major: users notice; minor: wear; notice: worth knowing.
Severity = Literal["outage", "critical", "major", "minor", "notice"]
Urgency = Literal["now", "soon", "watch"]
Comparison = Literal["above", "below"]


@dataclass(frozen=True, slots=True)
class Remedy:
    """One thing to do, and how soon."""

    urgency: Urgency
    text: Text


@dataclass(frozen=True, slots=True)
class ClaimRule:
    """
    What a class's lines say about a resource.

    The claim is: *concept* is *comparison* *threshold* (in the concept's unit); where the line
    carries a number in slot *slot* (by name, or "" for none), that number is the claimed value.
    """

    concept: str
    comparison: Comparison
    threshold: float
    slots: tuple[str, ...] = ()
    both_true: tuple[Text, ...] = ()  # what could make the claim and a healthy metric both true
    #: What the words may mean as well, with its threshold: used-up inodes are "no space left" too.
    instead: tuple[tuple[str, float], ...] = ()


#: peer: what is wrong is wrong with the other one, and the line says what (its certificate ran out); answer: the
#: other one failed to answer, and why is not said; holder: it holds what is waited for; nobody: it was only
#: asked for (a name that was looked up); "": the line speaks of whoever writes it.
Blame = Literal["", "peer", "answer", "holder", "nobody"]


@dataclass(frozen=True, slots=True)
class Telling:
    """
    Something that lines of a class say of whom it happened to: a status, a path, an upstream.

    Looked for in the record's attributes first, then in its message.
    """

    name: str  # status, path, upstream, client, …
    title: Text
    fields: tuple[str, ...] = ()  # names of attributes, in order
    patterns: tuple[str, ...] = ()  # RE2 with one group, in order


@dataclass(frozen=True, slots=True)
class BelowWarn:
    """
    What programs say at a level below WARN although something went wrong: a deadlock as a note, a lost session as information.

    At WARN and above, and without a level, these patterns hold beside the class's others.
    """

    patterns: tuple[str, ...] = ()  # RE2, whatever the level
    matches: tuple[str, ...] = ()
    rejects: tuple[
        str, ...
    ] = ()  # lines that the patterns of the class may match, but not below WARN


@dataclass(frozen=True, slots=True)
class ProblemClass:
    """One class of problems. Patterns are RE2 (linear time), case-insensitive, on the body."""

    id: str
    title: Text
    severity: Severity
    category: str  # business, database, resource, process, security, network, …
    patterns: tuple[str, ...]
    excludes: tuple[str, ...]
    matches: tuple[str, ...]  # samples that must match
    rejects: tuple[str, ...]  # samples that must not
    claims: tuple[ClaimRule, ...]
    risk: Text
    causes: tuple[Text, ...]
    remedies: tuple[Remedy, ...]
    home: tuple[str, ...] = ()  # words in a module's name that make it a natural place for this
    rank: int = 0  # among classes that match the same line the higher one wins; then the id
    any_level: bool = False  # also when the line is below WARN (else only WARN and up, or no level)
    below_warn: BelowWarn = BelowWarn()
    happened: bool = False  # its lines tell what was done, which no metric can contradict
    of_machine: bool = False  # where a kernel writes it, all that stands on its machine suffers
    blames: Blame = ""  # of whom a line speaks that names another one
    answering: tuple[
        str, ...
    ] = ()  # what those are called who answer what failed: coredns of lookups
    succeeds: tuple[
        str, ...
    ] = ()  # lines that say that what was tried succeeded: from what source (it), as whom (who)
    tells: tuple[Telling, ...] = ()  # what is counted of its lines, the most telling first


@dataclass(frozen=True, slots=True)
class MetricName:
    """One name under which a concept is known. `scale` turns its values into the concept's unit."""

    name: str  # blueking: bkmonitor:system:io:util; prometheus: an expression or a series name
    system: str  # blueking | node_exporter | windows_exporter | cadvisor | column
    scale: float = 1.0
    query: str = ""  # PromQL when a plain selector is not enough; {host} is the host matcher


@dataclass(frozen=True, slots=True)
class MetricShare:
    """
    How a share is made of raw series of an exporter, for files, where no server computes it.

    Two series of the same labels, or with `label` one counter, of which `part` is the value of that label.
    """

    whole: str
    part: str
    is_rest: bool  # the share is what is left without the part
    label: str = ""
    over: tuple[str, ...] = ()  # labels that are summed over
    without: tuple[tuple[str, str], ...] = ()  # label and pattern of series that are left out
    needs: tuple[str, ...] = ()  # values of the label without which the others are no whole

    @property
    def parts(self) -> tuple[str, ...]:
        """The names of the series it is made of."""
        return (self.whole,) if self.label else (self.whole, self.part)

    @property
    def formula(self) -> str:
        """What is computed, in short."""
        part = f'{self.whole}{{{self.label}="{self.part}"}}' if self.label else self.part
        return f"{'1 - ' if self.is_rest else ''}{part} / {self.whole}"


@dataclass(frozen=True, slots=True)
class MetricConcept:
    """One thing a machine measures, whatever its exporters call it."""

    id: str  # cpu_usage, memory_usage, disk_usage, …
    title: Text
    unit: str  # "%", "", "B/s", "1/s", "ms"
    group: str  # cpu, memory, disk, io, load, network, tcp, process, file
    digits: int  # digits after the point worth showing
    comparison: Comparison  # which side of the threshold is bad
    threshold: float | None  # None: there is no default that is true everywhere
    threshold_source: Text | None
    names: tuple[MetricName, ...]
    healthy: Literal["low", "high", "none"] = "none"
    order: int = 100  # place in the metrics table
    trigger: int = 3  # so many of five consecutive points beyond the threshold are abnormal
    shares: tuple[MetricShare, ...] = ()  # how it is made of raw series that a file holds


@dataclass(frozen=True, slots=True)
class LogFormat:
    """
    How a kind of line is read.

    `pattern` is a Python regular expression without nested repetition, anchored at the start, with
    named groups (``time``, ``level``, ``file``, ``line``, ``logger``, ``thread``, ``pid``, ``host``,
    ``service``, ``trace``, ``span``, ``body`` and any further attribute); `kind` json, otlp, csv,
    logfmt, xml, properties and list name fields instead.
    """

    name: str
    title: Text
    kind: Literal["pattern", "json", "otlp", "csv", "logfmt", "xml", "properties", "list"]
    pattern: str
    fields: tuple[tuple[str, tuple[str, ...]], ...]  # canonical field -> candidates, in order
    time_formats: tuple[str, ...]  # names known to kernel.times, or strptime patterns
    zone: str  # "" : the reader's; else an IANA name or "UTC"
    levels: tuple[tuple[str, int], ...]  # spellings beyond the usual -> OpenTelemetry number
    inner: tuple[str, ...]  # names of formats the body (or a field) is read with again
    matches: tuple[str, ...]
    rejects: tuple[str, ...]
    order: int = 100  # tried in this order; the first that fits wins
    begins: str = ""  # a record is several lines, and this pattern opens it
    until: str = ""  # the pattern of its last line; "": it ends where another record begins
    wraps: bool = False  # a container runtime's: what it holds is joined as if it stood alone
    each: str = ""  # JSON: the field whose items are a record each
    level: str = ""  # what every record of it is, unless it says otherwise
    follows: str = ""  # the format whose records its lines continue, where the process is the same
    told_by: tuple[
        str, ...
    ] = ()  # JSON: what its pattern asks for beside names are values of these names
    says: tuple[tuple[str, str], ...] = ()  # body, logger -> text with {field} in it: put together
    unlevelled: tuple[str, ...] = ()  # formats of the body besides, where the line states no level
    beyond: str = ""  # CSV: rows have one field more than the header, and this is its name
    columns: tuple[str, ...] = ()  # CSV without a header: its columns, of which the last may lack
    headings: str = ""  # the pattern of lines between its records that are of none
    level_names: tuple[tuple[str, str], ...] = ()  # what marks among `levels` are shown as
    ages: str = ""  # its records say how long ago they were, of which no time can be made; this command says when


@dataclass(frozen=True, slots=True)
class StackSample:
    """A stack trace and what it must give; empty: nothing."""

    text: str
    type: str
    message: str = ""
    function: str = ""
    file: str = ""
    line: int | None = None


@dataclass(frozen=True, slots=True)
class StackRule:
    """
    How one language writes stack traces.

    Patterns are anchored at the start of a line. `head` says exception and message (groups ``type``,
    ``message``), `frame` one call (``function``, ``file``, ``line``); `above` reads the function from the
    line before the frame, `cause` opens the exception that caused the one before.
    """

    name: str
    title: Text
    head: str
    frame: str
    samples: tuple[StackSample, ...]
    above: str = ""
    cause: str = ""
    opens: str = ""  # the first line of a trace: belongs to the record of a failure above it
    continues: str = ""  # lines without indentation that belong to a trace
    closes: str = ""  # the same, but only directly below a line of one
    innermost: Literal["first", "last"] = "first"  # where the frame stands that failed
    head_last: bool = False  # the exception stands below its frames
    libraries: tuple[str, ...] = ()  # beginnings of functions that are no application's
    library_paths: tuple[str, ...] = ()  # parts of file names that are no application's


@dataclass(frozen=True, slots=True)
class InterventionKind:
    """What people and their tools do to a running system, and how lines tell of it."""

    id: str
    title: Text
    patterns: tuple[str, ...]  # RE2, case does not matter
    excludes: tuple[str, ...]
    matches: tuple[str, ...]
    rejects: tuple[str, ...]
    moves_load: bool = False  # it shows at others, who are asked more: an emptied cache
    silences: bool = False  # whoever it is done to writes nothing afterwards, and that is meant
    ends: bool = False  # whoever it is done to is gone: who needs it fails at once


@dataclass(frozen=True, slots=True)
class MeasureKind:
    """
    One kind of number that log lines state and that says how a system is: how long something took, what waits.

    Names are words in a row, lower case, set apart by blanks; Chinese ones stand anywhere in a name.
    """

    id: str
    title: Text
    base: str  # the unit that numbers are told in; "": none
    units: tuple[tuple[str, float], ...]  # what turns a number of this unit into the base
    names: tuple[str, ...]
    unlike: tuple[str, ...]  # words with which a name means something else
    unlike_lines: str  # RE2, on the template; "": none
    by_unit: bool  # a number with one of the units is of this kind whatever it is called
    needs_unit: bool
    worse: Literal["high", "low"]
    ratio: float  # so many times the usual is told
    least: float  # and a difference of so much, in the base
    counters: bool  # numbers that never fall are taken as well
    matches: tuple[str, ...]
    rejects: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Repetition:
    """One way in which a line says that it stands for several occurrences."""

    id: str
    title: Text
    patterns: tuple[str, ...] = ()  # RE2 with one group ``it``: how many, as the message says
    field: str = ""  # the attribute that says how many
    same: str = ""  # the attribute that says of what: told again, the highest number counts
    before: bool = False  # the line tells nothing else: it repeats the one before it
    lost: bool = False  # so many others were not written, or were dropped on their way
    matches: tuple[str, ...] = ()
    rejects: tuple[str, ...] = ()


_NAME_WORDS = re.compile(r"[A-Z]?[a-z]+|[A-Z]+")


@dataclass(frozen=True, slots=True)
class PlaceNames:
    """What the names of fields say that tell where a record is from."""

    words: tuple[str, ...] = ()  # all of them: version, zone, pod, …
    builds: tuple[str, ...] = ()  # those of them that tell what was built
    words_zh: tuple[str, ...] = ()
    copies: tuple[str, ...] = ()  # last words of names that tell one copy of a program: pod
    aliases: tuple[tuple[str, str], ...] = ()  # fields, and what people of this store call them

    def called(self, name: str) -> str:
        """
        Return what people call a field: its first alias, else its name.

        Example:
            >>> known = PlaceNames(aliases=(("__ext.io_kubernetes_pod", "pod"),))
            >>> known.called("__ext.io_kubernetes_pod"), known.called("zone")
            ('pod', 'zone')
        """
        return next((alias for field, alias in self.aliases if field == name), name)

    def tells_copy(self, name: str) -> bool:
        """
        Return whether a field's name says that it tells which copy of a program a record is of.

        Example:
            >>> known = PlaceNames(copies=("pod", "pod name"))
            >>> [known.tells_copy(one) for one in ("__ext.io_kubernetes_pod", "k8s.podName", "pod_ip")]
            [True, True, False]
        """
        said = (
            " ".join(word.casefold() for word in _NAME_WORDS.findall(one))
            for one in (name, self.called(name))
        )
        return any(f" {words}".endswith(f" {one}") for words in said for one in self.copies)

    @staticmethod
    def words_of(name: str) -> frozenset[str]:
        """
        Return the words of a field's name.

        Example:
            >>> sorted(PlaceNames.words_of("k8s.podName"))
            ['k', 'name', 'pod', 's']
        """
        return frozenset(word.casefold() for word in _NAME_WORDS.findall(name))


@dataclass(frozen=True, slots=True)
class TroubleWords:
    """
    What lines that tell of trouble say, as an engine of whole words can be asked for it.

    Args:
        id: Its name.
        words: Words, and phrases of several.
        before_day: Letters that stand right before month and day: klog's ``E1219``.
        finds: Lines that must be found, of the 19th of December.
        misses: Lines that must not be found.
    """

    id: str
    words: tuple[str, ...]
    before_day: tuple[str, ...] = ()
    finds: tuple[str, ...] = ()
    misses: tuple[str, ...] = ()

    def asked(self, days: Iterable[date]) -> tuple[str, ...]:
        """
        Return what to ask for in lines of these days.

        Example:
            >>> TroubleWords("letters", ("E",), ("E",)).asked([date(2025, 12, 19)])
            ('E', 'E1219')
        """
        dated = (f"{letter}{day:%m%d}" for day in days for letter in self.before_day)
        return (*self.words, *dated)


@dataclass(frozen=True, slots=True)
class Knowledge:
    """All of it, as loaded."""

    problems: tuple[ProblemClass, ...]
    concepts: tuple[MetricConcept, ...]
    formats: tuple[LogFormat, ...]
    fingerprint: str  # hash over the files it came from
    interventions: tuple[InterventionKind, ...] = ()
    measures: tuple[MeasureKind, ...] = ()
    repetitions: tuple[Repetition, ...] = ()
    places: PlaceNames = PlaceNames()
