"""Whom a problem happened to: values only."""

from __future__ import annotations

from paicha.locales import Text
from paicha.values import dataclass


@dataclass(frozen=True, slots=True)
class ToldValue:
    """One value with its count, and its part of all records of the problem."""

    name: str
    n: int
    share: float


@dataclass(frozen=True, slots=True)
class Tally:
    """What the records of a problem say of one thing, as status, path or upstream, counted over all of them."""

    name: str  # as the problem's class calls it: status, path, …
    title: Text
    n: int  # records that say it
    values: tuple[ToldValue, ...]  # the most frequent, most first, then by name
    distinct: int


@dataclass(frozen=True, slots=True)
class Told:
    """
    Whom a problem happened to: each thing counted by itself, and what most records have in common.

    Tallies stand in the order of the class; there are none where the case keeps some of the records only.
    """

    tallies: tuple[Tally, ...]
    common: Text | None  # "status 503, path /pay: 412 of 430 records"; None: nothing is
    succeeded: Text | None = (
        None  # that one who failed often was let in later; None: no line says so
    )
    apart: Text | None = None  # "version 2.4 in all 265, in none of 19,735 others"; None: nothing
