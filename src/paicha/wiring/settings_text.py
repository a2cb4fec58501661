"""The text of a settings file, and where it is wrong, in words that help whoever wrote it."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from paicha.errors import ConfigError

_PLACE = re.compile(r" \((?:at line (\d+), column (\d+)|at end of document)\)$")
#: Marks of a Chinese keyboard that TOML knows in quotation marks only.
_WIDE_MARKS = "“”‘’＂＝：，；（）［］｛｝＃　"
_BYTE_ORDERS = (b"\xff\xfe", b"\xfe\xff")


def read_table(file: Path) -> dict[str, Any]:
    """
    Return the tables of the settings *file*.

    Raises:
        ConfigError: If it cannot be read, is not UTF-8, or not TOML; the error names the place.
    """
    import tomllib  # noqa: PLC0415 - many runs have no settings

    try:
        words = file.read_bytes().decode("utf-8-sig")
    except OSError as err:
        raise ConfigError("config.unreadable", file=file, reason=err.strerror or "") from err
    except UnicodeDecodeError as err:
        raise _not_utf8(file, err.object) from err
    words = words.replace("\r\n", "\n")  # as text is read
    try:
        return tomllib.loads(words)
    except tomllib.TOMLDecodeError as err:
        raise _not_toml(file, words, str(err)) from err


def _not_utf8(file: Path, data: bytes) -> ConfigError:
    """Return the error about a file in another encoding, by its name where it shows."""
    if data.startswith(_BYTE_ORDERS):
        return ConfigError("config.other_encoding", file=file, encoding="UTF-16")
    try:
        data.decode("gb18030")
    except UnicodeDecodeError:
        return ConfigError("config.not_utf8", file=file)
    return ConfigError("config.other_encoding", file=file, encoding="GB18030")


def _not_toml(file: Path, words: str, said: str) -> ConfigError:
    place = _PLACE.search(said)
    reason = said[: place.start()] if place else said
    lines = words.split("\n")
    if place is None or place[1] is None:
        line, column = len(lines), len(lines[-1]) + 1
    else:
        line, column = int(place[1]), int(place[2])
    mark = lines[line - 1][column - 1 : column] if line <= len(lines) else ""
    if mark and mark in _WIDE_MARKS:
        return ConfigError("config.wide_mark", file=file, line=line, column=column, mark=mark)
    if reason.startswith("Invalid initial character for a key") and not mark.isascii():
        return ConfigError("config.bare_name", file=file, line=line, column=column)
    if reason.startswith("Unescaped"):
        return ConfigError("config.backslash", file=file, line=line)
    return ConfigError("config.not_toml", file=file, line=line, column=column, reason=reason)
