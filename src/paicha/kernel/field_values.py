"""Records that name their fields, taken apart: JSON, logfmt, XML events, lines of KEY=value."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping

# Possessive quantifiers (++, *+) give nothing back, so no text takes more than one pass.
#: A name and its value.
LOGFMT_PAIR = re.compile(r'([\w.@/-]++)=("[^"\\]*+(?:\\.[^"\\]*+)*+"|[^\s"]*+)(?:\s++|$)')
_TAG = re.compile(r"<([\w:.-]++)([^<>]*+)>([^<]*+)")
_XML_ATTRIBUTE = re.compile(r"""([\w:.-]++)\s*+=\s*+(?:"([^"]*+)"|'([^']*+)')""")
_PROPERTY = re.compile(r"[A-Z_][A-Z0-9_]{0,63}")
#: The length before a binary field of journald's export, as the reading of lines shows it: at most two
#: bytes, then six that are zero. [8 bytes, little endian]
_BINARY_LENGTH = re.compile(r"[^\n]{0,8}?\n?(?:\\x00){5,7}")


#: A field of an object that PowerShell lists: names padded to one width.
_LISTED = re.compile(r"([A-Za-z]\w{0,40}) {0,40}: ?(.*)")

#: What stands behind an item of a list.
_ITEM_END = re.compile(r"\}\s{0,8}[,;]\s{0,8}\Z")


def json_values(text: str) -> Mapping[str, object] | None:
    """Return the object that *text* is, maybe with what sets it apart from the next of a list; None when it is none."""
    if "\n" in text:
        text = text.lstrip()  # an item of a list is indented
    if not text.startswith("{"):
        return None
    if not text.endswith("}"):
        text = _ITEM_END.sub("}", text)
    try:
        values = json.loads(text)
    except (ValueError, RecursionError):  # no JSON, or nested beyond all use
        return None
    return values if isinstance(values, dict) else None


def begins_with_pair(text: str) -> bool:
    """Return whether *text* begins with a pair of logfmt; else it is no line of pairs."""
    return LOGFMT_PAIR.match(text) is not None


def logfmt_values(text: str) -> Mapping[str, object] | None:
    """Return the pairs of a line that consists of pairs only; None when it does not."""
    values: dict[str, object] = {}
    at = 0
    while at < len(text):
        match = LOGFMT_PAIR.match(text, at)
        if match is None:
            return None
        name, value = match.groups()
        if value.startswith('"'):
            value = value[1:-1].replace('\\"', '"').replace("\\n", "\n")
        values.setdefault(name, value)
        at = match.end()
    return values if len(values) >= 2 else None


def xml_values(text: str) -> Mapping[str, object] | None:
    """
    Return the texts and attributes of an event's elements; None when there are none.

    ``<Level>2</Level>`` is Level, ``<TimeCreated SystemTime='…'/>`` is TimeCreated.SystemTime, and all
    ``<Data Name='user'>ops</Data>`` together are Data: ``user=ops, …``.
    """
    from html import unescape  # noqa: PLC0415 - a table of two thousand names, which few logs need

    values: dict[str, object] = {}
    data: list[str] = []
    for tag, attributes, content in _TAG.findall(text):
        words = unescape(content.strip())
        named = {name: unescape(a or b) for name, a, b in _XML_ATTRIBUTE.findall(attributes)}
        if tag == "Data":
            data.append(f"{named['Name']}={words}" if "Name" in named else words)
            continue
        if words:
            values.setdefault(tag, words)
        for name, value in named.items():
            values.setdefault(f"{tag}.{name}", value)
    if data:
        values["Data"] = ", ".join(part for part in data if part)
    return values or None


def is_property(line: str) -> bool:
    """Return whether *line* is a field as a line of KEY=value."""
    key, equals, _ = line.partition("=")
    return bool(equals) and _PROPERTY.fullmatch(key) is not None


def property_values(text: str) -> Mapping[str, object] | None:
    """Return the fields of lines of KEY=value; a key alone has its value in the lines that follow."""
    values: dict[str, object] = {}
    name = ""
    for line in text.split("\n"):
        key, equals, value = line.partition("=")
        if equals and _PROPERTY.fullmatch(key):
            name = key
            values.setdefault(name, value)
        elif not equals and _PROPERTY.fullmatch(key):
            name = key
            values[name] = ""
        elif name:
            values[name] = f"{values[name]}\n{line}" if values[name] else line
    for key, said in values.items():
        if isinstance(said, str) and "\\x00" in said:
            values[key] = _BINARY_LENGTH.sub("", said, count=1)
    return values if len(values) >= 2 else None


def listed_values(text: str) -> Mapping[str, object] | None:
    r"""
    Return the fields of lines of ``Name : value``, as PowerShell lists an object; None when there are none.

    Example:
        >>> dict(listed_values("Id      : 12\nMessage : late\n          again") or {})
        {'Id': '12', 'Message': 'late\nagain'}
    """
    values: dict[str, object] = {}
    name = ""
    for line in text.split("\n"):
        found = _LISTED.match(line)
        if found is not None:
            name = found[1]
            values.setdefault(name, found[2].strip())
        elif name and line.strip():
            values[name] = f"{values[name]}\n{line.strip()}"
    return values if len(values) >= 2 else None


#: How the fields of each kind of format are taken apart.
READERS: Mapping[str, Callable[[str], Mapping[str, object] | None]] = {
    "json": json_values,
    "logfmt": logfmt_values,
    "xml": xml_values,
    "properties": property_values,
    "list": listed_values,
}
