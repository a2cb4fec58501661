"""Reading foreign JSON: what is not as promised is named, never guessed."""

from __future__ import annotations

from collections.abc import Mapping

from paicha.errors import SourceContract


def mapping(value: object, where: str) -> Mapping[str, object]:
    """
    Return *value* as an object.

    Raises:
        SourceContract: If it is something else.
    """
    if isinstance(value, Mapping):
        return value
    raise SourceContract("blueking.shape", where=where, wanted="object", found=_name(value))


def sequence(value: object, where: str) -> list[object]:
    """Return *value* as a list; raises `SourceContract` if it is something else."""
    if isinstance(value, list):
        return value
    raise SourceContract("blueking.shape", where=where, wanted="list", found=_name(value))


def mappings(value: object, where: str) -> list[Mapping[str, object]]:
    """Return *value* as a list of objects; raises `SourceContract` if it is something else."""
    return [mapping(entry, f"{where}[]") for entry in sequence(value, where)]


def number(value: object, where: str) -> float:
    """Return *value* as a number, also from text; raises `SourceContract` if it is none."""
    if isinstance(value, bool):
        raise SourceContract("blueking.shape", where=where, wanted="number", found=_name(value))
    if isinstance(value, int | float):
        return value
    try:
        return float(str(value))
    except ValueError:
        raise SourceContract(
            "blueking.shape", where=where, wanted="number", found=_name(value)
        ) from None


def _name(value: object) -> str:
    names = {dict: "object", list: "list", str: "text", bool: "boolean", type(None): "null"}
    return names.get(type(value), "number")
