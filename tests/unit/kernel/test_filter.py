"""The filter language."""

from __future__ import annotations

import pytest

from paicha.errors import QuestionError
from paicha.kernel.filter import compile_filter, scope_predicate
from paicha.kernel.normalise import ParsedLine
from paicha.kernel.record_batches import RecordBuilder

ROWS = [
    ParsedLine("", None, 17, "ERROR", "Payment refused by bank", "pay", "10.0.0.1", "",
               "pay.py", 12, "shop.pay", "t1", "s1", {"k8s.pod.name": "pay-0"}),
    ParsedLine("", None, 13, "WARNING", "disk usage=91% (nearly full)", "disk", "10.0.0.2", "h2",
               "disk.py", 7, "", "", "", {}),
    ParsedLine("", None, 9, "INFO", "payment kept", "pay", "10.0.0.1"),
    ParsedLine("", None, 0, "", '获取数据库连接超时 "pool"', "", "", ""),
]  # fmt: skip


def rows(text: str) -> list[int]:
    builder = RecordBuilder()
    for index, row in enumerate(ROWS):
        builder.add(row, f"f:{index}")
    predicate = compile_filter(text)
    assert predicate is not None
    return [index for index, yes in enumerate(predicate(builder.take()).to_pylist()) if yes]


CASES = [
    ("payment", [0, 2]),
    ("payment refused", [0]),
    ("payment AND NOT refused", [2]),
    ("payment -refused", [2]),
    ("refused OR nearly", [0, 1]),
    ('"nearly full"', [1]),
    ("pay*ref", []),
    ("us?ge=9*", [1]),
    ("数据库连接超时", [3]),
    ("level=ERROR", [0]),
    ("level==警告", [1]),
    ("级别>=警告", [0, 1]),
    ("级别＞＝警告", [0, 1]),
    ("level≥WARN", [0, 1]),
    ("级别：错误", [0]),
    ('level="ERROR"', [0]),
    ("级别＝“错误”", [0]),
    ("级别≥“警告” AND refused", [0]),
    ("主机：10.0.0.2", [1]),
    ("服务：pay AND NOT 文件：pay.py", [2]),
    ("“nearly full”", [1]),
    ("（refused OR nearly）　level：ERROR", [0]),
    ("数据库连接超时：无", []),
    ('数据库连接超时 AND "（pool）"', []),
    (r'"\"pool\""', [3]),
    ("service:pay", [0, 2]),
    ("service:(pay OR disk) -kept", [0, 1]),
    ("service:p*", [0, 2]),
    ("host:h2", [1]),
    ("host:10.0.0.?", [0, 1, 2]),
    ("level:ERROR", [0]),
    ("level:warn", [1]),
    ("level:>=WARN", [0, 1]),
    ("level>=WARN", [0, 1]),
    ("Level >= warn", [0, 1]),
    ("level>=WARN AND usage", [1]),
    ("(level<WARN OR level > WARN) -bank", [2]),
    ("-level>=WARN kept", [2]),
    ("severity_number<10", [2, 3]),
    ("line<12", [1]),
    ("usage>=WARN", []),
    ("level:>WARN", [0]),
    ("level:<=INFO", [2]),
    ("level:<WARN", [2]),
    ("level:WARN*", [1]),
    ("level:(error OR info)", [0, 2]),
    ("line:>=12", [0]),
    ("line:7", [1]),
    ("file:pay.py", [0]),
    ("module:shop.pay", [0]),
    ("trace_id:t1", [0]),
    ("k8s.pod.name:pay-0", [0]),
    ("name:pay-*", [0]),
    ("nothing:here", []),
    ("(payment OR disk) AND level:>=WARN", [0, 1]),
    ("usage=91% (nearly)", [1]),
    ("NOT level:>=WARN", [2, 3]),
]


@pytest.mark.parametrize(("text", "expected"), CASES)
def test_a_filter_keeps_what_it_says(text: str, expected: list[int]) -> None:
    """Words, phrases, fields, levels, wildcards and their combinations."""
    assert expected == rows(text)


BAD = [
    ('say "hello', "question.filter_unclosed_quote", "5"),
    ("(a OR b", "question.filter_unclosed_parenthesis", "1"),
    ("a) b", "question.filter_unexpected", "2"),
    ("OR a", "question.filter_unexpected", "1"),
    ("a AND", "question.filter_ends_early", "6"),
    ("level:loud", "question.filter_level", "7"),
    ("level>>WARN", "question.filter_level", "6"),
    ("disk level >=", "question.filter_level", "12"),
    ("line<=ten", "question.filter_number", "5"),
    ("service:>5", "question.filter_number", "9"),
    ("line:twelve", "question.filter_number", "6"),
    ("(" * 80 + "a" + ")" * 80, "question.filter_too_deep", "52"),
]


@pytest.mark.parametrize(("text", "code", "position"), BAD)
def test_a_bad_filter_is_refused_with_its_position(text: str, code: str, position: str) -> None:
    """The error says where, so that the reader need not guess."""
    with pytest.raises(QuestionError) as caught:
        compile_filter(text)

    assert (code, position) == (caught.value.code, caught.value.facts["position"])
    assert f"position {position}" in caught.value.what


def test_an_empty_filter_is_none() -> None:
    """Nothing written means nothing is left out."""
    assert compile_filter("") is None
    assert scope_predicate((), ()) is None


def test_a_scope_keeps_rows_that_name_no_host() -> None:
    """A record that does not say where it comes from cannot be said to be out of scope."""
    builder = RecordBuilder()
    for index, row in enumerate(ROWS):
        builder.add(row, f"f:{index}")
    batch = builder.take()
    hosts = scope_predicate(("h2",), ())
    services = scope_predicate(("10.0.0.1",), ("pay",))
    assert hosts is not None
    assert services is not None

    assert [False, True, False, True] == hosts(batch).to_pylist()
    assert [False, False, False, True] == [
        a and b for a, b in zip(hosts(batch).to_pylist(), services(batch).to_pylist(), strict=True)
    ]


@pytest.mark.parametrize("spelled", ["H2", "h2"])
def test_hosts_and_services_are_asked_for_as_a_filter_asks_for_them(spelled: str) -> None:
    """`--host H2` and `--where host:H2` are one question: upper and lower case are one in both."""
    builder = RecordBuilder()
    for index, row in enumerate(ROWS):
        builder.add(row, f"f:{index}")
    batch = builder.take()
    scope, where = scope_predicate((spelled,), ()), compile_filter(f"host:{spelled}")
    assert scope is not None
    assert where is not None
    named = [bool(row["host_id"] or row["host_ip"]) for row in batch.to_pylist()]

    assert where(batch).to_pylist() == [
        a and b for a, b in zip(scope(batch).to_pylist(), named, strict=True)
    ]
    assert any(where(batch).to_pylist())


def test_a_value_in_an_object_is_found_by_its_path_and_its_last_part() -> None:
    """What an attribute that is an object says was found by no name."""
    said: dict[str, object] = {
        "http": {"status": 500, "request": {"method": "GET"}},
        "k8s.pod.name": "cart-0",
    }
    builder = RecordBuilder()
    builder.add(ParsedLine("", None, 9, "INFO", "late", attributes=said), "f:0")
    batch = builder.take()

    for words in ("http.status:500", "status:500", "http.request.method:get", "pod.name:cart-*"):
        predicate = compile_filter(words)
        assert predicate is not None
        assert [True] == predicate(batch).to_pylist(), words
