"""What would decide between those between whom it is undecided."""

from __future__ import annotations

import duckdb
from tests.unit.analysis.suspects.test_interventions import counts

from paicha.analysis.suspects.deciding import decided_by
from paicha.analysis.suspects.scores import Scored
from paicha.model.suspects import UnitKind

UNITS: dict[str, UnitKind] = {"cart": "service", "payer's": "service", "h3": "host"}
WARN = 13


def asked(text: str) -> list[tuple[object, ...]]:
    """Run the statement of a sentence on lines of three minutes."""
    lines = [
        (0, "cart", "render took 900 ms"),
        (1, "cart", "render took 940 ms"),
        (1, "payer's", "payer's blocked by cart"),
        (2, "gate", "cart refused"),
    ]
    connection = duckdb.connect()
    connection.register("counts", counts(lines, severity=WARN))
    return connection.execute(
        text.split("`")[1 if text.startswith("What decides: which") else 3]
    ).fetchall()


def test_of_two_side_by_side_the_minutes_in_which_one_goes_wrong_alone_decide() -> None:
    """The statement runs as it is, whatever the names."""
    shown = (Scored("cart", 3.0, ()), Scored("payer's", 3.0, ()))
    (sentence,) = decided_by(shown, "", UNITS)

    assert [(1, None), (1, 1)] == [row[1:] for row in asked(sentence.en)]


def test_who_only_blames_is_decided_by_who_else_does() -> None:
    """Others that name it too speak against it."""
    shown = (Scored("payer's", 1.5, ()), Scored("cart", 1.0, ()))
    (sentence,) = decided_by(shown, "cart", UNITS)

    assert [("gate", "", 1), ("payer's", "", 1)] == sorted(asked(sentence.en))


def test_where_nobody_stands_out_nothing_decides() -> None:
    """Points that chance reaches as well are no question between two."""
    assert () == decided_by((Scored("cart", 1.0, ()), Scored("h3", 0.9, ())), "", UNITS)
    assert () == decided_by((Scored("cart", 3.0, ()),), "", UNITS)
