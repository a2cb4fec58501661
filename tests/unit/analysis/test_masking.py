"""Secrets and personal data never reach a reader."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.unit.renderers import sample

from paicha.analysis.masking import mask, masked
from paicha.model.coverage import Coverage, FileCoverage, SourceCoverage
from paicha.model.findings import StoreCount


@pytest.mark.parametrize(
    ("line", "secret"),
    [
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
        ("access_token: 9f8e7d6c5b4a", "9f8e7d6c5b4a"),
        ("key AKIAIOSFODNN7EXAMPLE refused", "AKIAIOSFODNN7EXAMPLE"),
    ],
)
def test_a_secret_is_covered(line: str, secret: str) -> None:
    """What must not be read is not in the masked line."""
    assert secret in line

    assert secret not in mask(line)


@pytest.mark.parametrize(
    "line",
    [
        "token: expired",
        "invalid password: rejected by policy",
        "order 20251219103732279 created",
        "epoch 1766111852279 ms, seconds 1766111852",
        "usage=85% cost=3120ms from 10.0.0.8:50010",
        "block blk_38865049064139660 lost",
        "trace 0493e2752438fbbe19f9cc7efe9aaaa9",
        "password=<word>",
    ],
)
def test_what_helps_to_act_stays(line: str) -> None:
    """Ids, times, addresses and plain words are not covered."""
    assert line == mask(line)


@given(st.text(max_size=300))
def test_masking_twice_changes_nothing_more(line: str) -> None:
    """A masked line is safe to mask again."""
    once = mask(line)

    assert once == mask(once)


def test_lines_that_could_not_be_read_are_masked_too() -> None:
    """A line shown as an example of what fits no format may hold a secret like any other."""
    file = FileCoverage("a.log", 10, 1, (), 1, 1, None, None, ("a.log:1: password=hunter2",))
    source = SourceCoverage("files", "files", None, 1, 1, 1, 0, 0, 0, 1, 1, files=(file,))
    findings = replace(sample.reference_findings(), coverage=Coverage(logs=(source,)))

    shown = masked(findings).coverage.logs[0].files[0].unparsed_examples

    assert ("a.log:1: password=***",) == shown


def test_clustering_patterns_of_a_store_are_masked_too() -> None:
    """The platform's own variables leave words as they are."""
    rows = (
        StoreCount("pattern", "login password=hunter2 from #IP#", 3, None),
        StoreCount("module", "pay.py", 3, 3),
    )
    findings = replace(sample.reference_findings(), store_counts=rows)

    shown = [row.value for row in masked(findings).store_counts]

    assert ["login password=*** from #IP#", "pay.py"] == shown
