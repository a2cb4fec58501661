"""Findings as JSON: for machines, complete, the same bytes every time."""

from __future__ import annotations

import msgspec

from paicha.model.findings import Findings
from paicha.model.report import Report
from paicha.renderers.schema import SCHEMA_ID
from paicha.renderers.visible import harmless
from paicha.values import dataclass


@dataclass(frozen=True, slots=True)
class JsonRenderer:
    """Draws the findings behind a report; its language does not matter."""

    def render(self, report: Report) -> bytes:
        """
        Return the findings, pretty printed, as `report.schema.json` describes them.

        Raises:
            ValueError: If the report rests on no findings: such a tree has `tree_json`.
        """
        if report.findings is None:
            raise ValueError("this report rests on no findings")
        return findings_json(report.findings)


def findings_json(findings: Findings) -> bytes:
    """
    Return *findings* as JSON in UTF-8, keys in the order of the types, times in UTC.

    Characters that do not show, or that turn text around, are written as JSON escapes: the value is
    the same, and no editor or terminal is fooled.
    """
    return tree_json(findings, SCHEMA_ID)


def tree_json(tree: object, schema: str) -> bytes:
    """
    Return a tree of frozen values as JSON in UTF-8, like `findings_json`.

    Args:
        tree: Any dataclass of the model.
        schema: What its ``$schema`` says.
    """
    try:
        body = msgspec.json.encode(tree, order="deterministic")
    except UnicodeEncodeError:  # a file name of bytes that are no text
        body = msgspec.json.encode(_readable(msgspec.to_builtins(tree)), order="deterministic")
    whole = b'{"$schema":' + msgspec.json.encode(schema) + b"," + body.removeprefix(b"{")
    return _escaped(msgspec.json.format(whole, indent=2).decode()).encode() + b"\n"


def _readable(value: object) -> object:
    if isinstance(value, str):
        return value.encode("utf-8", "backslashreplace").decode()
    if isinstance(value, dict):
        return {key: _readable(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_readable(item) for item in value]
    return value


def _escaped(document: str) -> str:
    # Between strings JSON holds ASCII only, so whatever is replaced here stands inside a string.
    odd = {c for c in set(document) if c != "\n" and not c.isascii() and not harmless(c)}
    odd |= {"\x7f"} & set(document)
    return document.translate({ord(c): _escape(c) for c in odd}) if odd else document


def _escape(character: str) -> str:
    units = character.encode("utf-16-be")
    return "".join(f"\\u{units[i]:02x}{units[i + 1]:02x}" for i in range(0, len(units), 2))
