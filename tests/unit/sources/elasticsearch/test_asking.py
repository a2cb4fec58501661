"""A filter over fields as the index has them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from paicha.errors import QuestionError
from paicha.kernel.field_map import FieldMap
from paicha.knowledge.fields_loader import load_field_names
from paicha.model.question import Scope, Window
from paicha.sources.elasticsearch.answers import FieldKind
from paicha.sources.elasticsearch.asking import question
from paicha.sources.elasticsearch.fields import IndexFields

START = datetime(2026, 1, 5, 9, tzinfo=UTC)
WINDOW = Window(START, START + timedelta(minutes=10))
KINDS = {
    name: {kind: FieldKind(kind, aggregatable=True)}
    for name, kind in (("@timestamp", "date"), ("message", "text"), ("level", "long"))
}
FIELDS = IndexFields(KINDS, FieldMap(load_field_names()), "@timestamp")


def test_levels_by_name_cannot_be_asked_of_numbers() -> None:
    """The store would refuse the first spelling; what to ask instead is said."""
    with pytest.raises(QuestionError) as refused:
        question(WINDOW, Scope(where="level>=WARN"), FIELDS)

    assert "elasticsearch.level_is_a_number" == refused.value.code
    assert '--where "level:[40 TO *]"' in refused.value.hint


def test_levels_by_number_can_be_asked() -> None:
    """A filter of the store's own language goes through as it is."""
    *_, asked = question(WINDOW, Scope(where="level:[40 TO *]"), FIELDS)["bool"]["filter"]

    assert "level:[40 TO *]" == asked["query_string"]["query"]
