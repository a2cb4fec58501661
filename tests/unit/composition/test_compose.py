"""A report says everything the findings hold, in the reader's language and zone."""

from collections.abc import Iterator
from dataclasses import fields, is_dataclass, replace
from datetime import timedelta
from types import ModuleType

import pytest

from paicha.composition.compose import compose
from paicha.locales import LANGUAGES, Language, Text, catalogue, placeholders
from paicha.model.coverage import Coverage
from paicha.model.findings import Findings
from paicha.model.question import Window
from paicha.model.report import Axis, Badge, Callout, Curve, Detail, Facts, Report, Section, Table

ORDER = [
    "verdict",
    "problems",
    "metrics",
    "contradictions",
    "distribution",
    "devices",
    "actions",
    "timeline",
    "summary",
    "quality",
    "reproduction",
]


def _walk(value: object) -> Iterator[object]:
    if isinstance(value, Findings):
        return
    yield value
    if isinstance(value, tuple):
        for item in value:
            yield from _walk(item)
    elif is_dataclass(value) and not isinstance(value, type):
        for field in fields(value):
            yield from _walk(getattr(value, field.name))


def _said(part: object) -> str:
    return "\n".join(item for item in _walk(part) if isinstance(item, str))


def _section(report: Report, identity: str) -> Section:
    return next(section for section in report.sections if section.id == identity)


def _table(part: object) -> Table:
    return next(item for item in _walk(part) if isinstance(item, Table))


def test_sections_stand_in_the_order_of_the_design_in_both_languages(sample: ModuleType) -> None:
    """Ids are the same in every language, so a link holds."""
    findings = sample.reference_findings()

    for language in LANGUAGES:
        assert ORDER == [section.id for section in compose(findings, language).sections]


@pytest.mark.parametrize("area", ["report", "labels"])
def test_both_catalogues_have_the_same_sentences(area: str) -> None:
    """No message is missing in one language, and each wants the same values."""
    english = {k: placeholders(v) for k, v in catalogue("en").items() if k.startswith(f"{area}.")}
    chinese = {k: placeholders(v) for k, v in catalogue("zh").items() if k.startswith(f"{area}.")}

    assert len(english) > 50
    assert english == chinese


def test_a_chinese_report_is_chinese(sample: ModuleType) -> None:
    """Everything that is not log text, a name or a figure is in the reader's language."""
    report = compose(sample.reference_findings(), "zh")

    for words in ("Verdict", "Needs attention", "contradicted", "Average", "shown"):
        assert words not in _said(report.sections)
    for words in ("结论", "需要立即处理", "矛盾", "平均值", "无判据"):
        assert words in _said(report.sections)


def test_the_first_screen_has_five_facts(sample: ModuleType) -> None:
    """Records, abnormal ones, problems, contradictions, coverage."""
    report = compose(sample.reference_findings(), "en")
    facts = next(item for item in _walk(report.sections[0]) if isinstance(item, Facts))

    assert ["1,800", "527", "12", "2", "100 %"] == [fact.value for fact in facts.facts]
    assert "present 1,800 · read 1,800 · used 1,800" in facts.facts[4].label


@pytest.mark.parametrize(
    ("zone", "shown"),
    [
        (None, "2025-12-19 10:32:32 – 10:47:32 (15 min, Asia/Shanghai, UTC+08:00)"),
        ("UTC", "2025-12-19 02:32:32 – 02:47:32 (15 min, UTC)"),
        (
            "America/New_York",
            "2025-12-18 21:32:32 – 21:47:32 (15 min, America/New_York, UTC-05:00)",
        ),
    ],
)
def test_times_are_shown_in_the_reader_s_zone(
    sample: ModuleType, zone: str | None, shown: str
) -> None:
    """The window stands on top with its length and its zone."""
    report = compose(sample.reference_findings(), "en", zone)

    assert shown == report.subtitle[0].text


def test_a_window_over_midnight_gives_every_time_its_date(sample: ModuleType) -> None:
    """Ten past midnight is not taken for the day before."""
    findings = sample.reference_findings()
    window = findings.question.window
    longer = Window(window.start, window.start + timedelta(days=1, hours=2))
    report = compose(replace(findings, question=replace(findings.question, window=longer)), "en")

    assert "1 d 2 h" in report.subtitle[0].text
    assert "12-19 10:37:34" in _said(_section(report, "timeline"))


def test_the_table_of_problems_has_a_detail_for_every_row(sample: ModuleType) -> None:
    """A click on a row always opens something."""
    section = _section(compose(sample.reference_findings(), "en"), "problems")
    details = [block.id for block in section.blocks if isinstance(block, Detail)]

    assert 12 == len(details)
    assert details == [row.target for row in _table(section).rows]


def test_a_detail_says_everything_about_its_problem(sample: ModuleType) -> None:
    """Counts, modules, variants, ranges, claims, risk, causes, actions, lines and their places."""
    findings = sample.reference_findings()
    section = _section(compose(findings, "en"), "problems")
    details = [block for block in section.blocks if isinstance(block, Detail)]

    for problem, detail in zip(findings.problems, details, strict=True):
        said = _said(detail)
        wanted = [problem.title.en, problem.why.en, problem.evidence.sql, f"{problem.n:,}"]
        wanted += [share.name for share in problem.modules]
        wanted += [variant.text for variant in problem.variants]
        wanted += [factor.text.en for factor in problem.factors]
        wanted += [text.en for text in problem.causes]
        wanted += [action.text.en for action in problem.actions]
        wanted += [claim.verdict.reason.en for claim in problem.claims]
        for example in problem.examples:
            wanted += [example.body, example.locator, example.module]
        assert [] == [words for words in wanted if words not in said]


def test_a_claimed_metric_is_drawn_under_the_counts(sample: ModuleType) -> None:
    """Both stand over the same stretch of time, with what the log claims as a band."""
    section = _section(compose(sample.reference_findings(), "en"), "problems")
    disk = next(
        block for block in section.blocks if isinstance(block, Detail) and "disk" in block.id
    )
    counts, metric = [block for block in disk.blocks if isinstance(block, Curve)]

    assert ("bars", "line") == (counts.kind, metric.kind)
    assert (counts.start, counts.end) == (metric.start, metric.end)
    assert (70.0, 90.0) == metric.band
    assert len(metric.values) == len(metric.at)


def test_contradictions_are_drawn_on_one_axis(sample: ModuleType) -> None:
    """What the log says and what was measured, with the numbers."""
    section = _section(compose(sample.reference_findings(), "en"), "contradictions")
    memory, disk = [item for item in _walk(section) if isinstance(item, Axis)]

    assert ((95.0, 100.0), (2.60, 2.62)) == (memory.claimed, memory.measured)
    assert ((70.0, 90.0), (21.04, 21.04)) == (disk.claimed, disk.measured)
    assert "70 – 90 %" in disk.label
    assert "21.04 %" in disk.label


def test_metrics_keep_their_digits(sample: ModuleType) -> None:
    """Each figure has as many digits as its metric is worth; units are there."""
    table = _table(_section(compose(sample.reference_findings(), "en"), "metrics"))
    figures = [[_said(cell) for cell in row.cells[1:4]] for row in table.rows]
    shown = [[words.split("\n", maxsplit=1)[0] for words in row] for row in figures]

    assert ["0.42 %", "0.50 %", "0.35 %"] == shown[0]
    assert ["1.3 %", "1.6 %", "1.1 %"] == shown[3]
    assert ["0.11", "0.17", "0.02"] == shown[4]


def test_what_nobody_knows_is_never_shown_as_good(sample: ModuleType) -> None:
    """No threshold, no data and not verifiable have a tone of their own."""
    report = compose(sample.reference_findings(), "en")
    badges = [item for item in _walk(report.sections) if isinstance(item, Badge)]
    unknown = {badge.text for badge in badges if badge.tone == "unknown"}
    good = {badge.text for badge in badges if badge.tone == "good"}

    assert {"no threshold", "not verifiable"} <= unknown
    assert good <= {"normal", "fine"}


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_window_without_records_says_that_it_says_nothing(
    sample: ModuleType, language: Language
) -> None:
    """An empty answer is not good news."""
    report = compose(sample.empty_findings(), language)
    tones = {item.tone for item in _walk(report.sections) if isinstance(item, Badge | Callout)}

    assert ORDER == [section.id for section in report.sections]
    assert "good" not in tones


def test_an_incomplete_source_is_named_on_the_first_screen(sample: ModuleType) -> None:
    """What is missing is said before any figure is read."""
    findings = sample.reference_findings()
    reason = Text(zh="第 3 页没有返回", en="page 3 never came")
    source = replace(findings.coverage.logs[0], present=2000, incomplete=(reason,))
    partial = replace(findings, coverage=Coverage((source,), findings.coverage.metrics))
    said = _said(compose(partial, "en").sections[0])

    assert "app.log: page 3 never came" in said
    assert "90.0 %" in said


def test_urgent_problems_are_shown_first_when_there_are_too_many(sample: ModuleType) -> None:
    """The cap leaves out what can wait, and says so."""
    findings = sample.many_findings(1000)
    urgent = replace(findings.problems[-1], priority="P1")
    report = compose(replace(findings, problems=(*findings.problems[:-1], urgent)), "en")
    section = _section(report, "problems")
    rows = _table(section).rows

    assert 200 == len(rows)
    assert "problem-tpl_001000" == rows[-1].target
    assert "200 of 1,000 problems are shown here" in _said(section)


def test_every_target_exists(sample: ModuleType) -> None:
    """Actions, timeline and modules point at details that are there."""
    report = compose(sample.many_findings(1000), "en")
    ids = {item.id for item in _walk(report.sections) if isinstance(item, Detail | Section)}
    targets = {target for item in _walk(report.sections) if (target := getattr(item, "target", ""))}

    assert targets
    assert targets <= ids


def test_problem_ids_out_of_a_file_make_safe_addresses(sample: ModuleType) -> None:
    """An id a user wrote cannot leave the attribute it stands in, nor meet another."""
    findings = sample.reference_findings()
    first, second, *_ = findings.problems
    odd = replace(findings, problems=(replace(first, id='a"b'), replace(second, id="a'b")))
    section = _section(compose(odd, "en"), "problems")
    details = [block.id for block in section.blocks if isinstance(block, Detail)]

    assert ["problem-a-b", "problem-a-b-2"] == details


def test_a_very_long_line_is_cut_and_says_by_how_much(sample: ModuleType) -> None:
    """Nobody reads a megabyte in a report; the case file has it whole."""
    findings = sample.reference_findings()
    first = findings.problems[0]
    example = replace(first.examples[0], body="x" * 1_000_000)
    long = replace(findings, problems=(replace(first, examples=(example,)),))
    said = _said(_section(compose(long, "en"), "problems"))

    assert "(+998,000 characters)" in said
    assert len(said) < 20_000
