"""What would decide between those between whom it is undecided: one statement to run, and what its answer would mean."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from paicha.analysis.suspects.answer import LEAST
from paicha.analysis.suspects.scores import Scored
from paicha.kernel.levels import WARN
from paicha.locales import Text, text
from paicha.model.suspects import UnitKind

_COLUMNS: Mapping[UnitKind, str] = {
    "service": "service_name",
    "module": "module",
    "host": "host",
}


def decided_by(
    shown: Sequence[Scored], blamed: str, units: Mapping[str, UnitKind]
) -> tuple[Text, ...]:
    """
    Return the sentence with the statement that would decide; nothing where nobody stands out at all.

    Of two that stand beside each other the one that goes wrong while the other does not is the cause. Where one only blames another,
    it matters whether anybody else does.

    Args:
        shown: Best first, only those for whom anything speaks.
        blamed: Whom the first one only blames; "": nobody.
        units: What each of them is.
    """
    if len(shown) < 2 or shown[0].points < LEAST:
        return ()
    name = shown[0].name
    if any(units[one.name] == "file" for one in shown[:2]):
        return ()  # the counts know no files
    if blamed:
        column = _COLUMNS[units[name]]
        sql = (
            f"select {column}, host, sum(n) as n from counts "  # noqa: S608 - every value is quoted
            f"where severity_number >= {WARN} and contains(lower(example), {_literal(blamed.lower())}) "
            f"and {column} <> {_literal(blamed)} group by all order by n desc"
        )
        return (text("suspects.decide.blames", name=name, other=blamed, sql=sql),)
    other = shown[1].name
    conditions = (f"{_COLUMNS[units[one]]} = {_literal(one)}" for one in (name, other))
    first, second = conditions
    sql = (
        f"select minute, sum(n) filter (where {first}) as first, "  # noqa: S608 - every value is quoted
        f"sum(n) filter (where {second}) as second from counts "
        f"where severity_number >= {WARN} and ({first} or {second}) group by minute order by minute"
    )
    return (text("suspects.decide.equal", first=name, second=other, sql=sql),)


def _literal(value: str) -> str:
    return "'" + value.replace("'", "''") + "'"
