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
MIXED = IndexFields(
    {
        name: {kind: FieldKind(kind, aggregatable=True)}
        for name, kind in (
            *(("@timestamp", "date"), ("message", "text"), ("log", "text"), ("level", "keyword")),
            *(("log.level", "keyword"), ("host", "keyword"), ("host.ip", "ip")),
            ("service", "keyword"),
        )
    },
    FieldMap(load_field_names()),
    "@timestamp",
)
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


@pytest.mark.parametrize(
    ("where", "asked"),
    [
        ("level:ERROR", "(log.level:ERROR OR level:ERROR)"),
        ("NOT level:INFO", "NOT (log.level:INFO OR level:INFO)"),
        ("host:10.0.0.8", "(host.ip:10.0.0.8 OR host:10.0.0.8)"),
        ("host:(10.0.0.8 OR *)", "(host.ip:(10.0.0.8 OR *) OR host:(10.0.0.8 OR *))"),
        ("host:web-1", "host:web-1"),
        ("host:(web-1 OR 10.0.0.8)", "host:(web-1 OR 10.0.0.8)"),
        ("service=pay", 'service:"pay"'),
        ("took=3", "took=3"),
        ("message:pool", "message:pool"),
    ],
)
def test_a_name_means_every_field_that_holds_it_and_can_be_asked_for_the_value(
    where: str, asked: str
) -> None:
    """Of indices whose mappings differ one has a field of that very name; an address field is not asked for a word."""
    *_, said = question(WINDOW, Scope(where=where), MIXED)["bool"]["filter"]

    assert asked == said["query_string"]["query"]


def test_a_level_may_be_said_to_be_one_as_in_other_filters() -> None:
    """`level=ERROR` means every spelling of it, in every field."""
    *_, said = question(WINDOW, Scope(where="level=ERROR"), MIXED)["bool"]["filter"]
    words = said["query_string"]["query"]

    assert words.startswith('(log.level:("SEVERE" OR ')
    assert ' OR level:("SEVERE" OR ' in words
    assert "WARN" not in words


def test_a_host_is_asked_for_as_names_of_hosts_are_usually_spelled() -> None:
    """As written, in lower and in upper case: servers before 7.10 know no question that leaves case aside."""
    *_, asked = question(WINDOW, Scope(hosts=("Web-1",)), MIXED)["bool"]["filter"]

    assert {"terms": {"host": ["WEB-1", "Web-1", "web-1"]}} == asked
