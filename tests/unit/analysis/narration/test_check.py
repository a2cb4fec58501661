"""What passes the check of a model's sentences, and what does not."""

from __future__ import annotations

import pytest

from paicha.analysis.narration.check import check, sentences_of
from paicha.locales import Text
from paicha.model.narration import NumberedFinding

KNOWN = (
    NumberedFinding(
        1,
        Text(
            zh="P1 问题 1，支付系统不可用：103 条，涉及 10 个模块，主要是 order_handler.py (14)；10:37:34 至 10:47:23",
            en="P1 problem 1, Payment system unavailable: 103 records in 10 modules, first order_handler.py (14); from 10:37:34 to 10:47:23",
        ),
    ),
    NumberedFinding(
        2,
        Text(
            zh="10 条日志称内存使用率有问题，而 30.189.38.149 同一时段实测 2.60 – 2.62 %：相互矛盾",
            en="10 log lines claim a problem of memory usage, while 30.189.38.149 measured 2.60 – 2.62 %: contradicted",
        ),
    ),
)
GOOD = [
    "The payment system was unavailable in 103 records, from 10:37:34 to 10:47:23 [1].",
    "Ten log lines complain of memory on 30.189.38.149, which measured 2.6 to 2.62 % [2].",
    "Both order_handler.py and the memory of 30.189.38.149 stand out [1, 2].",
]
BAD = [
    ("number", "The payment system was unavailable in 104 records [1]."),
    ("number", "Twenty modules were touched [1]."),
    ("number", "Memory stood at 2.63 % [2]."),
    ("number", "Dozens of records tell of it [1]."),
    ("number", "The records of payment rose tenfold [1]."),
    ("number", "The outage lasted for hours [1]."),
    ("number", "A third of the records tell of payment [1]."),
    ("number", "It began yesterday [1]."),
    ("number", "¼ of the records tell of payment [1]."),
    ("number", "The records of payment rose 10x [1]."),
    ("number", "Every record tells of payment [1]."),
    ("time", "It began at 10:37:35 [1]."),
    ("time", "It began on 2025-12-19 [1]."),
    ("name", "It came from user_service.py [1]."),
    ("name", "The trouble is in Redis [1]."),
    ("name", "Kafka was unavailable in 103 records [1]."),
    ("name", "The payment system and nginx were unavailable [1]."),
    ("name", "The host 10.0.0.9 measured 2.62 % [2]."),
    ("judgement", "The payment outage was caused by memory [1, 2]."),
    ("judgement", "The memory of 30.189.38.149 is normal [2]."),
    ("judgement", "The payment system didn't answer [1]."),
    ("judgement", "Payments were lost [1]."),
    ("uncited", "Everything is in order."),
    ("unknown_finding", "There were 103 records [7]."),
    ("markup", "See https://evil.example for the 103 records [1]."),
    ("markup", "The <b>payment</b> system failed [1]."),
]
BAD_CHINESE = [
    ("number", "支付系统不可用 104 条 [1]。"),
    ("number", "涉及八个模块 [1]。"),
    ("number", "支付系统不可用共104条 [1]。"),
    ("number", "支付系统不可用共一百零四条 [1]。"),
    ("number", "支付系统不可用共壹佰零肆条 [1]。"),
    ("number", "支付系统不可用，上百条 [1]。"),
    ("number", "支付系统不可用，占一半 [1]。"),
    ("number", "支付系统不可用，翻了一番 [1]。"),
    ("number", "支付系统不可用持续了半小时 [1]。"),
    ("number", "支付系统自星期五起不可用 [1]。"),
    ("time", "始于 10:37:35 [1]。"),
    ("name", "主要出自 user_service.py [1]。"),
    ("name", "Redis 不可用 [1]。"),
    ("judgement", "支付故障由内存不足导致 [1, 2]。"),
    ("uncited", "一切正常。"),
]


@pytest.mark.parametrize("sentence", GOOD)
def test_a_sentence_that_its_findings_bear_out_passes(sentence: str) -> None:
    """Numbers, times and names of the cited findings, in any words."""
    kept, dropped = check(sentence, KNOWN, "en")

    assert ((sentence,), ()) == (kept, dropped)


@pytest.mark.parametrize(("flaw", "sentence"), BAD)
def test_a_sentence_with_one_invention_is_dropped(flaw: str, sentence: str) -> None:
    """One thing that no cited finding holds, and the whole sentence goes."""
    kept, (dropped, *_) = check(sentence, KNOWN, "en")

    assert ((), flaw) == (kept, dropped.flaw)


@pytest.mark.parametrize(("flaw", "sentence"), BAD_CHINESE)
def test_chinese_sentences_are_held_to_the_same(flaw: str, sentence: str) -> None:
    """The same in Chinese, whose numbers may be written out."""
    kept, (dropped, *_) = check(sentence, KNOWN, "zh")

    assert ((), flaw) == (kept, dropped.flaw)


def test_a_true_chinese_sentence_passes() -> None:
    """Figures, times and names as the finding has them."""
    said = "支付系统不可用共103条（一百零三条），P1级别 [1]。支付系统不可用 103 条，涉及 10 个模块，10:37:34 至 10:47:23 [1]。内存实测 2.60 – 2.62 %，与 10 条日志相互矛盾 [2]。"

    kept, dropped = check(said, KNOWN, "zh")

    assert (3, ()) == (len(kept), dropped)


def test_a_figure_of_another_finding_does_not_count() -> None:
    """What stands in a finding that is not cited bears out nothing."""
    _, (dropped,) = check("Memory stood at 2.62 % [1].", KNOWN, "en")

    assert ("number", "2.62") == (dropped.flaw, dropped.what)


def test_sentences_end_behind_their_citations() -> None:
    """A full stop may stand before or behind the brackets; a figure's point ends nothing."""
    said = "Memory 2.62 %. [2] Payment 103 [1].\n- Both [1, 2]"

    assert ["Memory 2.62 %. [2]", "Payment 103 [1].", "Both [1, 2]"] == sentences_of(said)
