"""Secrets and personal data never reach a reader."""

import json
from collections import Counter
from dataclasses import replace

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.unit.renderers import sample

from paicha.analysis.redaction import Redactor, covered, covered_tree, shown_findings
from paicha.analysis.redaction.tokens import TOKEN
from paicha.model.coverage import Coverage, FileCoverage, SourceCoverage
from paicha.model.findings import StoreCount
from paicha.model.redaction import Kind, RedactionRules

#: Lines, and what of each nobody may read.
SECRETS = (
    ("login user=bob password=hunter2", "hunter2"),
    ('{"user": "bob", "passwd": "s3cr3t!"}', "s3cr3t!"),
    ("Authorization: Bearer abcdefgh12345678", "abcdefgh12345678"),
    ("jwt eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJib2IifQ.c2lnbmF0dXJl expired", "c2lnbmF0dXJl"),
    ("connect mysql://root:Tr0ub4dor@db.internal:3306/shop", "Tr0ub4dor"),
    ("charge card 4111 1111 1111 1111 declined", "1111 1111"),
    ("card_number=4111111111111111 declined", "411111111111"),
    ("短信发送失败 手机号 13812345678", "13812345678"),
    ("实名认证失败 11010519491231002X", "19491231"),
    ("mail to alice.smith@example.com bounced", "alice.smith"),
    ("密码=abc123456", "abc123456"),
    ("密码：abc123456，登录失败", "abc123456"),
    ("access_token: 9f8e7d6c5b4a", "9f8e7d6c5b4a"),
    ("key AKIAIOSFODNN7EXAMPLE refused", "AKIAIOSFODNN7EXAMPLE"),
    ("-----BEGIN RSA PRIVATE KEY-----\nMIIEabc\n-----END RSA PRIVATE KEY-----", "MIIEabc"),
    ("GET /find?email=alice%40example.com&page=1", "alice"),
    ("root:pw12@tcp(10.0.0.1:3306)/shop", "pw12"),
    ("<password>hunter2</password>", "hunter2"),
    ('{"name":"DB_PASSWORD","value":"p4ss w0rd"}', "p4ss w0rd"),
    ("Cookie: JSESSIONID=ABCDEF123; theme=dark", "ABCDEF123"),
    ("mysqldump -uroot -pS3cret1 shop", "S3cret1"),
    ("Driver=x;UID=sa;PWD=/rootX9;", "/rootX9"),
)


@pytest.mark.parametrize(("line", "secret"), SECRETS)
def test_a_secret_is_covered(line: str, secret: str) -> None:
    """What must not be read is not in the covered line."""
    assert secret in line

    assert secret not in covered(line)


@pytest.mark.parametrize(
    "line",
    [
        "token: expired",
        "ops : TTY=pts/0 ; PWD=/root ; USER=root ; COMMAND=/usr/sbin/iptables -F",
        "invalid password: rejected by policy",
        "Access denied for user 'root'@'localhost' (using password: YES)",
        "order 20251219103732279 created",
        "epoch 1766111852279 ms, seconds 1766111852",
        "usage=85% cost=3120ms from 10.0.0.8:50010",
        "block blk_-4111111111111111 lost",
        "trace 0493e2752438fbbe19f9cc7efe9aaaa9",
        "password=<word>",
        "password=${DB_PASSWORD} token_type=bearer",
        "ssh deploy@web01.example.com: connection refused",
        "order_no=4111111111111111 paid",
        "heap size 13812345678 bytes",
        "started user@1000.service",
        "ticket of alice@CORP.EXAMPLE.COM expired",
    ],
)
def test_what_helps_to_act_stays(line: str) -> None:
    """Ids, times, addresses of machines and plain words are not covered."""
    assert line == covered(line)


@given(
    st.text(max_size=20),
    st.sampled_from(SECRETS),
    st.text(max_size=20),
    st.sampled_from([None, b"seed of a case"]),
)
def test_covering_twice_changes_nothing_more(
    before: str, secret: tuple[str, str], behind: str, seed: bytes | None
) -> None:
    """A covered line is safe to cover again, whatever stands around the secret."""
    redactor = Redactor(seed)
    once = redactor.text(f"{before} {secret[0]} {behind}")

    assert once == redactor.text(once)


def test_the_same_value_has_the_same_token_however_it_is_written() -> None:
    """An engineer still sees the same user; another seed gives other tokens."""
    redactor = Redactor(b"seed of a case")
    spellings = ("tel 13812345678", "tel +86 138-1234-5678", "tel 138 1234 5678")

    shown = {redactor.text(line) for line in spellings}

    assert 1 == len(shown)
    assert not shown & {Redactor(b"seed of another").text(line) for line in spellings}


def test_a_token_is_one_word_without_a_digit() -> None:
    """So a line with it falls into the shape that any other word would give it."""
    shown = Redactor(b"seed").text("13812345678")

    assert TOKEN.fullmatch(shown)
    assert not any(char.isdigit() or char.isspace() for char in shown)


@pytest.mark.parametrize(
    ("rules", "line", "shown"),
    [
        (RedactionRules(names=("door_code",)), "door_code=77 open", "door_code=custom*** open"),
        (RedactionRules(patterns=(r"EMP-\d+",)), "by EMP-42, EMP-7", "by custom***, custom***"),
        (RedactionRules(patterns=("<.*>",)), "<a mobile*** b>", "<a mobile*** b>"),
        (RedactionRules(patterns=("AA11", "BB22")), "by AA11BB22.", "by custom***custom***."),
        (
            RedactionRules(exceptions=(r"noreply@example\.com",)),
            "noreply@example.com bob@example.com",
            "noreply@example.com email***",
        ),
    ],
)
def test_settings_add_and_except(rules: RedactionRules, line: str, shown: str) -> None:
    """Further names and patterns cover more; an exception leaves what it matches whole."""
    redactor = Redactor(None, rules)

    assert shown == redactor.text(line)
    assert [shown] == redactor.column(pa.array([line])).to_pylist()


def test_attributes_stay_json_and_their_names_tell() -> None:
    """A number behind a name that tells becomes a text, so that the object stays one."""
    attributes = pa.array(['{"a": {"token": 48291077}, "phone": 13812345678, "t": "expired"}', ""])
    counts: Counter[Kind] = Counter()

    _, shown = Redactor().records(pa.array(["", ""]), attributes, counts)

    expected = '{"a": {"token": "token***"}, "phone": "mobile***", "t": "expired"}'
    assert [expected, ""] == shown.to_pylist()
    assert {"token": 1, "mobile": 1} == counts


def test_a_quote_in_a_value_does_not_end_it() -> None:
    """Whatever marks a secret of an attribute holds, all of it is covered."""
    values = ['hunter"2 x', "hunter'2 x", "hunter\"'2x"]
    attributes = pa.array([json.dumps({"password": value}) for value in values])

    _, shown = Redactor().records(pa.array([""] * len(values)), attributes, Counter())

    assert ['{"password": "password***"}'] * len(values) == shown.to_pylist()


def test_findings_of_an_older_version_are_covered_when_they_are_shown() -> None:
    """Lines that fit no format, and patterns of a store, may hold a secret like any other."""
    file = FileCoverage("a.log", 10, 1, (), 1, 1, None, None, ("a.log:1: password=hunter2",))
    source = SourceCoverage("files", "files", None, 1, 1, 1, 0, 0, 0, 1, 1, files=(file,))
    rows = (StoreCount("pattern", "login password=hunter2 from #IP#", 3, None),)
    findings = replace(
        sample.reference_findings(), coverage=Coverage(logs=(source,)), store_counts=rows
    )

    shown = shown_findings(findings)

    assert ("a.log:1: password=password***",) == shown.coverage.logs[0].files[0].unparsed_examples
    assert "login password=password*** from #IP#" == shown.store_counts[0].value


def test_a_tree_keeps_the_places_of_files() -> None:
    """A path that looks like a mail address still leads to its file."""
    file = FileCoverage("bob@example.com.log", 1, 0, (), 0, 0, None, None)

    assert file == covered_tree(file)
