"""What rules a format out before its pattern is tried."""

from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

from paicha.kernel.gates import Gate, beginning, cuts_of, gate_of, needed_of
from paicha.knowledge.formats_loader import load_formats

FORMATS = [entry for entry in load_formats() if entry.kind != "csv"]
PATTERNS = sorted({p for entry in FORMATS for p in (entry.pattern, entry.begins) if p})
SAMPLES = sorted({sample for entry in FORMATS for sample in (*entry.matches, *entry.rejects)})


@given(
    sample=st.sampled_from(SAMPLES),
    cut=st.integers(0, 40),
    put=st.text(alphabet="09aZ[]-:/ ,.|<\t\n警é", max_size=4),
)
def test_a_gate_never_rules_out_what_its_pattern_matches(sample: str, cut: int, put: str) -> None:
    """For every pattern of every format, on every sample and on samples that were tampered with."""
    text = sample[:cut] + put + sample[cut:]
    for pattern in PATTERNS:
        if re.match(pattern, text, re.DOTALL):
            gate = gate_of(pattern)
            assert gate.lets_begin(beginning(text)), pattern
            assert gate.holds in text, pattern


def test_every_pattern_of_a_format_is_understood() -> None:
    """An open gate for all lines would make each line pay for it."""
    assert [] == [pattern for pattern in PATTERNS if gate_of(pattern) == Gate()]


def test_what_is_not_understood_is_let_in() -> None:
    """A back reference, or a quantifier without anything to repeat, says nothing."""
    assert [Gate(), Gate()] == [gate_of(r"(a)\1"), gate_of("*a")]
    assert () == cuts_of(r"(a)\1")


def test_a_character_by_its_number_in_braces_needs_nothing() -> None:
    r"""
    ``\x{1F600}``, which RE2 reads, ended an investigation with such a class of one's own in an unexpected error.
    """
    assert needed_of(r"\x{1F600} lost") == frozenset()
    assert needed_of(r"\x27lost\x27") == {"'lost'"}


def test_a_pattern_can_be_cut_behind_each_part() -> None:
    """So that it can be told how far a line fits."""
    pattern = r"\[(?P<time>\d+)\] (?:x|y){1,3}z"
    cuts = cuts_of(pattern)

    assert [r"\[", r"\[(?P<time>\d+)", r"\[(?P<time>\d+)\]"] == [pattern[:cut] for cut in cuts[:3]]
    assert pattern == pattern[: cuts[-1]]
    for cut in cuts:
        re.compile(pattern[:cut])


def test_a_group_known_from_another_pattern_says_what_it_says_there() -> None:
    """Groups are remembered by their text; the same text means more where case is ignored."""
    group = "(?:lease of the shard is late again|lost)"
    plain, ignoring = gate_of(f"{group} x"), gate_of(f"(?i:{group}) x")

    assert plain.lets_begin(beginning("lease of the"))
    assert not plain.lets_begin(beginning("LEASE OF THE"))
    assert ignoring.lets_begin(beginning("LEASE OF THE"))
    assert gate_of(f"{group} x") == plain
