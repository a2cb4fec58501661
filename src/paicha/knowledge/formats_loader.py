"""
Loads log formats from TOML and checks them against their own samples.

A file holds one table per format; the table's name is the format's name. Keys: ``title`` (``zh``,
``en``), ``kind`` (pattern, json, otlp, csv, logfmt, xml, properties, list; default pattern), ``pattern``, ``fields``, ``times``,
``zone``, ``levels``, ``inner``, ``unlevelled``, ``order``, ``matches``, ``rejects``; for records of several lines
``begins``, ``until``; and ``wraps``, ``each``, ``level``, ``follows``, ``told_by``, ``says``, ``beyond``, ``columns``, ``headings``, ``ages`` (see `LogFormat`). In a pattern ``%{iso}``
stands for a kind of time stamp (`paicha.kernel.times.STAMPS`), ``%{stamp}`` for any that says a day, ``%{zone}`` for letters of a zone or none, ``%{level}``
for a word that may be a level and ``%{severity}`` for one that hardly is anything else.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Literal, cast

from paicha.errors import KnowledgeError
from paicha.kept import toml
from paicha.kernel.levels import LEVEL_PATTERN
from paicha.kernel.normalise import ANY_FORMAT, LineReader
from paicha.kernel.stamps import KINDS, STAMPS, ZONE
from paicha.locales import Text
from paicha.model.knowledge import LogFormat
from paicha.package_files import folder_of

if TYPE_CHECKING:
    from importlib.resources.abc import Traversable

_KEYS = frozenset(
    {
        "title", "kind", "pattern", "fields", "times", "zone", "levels", "inner", "unlevelled", "order",
        "matches", "rejects", "begins", "until", "wraps", "each", "level", "follows",
        "told_by", "says", "beyond", "columns", "headings", "level_names", "ages",
    }
)  # fmt: skip
#: Samples without a year are placed by a fixed moment.
_REFERENCE = datetime(2025, 12, 31, tzinfo=UTC)
_KINDS = ("pattern", "json", "otlp", "csv", "logfmt", "xml", "properties", "list")
_PIECE = re.compile(r"%\{(\w+)\}")
#: Levels that no word of a message is likely to be, for patterns that look for one behind other fields.
_SEVERITIES = (
    "FATAL|CRITICAL|CRIT|SEVERE|ERROR|ERR|WARNING|WARN|NOTICE|INFORMATION|INFO|DEBUG|VERBOSE|TRACE|"
    "Fatal|Critical|Error|Warning|Warn|Notice|Information|Info|Debug|Verbose|Trace"
)
#: Stamps that say a day, told apart from anything else a line may begin with.
_WHOLE_STAMPS = (
    "iso", "common", "ctime", "short_slash", "dotted", "chinese", "day_month", "month_day", "packed_clock",
    "syslog", "us_slash", "day_dot", "packed", "loose", "month_words", "year_month",
)  # fmt: skip
_PIECES = {
    **STAMPS,
    "level": LEVEL_PATTERN,
    "severity": _SEVERITIES,
    "zone": ZONE,
    "stamp": "|".join(STAMPS[kind] for kind in _WHOLE_STAMPS),
}
#: A group that is itself repeated and repeats inside: the shape that makes matching explode.
_NESTED_REPETITION = re.compile(r"[*+]\)[*+]|[*+]\)\{\d+,\}")


def load_formats(extra_folders: Sequence[Path] = ()) -> tuple[LogFormat, ...]:
    """
    Return every log format in the order they are tried.

    The samples of the packaged formats are checked by their tests; those of the user's folders here,
    because nobody else does.

    Args:
        extra_folders: Folders with TOML files of the same form; a format in a later one replaces the
            format of the same name.

    Raises:
        KnowledgeError: If anything is wrong: all mistakes at once, each with its file and name.
    """
    formats: dict[str, LogFormat] = {}
    mistakes: list[str] = []
    for source in _files():
        formats.update(_load_file(source, mistakes, packaged=True))
    for folder in extra_folders:
        for source in _folder_files(folder):
            loaded = _load_file(source, mistakes, packaged=False)
            formats.update(loaded)
            mistakes += (f"{source.name}: {wrong}" for wrong in check_samples(loaded.values()))
    formats = {name: _with_those_of_others(entry, formats) for name, entry in formats.items()}
    for entry in formats.values():
        mistakes += [
            f"{entry.name}: inner: there is no format {name!r}"
            for name in entry.inner + entry.unlevelled
            if name != ANY_FORMAT and name not in formats
        ]
    if mistakes:
        raise KnowledgeError("files.formats", count=len(mistakes), mistakes="\n  ".join(mistakes))
    return tuple(sorted(formats.values(), key=lambda entry: (entry.order, entry.name)))


def _with_those_of_others(entry: LogFormat, formats: Mapping[str, LogFormat]) -> LogFormat:
    """Return a format with the formats of its body, among which ``@name`` stands for those of another's."""

    def named(names: Iterable[str]) -> Iterator[str]:
        for name in names:
            other = formats.get(name[1:]) if name.startswith("@") else None
            yield from (name,) if other is None else other.inner

    if not any(name.startswith("@") for name in entry.inner + entry.unlevelled):
        return entry  # as most
    return replace(
        entry, inner=tuple(named(entry.inner)), unlevelled=tuple(named(entry.unlevelled))
    )


def fingerprint(extra_folders: Sequence[Path] = ()) -> str:
    """Return the SHA-256 over the names and bytes of all files that formats and stack traces come from."""
    digest = hashlib.sha256()
    for files in (_files(), _files("stacks"), *map(_folder_files, extra_folders)):
        for source in files:
            content = source.read_bytes()
            digest.update(f"{source.name}\0{len(content)}\0".encode())
            digest.update(content)
    return digest.hexdigest()


def check_samples(formats: Iterable[LogFormat]) -> tuple[str, ...]:
    """Return what is wrong with the samples of *formats*, one sentence each; empty when all hold."""
    wrong: list[str] = []
    known = tuple(formats)
    for entry in known:
        if not entry.matches or not entry.rejects:
            wrong.append(f"{entry.name}: needs a sample that matches and one that does not")
        alone = LineReader([entry], "UTC", _REFERENCE)
        for sample, expected in [(s, True) for s in entry.matches] + [
            (s, False) for s in entry.rejects
        ]:
            if _fits(alone, entry, sample) != expected:
                word = "must match" if expected else "must not match"
                wrong.append(f"{entry.name}: {word}: {sample}")
    return tuple(wrong)


def _fits(reader: LineReader, entry: LogFormat, sample: str) -> bool:
    if entry.kind != "csv":
        return reader.read_line(sample) is not None
    header, _, below = sample.strip("\n").partition("\n")
    table = reader.open_table(header)
    row = sample if entry.columns else below
    return table is not None and reader.read_row(table, row) is not None


def _files(name: str = "formats") -> tuple[Traversable, ...]:
    folder = folder_of(__package__).joinpath(name)
    files = (entry for entry in folder.iterdir() if entry.name.endswith(".toml"))
    return tuple(sorted(files, key=lambda entry: entry.name))


def _folder_files(folder: Path) -> tuple[Path, ...]:
    if not folder.is_dir():
        raise KnowledgeError("files.format_folder_missing", path=folder)
    return tuple(sorted(folder.glob("*.toml")))


def _load_file(
    source: Traversable | Path, mistakes: list[str], *, packaged: bool
) -> dict[str, LogFormat]:
    formats: dict[str, LogFormat] = {}
    for name, table in _tables(source, mistakes).items():
        loaded = _load(f"{source.name}: {name}", name, table, mistakes)
        if loaded is None:
            continue
        wrong = [] if packaged else list(_uncompilable(f"{source.name}: {name}", loaded))
        mistakes += wrong
        if not wrong:  # else its samples could not even be tried
            formats[name] = loaded
    return formats


def _tables(source: Traversable | Path, mistakes: list[str]) -> Mapping[str, Mapping[str, object]]:
    try:
        document = toml(source.read_text("utf-8-sig"))
    except (OSError, ValueError) as error:  # unreadable, not UTF-8, not TOML
        mistakes.append(f"{source.name}: {error}")
        return {}
    tables = {name: table for name, table in document.items() if isinstance(table, dict)}
    mistakes += [f"{source.name}: {name} is no table" for name in document if name not in tables]
    return tables


def _load(
    place: str, name: str, table: Mapping[str, object], mistakes: list[str]
) -> LogFormat | None:
    before = len(mistakes)
    mistakes += [f"{place}: unknown key {key}" for key in sorted(table.keys() - _KEYS)]
    kind = str(table.get("kind", "pattern"))
    if kind not in _KINDS:
        mistakes.append(f"{place}: kind is one of {', '.join(_KINDS)}, not {kind}")
    pattern = _pattern(place, str(table.get("pattern", "")), mistakes)
    if kind == "pattern" and "(?P<body>" not in pattern:
        mistakes.append(f"{place}: the pattern needs a group body")
    fields = _named_lists(table.get("fields", {}))
    if kind != "pattern" and not {"time", "body"} <= fields.keys():
        mistakes.append(f"{place}: fields needs time and body")
    if table.get("columns") and not (kind == "csv" and pattern):
        mistakes.append(f"{place}: columns are of a csv, and its pattern says how a row begins")
    times, title = _times(place, table, mistakes), _title(place, table, mistakes)
    if len(mistakes) > before:
        return None
    return LogFormat(
        name=name,
        title=title,
        kind=cast(
            "Literal['pattern', 'json', 'otlp', 'csv', 'logfmt', 'xml', 'properties', 'list']", kind
        ),
        pattern=pattern,
        fields=tuple(fields.items()),
        time_formats=times,
        zone=str(table.get("zone", "")),
        levels=_levels(table.get("levels", {})),
        inner=_words(table.get("inner", [])),
        unlevelled=_words(table.get("unlevelled", [])),
        matches=_words(table.get("matches", [])),
        rejects=_words(table.get("rejects", [])),
        order=int(str(table.get("order", 100))),
        begins=_pattern(place, str(table.get("begins", "")), mistakes),
        until=_pattern(place, str(table.get("until", "")), mistakes),
        wraps=table.get("wraps") is True,
        each=str(table.get("each", "")),
        level=str(table.get("level", "")),
        follows=str(table.get("follows", "")),
        told_by=_words(table.get("told_by", [])),
        says=_says(place, table, mistakes),
        beyond=str(table.get("beyond", "")),
        columns=_words(table.get("columns", [])),
        headings=_pattern(place, str(table.get("headings", "")), mistakes),
        level_names=_level_names(place, table, mistakes),
        ages=str(table.get("ages", "")),
    )


def _levels(levels: object) -> tuple[tuple[str, int], ...]:
    if not isinstance(levels, dict):
        return ()
    return tuple((str(word), int(number)) for word, number in levels.items())


def _level_names(
    place: str, table: Mapping[str, object], mistakes: list[str]
) -> tuple[tuple[str, str], ...]:
    names, levels = table.get("level_names", {}), table.get("levels", {})
    if not isinstance(names, dict) or not isinstance(levels, dict):
        mistakes.append(f"{place}: level_names is a table of spellings and names")
        return ()
    mistakes += [
        f"{place}: level_names: {word} is none of levels" for word in names if word not in levels
    ]
    return tuple((str(word), str(name).upper()) for word, name in names.items())


def _times(place: str, table: Mapping[str, object], mistakes: list[str]) -> tuple[str, ...]:
    times = _words(table.get("times", []))
    mistakes += [
        f"{place}: unknown time {stamp}"
        for stamp in times
        if stamp not in KINDS and "%" not in stamp
    ]
    return times


def _title(place: str, table: Mapping[str, object], mistakes: list[str]) -> Text:
    title = table.get("title")
    if not isinstance(title, dict) or not {"zh", "en"} <= title.keys():
        mistakes.append(f"{place}: title needs zh and en")
        return Text.same(place)
    return Text(zh=str(title["zh"]), en=str(title["en"]))


def _says(
    place: str, table: Mapping[str, object], mistakes: list[str]
) -> tuple[tuple[str, str], ...]:
    """Return what is put together of several fields; note where that cannot be."""
    says = table.get("says", {})
    if not isinstance(says, dict) or not says.keys() <= {"body", "logger"}:
        mistakes.append(f"{place}: says is a table of body and logger")
        return ()
    # The native kernel takes messages as they stand in lines; it leaves these kinds to Python.
    if says and table.get("kind") != "csv" and not table.get("begins"):
        mistakes.append(f"{place}: says is for records of several lines and for csv")
    return tuple((str(name), str(template)) for name, template in says.items())


def _pattern(place: str, text: str, mistakes: list[str]) -> str:
    """Return the pattern with its pieces filled in; note what is wrong with it."""
    unknown = [name for name in _PIECE.findall(text) if name not in _PIECES]
    mistakes += [f"{place}: there is no piece %{{{name}}}" for name in unknown]
    if unknown:
        return text
    filled = _PIECE.sub(lambda found: f"(?:{_PIECES[found.group(1)]})", text)
    if _NESTED_REPETITION.search(text):
        mistakes.append(f"{place}: the pattern repeats a repetition, which can take for ever")
    return filled


def _uncompilable(place: str, entry: LogFormat) -> Iterator[str]:
    # The packaged ones are compiled by their tests, and when first needed: all of them take 0.1 s.
    for pattern in (entry.pattern, entry.begins, entry.until, entry.headings):
        try:
            re.compile(pattern)
        except re.error as error:
            yield f"{place}: {error}"


def _words(value: object) -> tuple[str, ...]:
    return tuple(map(str, value)) if isinstance(value, list) else ()


def _named_lists(value: object) -> dict[str, tuple[str, ...]]:
    if not isinstance(value, dict):
        return {}
    return {str(name): _words(words) for name, words in value.items()}
