"""Opens a metrics file and finds out what it is; its name has no say."""

from __future__ import annotations

from datetime import tzinfo
from pathlib import Path

from paicha.errors import InputError
from paicha.sources.metric_files.answers import read_answers
from paicha.sources.metric_files.columns import names_a_time, read_columns
from paicha.sources.metric_files.exposition import looks_like_exposition, read_exposition
from paicha.sources.metric_files.raw import RawFile

#: A file is read whole: points of a window are few, a bigger file is an export of something else.
LARGEST = 256 * 1024 * 1024  # [bytes]
#: What is looked at of a file that nobody named [bytes].
_BEGINNING = 1 << 16


def read_file(path: Path, zone: tzinfo) -> RawFile:
    """
    Return every series of the file at *path*.

    Args:
        path: The file.
        zone: Where times without a zone belong.

    Raises:
        InputError: If it is missing, unreadable, empty, too big, or no metrics file.
    """
    content = _content(path)
    start = content.lstrip()[:1]
    if not start:
        raise InputError("metrics.empty", path=path)
    if start in "{[":
        return read_answers(path, content)
    if looks_like_exposition(content):
        return read_exposition(path, content)
    return read_columns(path, content, zone)


def may_hold_metrics(path: Path) -> bool:
    """Return whether the file at *path* begins as a metrics file does; a log mostly does not. Cost: its beginning."""
    try:
        with path.open("rb") as file:
            begin = file.read(_BEGINNING).decode("utf-8-sig", "replace").lstrip()
    except OSError:
        return True  # reading it says why
    return begin[:1] in ("{", "[") or looks_like_exposition(begin) or names_a_time(begin)


def _content(path: Path) -> str:
    try:
        size = path.stat().st_size
        if size > LARGEST:
            raise InputError("metrics.too_big", path=path, size=size, limit=LARGEST)
        raw = path.read_bytes()
    except FileNotFoundError as error:
        raise InputError("metrics.missing", path=path) from error
    except OSError as error:
        raise InputError("metrics.unreadable", path=path, reason=error.strerror) from error
    if b"\x00" in raw[:4096]:
        raise InputError("metrics.not_text", path=path)
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise InputError("metrics.not_text", path=path)
