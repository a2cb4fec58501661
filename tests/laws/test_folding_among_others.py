"""The law of folding among others: what is alike stays so whatever else the log holds."""

from __future__ import annotations

import pytest

from paicha.kernel.grouping import groups

#: Pairs of shapes that are one message, by another rule each.
PAIRS = [
    ("drive <id> is ready", "drive HP:Ultrium is ready"),
    ("Step <id> of plan took <number>", "Step Integration of plan took <number>"),
    ("assigned [<id>] now", "assigned [<id>, <id>] now"),
    ("login of <id> to <id> was seen", "login of dba to metricsd was seen"),
    ("copy of vega_a to orion_b: <number>", "copy of lyra_c to draco_d: <number>"),
]
#: Messages of words that no other message holds.
OTHERS = [
    f"{letter * 5} {letter * 6} {letter * 7} {letter * 8}, {letter * 9}" for letter in "bcdfghjk"
]


@pytest.mark.parametrize("pair", PAIRS)
@pytest.mark.parametrize("others", [[], OTHERS, [f"<id> {other} <id>" for other in OTHERS]])
def test_two_shapes_are_one_message_among_any_others(
    pair: tuple[str, str], others: list[str]
) -> None:
    """Neither alone nor among messages that share nothing with them do they part."""
    found = groups([*pair, *others])

    assert [set(pair)] == [
        {member.shape for member in group}
        for group in found.values()
        if any(member.shape in pair for member in group)
    ]
