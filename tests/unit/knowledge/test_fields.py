"""The table of field names: every sample is read, and a wrong table says all that is wrong."""

import pytest

from paicha.errors import KnowledgeError
from paicha.kernel.field_map import CANONICAL, FieldMap, first_value
from paicha.knowledge.fields_loader import load_field_names, names_of
from paicha.knowledge.table_files import packaged_tables


def test_every_sample_row_says_its_field() -> None:
    """The names are tried in the order they stand."""
    fields = FieldMap(load_field_names())
    samples = [
        (canonical, sample)
        for canonical, table in packaged_tables("fields")
        for sample in table.get("samples", ())
    ]

    assert len(samples) >= 10
    for canonical, sample in samples:
        assert sample["value"] == first_value(sample["row"], fields.keys(canonical))


def test_every_canonical_field_has_names() -> None:
    """None is forgotten in the file."""
    assert set(CANONICAL) == {name for name, known in load_field_names().items() if known}


def test_a_wrong_table_says_all_that_is_wrong() -> None:
    """An unknown field, a name twice and a list that is none are named together."""
    with pytest.raises(KnowledgeError) as caught:
        names_of({"lever": {}, "level": {"a": ["lvl", "lvl"], "b": "lvl"}})

    assert "3" == caught.value.facts["count"]


def test_settings_win_over_the_stores_aliases_and_those_over_known_names() -> None:
    """An alias field that bears a known name stands for what the store says."""
    names = {"level": ("level", "lvl")}

    assert ("sev", "level", "lvl") == FieldMap(names, {}, {"lvl": "sev"}).keys("level")
    assert ("grade", "sev", "level", "lvl") == FieldMap(
        names, {"level": ("grade",)}, {"lvl": "sev"}
    ).keys("level")
    assert ("lvl",) == FieldMap(names).existing("level", ["lvl", "message"])
