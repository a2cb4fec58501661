"""
The schemas of the tools as clients are told them: what an agent needs, and nothing that it pays for beside.

An agent carries the list of tools through every conversation. What pydantic writes into a schema is more than twice
as long: the name of each field again as its title, ``anyOf`` for what may be null, a default that says "nothing", the
notice about untrusted text at each of a hundred fields (it stands in the server's instructions and in every answer).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from paicha.interfaces.mcp.spoken import LANGUAGES_TOLD, both
from paicha.locales import Language

Schema = dict[str, Any]
#: Maps from names to schemas: what stands in them by a keyword's name is none.
_NAMED = frozenset({"properties", "$defs"})
_NOTHING: tuple[object, ...] = (None, "", [])
#: Bounds that no agent comes near; a call beyond them is refused with its words.
_FAR = frozenset({"maxLength", "maxItems"})
#: What an answer holds it always holds, and nothing else: the server checks that itself.
_PROMISED = frozenset({"required", "additionalProperties"})


def of_arguments(schema: Mapping[str, Any], language: Language) -> Schema:
    r"""
    Return what a tool takes, each argument described in *language* alone.

    Example:
        >>> of_arguments({"properties": {"n": {"title": "N", "default": None, "anyOf": [
        ...     {"type": "integer"}, {"type": "null"}], "description": "how many\n多少"}}}, "en")
        {'properties': {'n': {'type': ['integer', 'null'], 'description': 'how many'}}}
    """
    return _short(schema, language, frozenset({"title", *_FAR}))


def of_answer(schema: Mapping[str, Any], language: Language) -> Schema:
    """Return what a tool answers."""
    return _short(schema, language, frozenset({"title", *_FAR, *_PROMISED}))


def _short(schema: Mapping[str, Any], language: Language, without: frozenset[str]) -> Schema:
    kept: Schema = {}
    for keyword, value in schema.items():
        if keyword in without or (keyword == "default" and value in _NOTHING):
            continue
        if keyword == "description":
            if value != both("notice"):
                kept[keyword] = _spoken(value, language)
        elif keyword in _NAMED:
            kept[keyword] = {name: _short(one, language, without) for name, one in value.items()}
        elif isinstance(value, Mapping):
            kept[keyword] = _short(value, language, without)
        elif keyword == "anyOf":
            kept |= _either([_short(one, language, without) for one in value])
        else:
            kept[keyword] = value
    return kept


def _either(choices: list[Schema]) -> Schema:
    """Return one schema for what may be null, where one can say it."""
    others = [one for one in choices if one != {"type": "null"}]
    if len(others) == len(choices) or len(others) != 1 or "type" not in others[0]:
        return {"anyOf": choices}
    [one] = others
    if "enum" in one:
        return {"enum": [*one["enum"], None]}
    return {**one, "type": [one["type"], "null"]}


def _spoken(words: str, language: Language) -> str:
    """Return the line of *words* in *language*; what stands there once stands for both."""
    lines = words.split("\n")
    return lines[LANGUAGES_TOLD.index(language)] if len(lines) == len(LANGUAGES_TOLD) else words
