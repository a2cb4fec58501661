"""A report says everything the findings hold, in the reader's language and zone."""

from collections.abc import Iterator
from dataclasses import fields, is_dataclass, replace
from datetime import timedelta
from itertools import pairwise

import pytest
from tests.unit.renderers import sample

from paicha.composition.compose import compose
from paicha.locales import LANGUAGES, Language, Text, catalogue, placeholders, text
from paicha.model.aliases import AliasReport
from paicha.model.coverage import Coverage
from paicha.model.findings import Findings, Share, Statement, Status
from paicha.model.question import Window
from paicha.model.report import (
    Axis,
    Badge,
    Bullets,
    Callout,
    Curve,
    Detail,
    Facts,
    Group,
    Report,
    Section,
    Table,
)

ORDER = [
    "verdict",
    "problems",
    "metrics",
    "contradictions",
    "distribution",
    "devices",
    "change",
    "suspects",
    "actions",
    "timeline",
    "summary",
    "quality",
    "reproduction",
]


def walk(value: object) -> Iterator[object]:
    if isinstance(value, Findings):
        return
    yield value
    if isinstance(value, tuple):
        for item in value:
            yield from walk(item)
    elif is_dataclass(value) and not isinstance(value, type):
        for field in fields(value):
            yield from walk(getattr(value, field.name))


def said_in(part: object) -> str:
    return "\n".join(item for item in walk(part) if isinstance(item, str))


def section_of(report: Report, identity: str) -> Section:
    return next(section for section in report.sections if section.id == identity)


def table_of(part: object) -> Table:
    return next(item for item in walk(part) if isinstance(item, Table))


def test_sections_stand_in_the_order_of_the_design_in_both_languages() -> None:
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


def test_a_chinese_report_is_chinese() -> None:
    """Everything that is not log text, a name or a figure is in the reader's language."""
    report = compose(sample.reference_findings(), "zh")

    for words in ("Verdict", "Needs attention", "contradicted", "Average", "shown"):
        assert words not in said_in(report.sections)
    for words in ("结论", "需要立即处理", "矛盾", "平均值", "无判据"):
        assert words in said_in(report.sections)


def test_the_first_screen_has_five_facts() -> None:
    """Records, abnormal ones, problems, contradictions, coverage."""
    report = compose(sample.reference_findings(), "en")
    facts = next(item for item in walk(report.sections[0]) if isinstance(item, Facts))

    assert ["1,800", "527", "12", "2", "100 %"] == [fact.value for fact in facts.facts]
    assert "present 1,800 · read 1,800 · used 1,800" in facts.facts[4].label


def test_an_index_set_is_called_by_its_name_too() -> None:
    """A number says nothing to who did not ask; of another index set the name is not taken."""
    findings = sample.reference_findings()
    report = AliasReport(2545, "多别名设置验证", 0, (), ())
    named = replace(findings, aliases=report)
    other = replace(findings, aliases=replace(report, index_set_id=7))

    assert "索引集 2545（多别名设置验证）" in said_in(compose(named, "zh").subtitle)
    assert "index set 2545 (" not in said_in(compose(other, "en").subtitle)


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
def test_times_are_shown_in_the_reader_s_zone(zone: str | None, shown: str) -> None:
    """The window stands on top with its length and its zone."""
    report = compose(sample.reference_findings(), "en", zone)

    assert shown == report.subtitle[0].text


def test_a_window_over_midnight_gives_every_time_its_date() -> None:
    """Ten past midnight is not taken for the day before."""
    findings = sample.reference_findings()
    window = findings.question.extent
    longer = Window(window.start, window.start + timedelta(days=1, hours=2))
    report = compose(replace(findings, question=replace(findings.question, window=longer)), "en")

    assert "1 d 2 h" in report.subtitle[0].text
    assert "12-19 10:37:34" in said_in(section_of(report, "timeline"))


def test_the_table_of_problems_has_a_detail_for_every_row() -> None:
    """A click on a row always opens something."""
    section = section_of(compose(sample.reference_findings(), "en"), "problems")
    details = [block.id for block in section.blocks if isinstance(block, Detail)]

    assert 12 == len(details)
    assert details == [row.target for row in table_of(section).rows]


def test_a_detail_says_everything_about_its_problem() -> None:
    """Counts, modules, variants, ranges, claims, risk, causes, actions, lines and their places."""
    findings = sample.reference_findings()
    section = section_of(compose(findings, "en"), "problems")
    details = [block for block in section.blocks if isinstance(block, Detail)]

    for problem, detail in zip(findings.problems, details, strict=True):
        said = said_in(detail)
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


def test_a_claimed_metric_is_drawn_under_the_counts() -> None:
    """Both stand over the same stretch of time, with what the log claims as a band."""
    section = section_of(compose(sample.reference_findings(), "en"), "problems")
    disk = next(
        block for block in section.blocks if isinstance(block, Detail) and "disk" in block.id
    )
    counts, metric = [block for block in disk.blocks if isinstance(block, Curve)]

    assert ("bars", "line") == (counts.kind, metric.kind)
    assert (counts.start, counts.end) == (metric.start, metric.end)
    assert (70.0, 90.0) == metric.band
    assert len(metric.values) == len(metric.at)


def test_the_series_that_decided_is_the_one_that_is_drawn() -> None:
    """Of two file systems of a host the first was drawn, with its range beside the claim, whichever decided."""
    findings = sample.reference_findings()
    disk = next(m for m in findings.metrics if m.concept == "disk_usage")
    others = tuple(m for m in findings.metrics if m is not disk)
    root = replace(disk, labels="mount=/", minimum=1.0, maximum=2.0)
    data = replace(disk, labels="mount=/data", minimum=97.0, maximum=98.0)
    (problem,) = (p for p in findings.problems if p.id == "disk_space")
    (claim,) = problem.claims
    claim = replace(claim, verdict=replace(claim.verdict, labels="mount=/data"))
    found = replace(
        findings, problems=(replace(problem, claims=(claim,)),), metrics=(*others, root, data)
    )
    detail = next(i for i in walk(compose(found, "en").sections) if isinstance(i, Detail))
    _, drawn = [block for block in detail.blocks if isinstance(block, Curve)]

    assert "(mount=/data), measured 97.00 – 98.00 %" in drawn.label


def test_contradictions_are_drawn_on_one_axis() -> None:
    """What the log says and what was measured, with the numbers."""
    section = section_of(compose(sample.reference_findings(), "en"), "contradictions")
    memory, disk = [item for item in walk(section) if isinstance(item, Axis)]

    assert ((95.0, 100.0), (2.60, 2.62)) == (memory.claimed, memory.measured)
    assert ((70.0, 90.0), (21.04, 21.04)) == (disk.claimed, disk.measured)
    assert "70 – 90 %" in disk.label
    assert "21.04 %" in disk.label
    assert ("0 %", "25 %", "50 %", "75 %", "100 %") == disk.ticks


def test_an_axis_writes_its_values_as_its_language_does() -> None:
    """Chinese sets the percent sign without a blank: "21.04%" stood above "25 %"."""
    section = section_of(compose(sample.reference_findings(), "zh"), "contradictions")
    _, disk = [item for item in walk(section) if isinstance(item, Axis)]

    assert ("0%", "25%", "50%", "75%", "100%") == disk.ticks


def test_metrics_keep_their_digits() -> None:
    """Each figure has as many digits as its metric is worth; units are there."""
    table = table_of(section_of(compose(sample.reference_findings(), "en"), "metrics"))
    figures = [[said_in(cell) for cell in row.cells[1:4]] for row in table.rows]
    shown = [[words.split("\n", maxsplit=1)[0] for words in row] for row in figures]

    assert ["0.42 %", "0.50 %", "0.35 %"] == shown[0]
    assert ["1.3 %", "1.6 %", "1.1 %"] == shown[3]
    assert ["0.11", "0.17", "0.02"] == shown[4]


def test_a_threshold_that_was_reached_too_briefly_is_said_to_be() -> None:
    """A maximum of 101 % beside "normal" and "≥ 95 %" looks like a mistake of the report."""
    findings = sample.reference_findings()
    first = findings.metrics[0]
    peak = replace(first, maximum=101.3, status="normal", threshold=95.0, comparison="above")
    low = replace(first, minimum=1.0, maximum=50.0, threshold=5.0, comparison="below")
    found = replace(findings, metrics=(peak, low, first))
    rows = table_of(section_of(compose(found, "en"), "metrics")).rows

    brief = ["too briefly to count as abnormal" in said_in(row.cells[5]) for row in rows]
    assert [True, True, False] == brief


def test_what_nobody_knows_is_never_shown_as_good() -> None:
    """No threshold, no data and not verifiable have a tone of their own."""
    report = compose(sample.reference_findings(), "en")
    badges = [item for item in walk(report.sections) if isinstance(item, Badge)]
    unknown = {badge.text for badge in badges if badge.tone == "unknown"}
    good = {badge.text for badge in badges if badge.tone == "good"}

    assert {"no threshold", "not verifiable"} <= unknown
    assert good <= {"normal", "fine"}


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_window_without_records_says_that_it_says_nothing(language: Language) -> None:
    """An empty answer is not good news."""
    report = compose(sample.empty_findings(), language)
    tones = {item.tone for item in walk(report.sections) if isinstance(item, Badge | Callout)}

    assert ORDER == [section.id for section in report.sections]
    assert "good" not in tones


def test_an_incomplete_source_is_named_on_the_first_screen() -> None:
    """What is missing is said before any figure is read."""
    findings = sample.reference_findings()
    reason = Text(zh="第 3 页没有返回", en="page 3 never came")
    source = replace(findings.coverage.logs[0], present=2000, incomplete=(reason,))
    statement = Statement(
        "incomplete", text("statements.incomplete", source="app.log", reason=reason)
    )
    partial = replace(
        findings,
        coverage=Coverage((source,), findings.coverage.metrics),
        statements=(*findings.statements, statement),
    )
    said = said_in(compose(partial, "en").sections[0])

    assert 1 == said.count("page 3 never came")
    assert "90.0 %" in said


def test_urgent_problems_are_shown_first_when_there_are_too_many() -> None:
    """The cap leaves out what can wait, and says so."""
    findings = sample.many_findings(1000)
    urgent = replace(findings.problems[-1], priority="P1")
    report = compose(replace(findings, problems=(*findings.problems[:-1], urgent)), "en")
    section = section_of(report, "problems")
    rows = table_of(section).rows

    assert 200 == len(rows)
    assert "problem-tpl_001000" == rows[-1].target
    assert "200 of 1,000 problems are shown here" in said_in(section)


def test_every_target_exists() -> None:
    """Actions, timeline and modules point at details that are there."""
    report = compose(sample.many_findings(1000), "en")
    ids = {item.id for item in walk(report.sections) if isinstance(item, Detail | Section)}
    targets = {target for item in walk(report.sections) if (target := getattr(item, "target", ""))}

    assert targets
    assert targets <= ids


def test_problem_ids_out_of_a_file_make_safe_addresses() -> None:
    """An id a user wrote cannot leave the attribute it stands in, nor meet another."""
    findings = sample.reference_findings()
    first, second, *_ = findings.problems
    odd = replace(findings, problems=(replace(first, id='a"b'), replace(second, id="a'b")))
    section = section_of(compose(odd, "en"), "problems")
    details = [block.id for block in section.blocks if isinstance(block, Detail)]

    assert ["problem-a-b", "problem-a-b-2"] == details


def test_a_very_long_line_is_cut_and_says_by_how_much() -> None:
    """Nobody reads a megabyte in a report; the case file has it whole."""
    findings = sample.reference_findings()
    first = findings.problems[0]
    example = replace(first.examples[0], body="x" * 1_000_000)
    long = replace(findings, problems=(replace(first, examples=(example,)),))
    said = said_in(section_of(compose(long, "en"), "problems"))

    assert "(+998,000 characters)" in said
    assert len(said) < 20_000


def test_nothing_is_drawn_or_dated_outside_the_window() -> None:
    """Steps are whole half minutes; what stands under a curve is the window, and no peak is early."""
    findings = sample.reference_findings()
    start = findings.question.extent.start - timedelta(seconds=2)
    totals = replace(findings.totals, bucket_start=start, buckets=31)
    early = tuple(replace(one, peak=start) for one in findings.problems)
    report = compose(replace(findings, problems=early, totals=totals), "en")
    ends = {(c.start, c.end) for c in walk(report.sections) if isinstance(c, Curve) and c.start}
    facts = [item.facts for item in walk(report.sections[1]) if isinstance(item, Facts)]

    assert {("10:32:32", "10:47:32")} == ends
    assert 12 == len(facts)
    assert all(first.value <= peak.value <= last.value for *_, first, last, peak in facts)


def test_steps_stand_under_their_problems_and_what_can_wait_is_folded() -> None:
    """One heading per problem, numbers that run through a priority, only the first one open."""
    findings = sample.reference_findings()
    section = section_of(compose(findings, "en"), "actions")
    groups = [block for block in section.blocks if isinstance(block, Group)]
    lists = [block for block in groups[0].blocks if isinstance(block, Bullets)]
    steps = [action for action in findings.actions if action.priority == "P1"]

    assert [False, *[True] * (len(groups) - 1)] == [group.folded for group in groups]
    assert len(steps) == sum(len(block.items) for block in lists)
    assert len({action.problems for action in steps}) == len(lists) > 1
    assert all(after.start == before.start + len(before.items) for before, after in pairwise(lists))


def test_a_log_without_levels_is_not_said_to_have_no_abnormal_records() -> None:
    """Zero at WARN or above would look like peace; so would shares of nothing."""
    findings = sample.reference_findings()
    totals = replace(findings.totals, abnormal=0, without_level=findings.totals.records)
    report = compose(replace(findings, totals=totals), "en")
    facts = next(item for item in walk(report.sections[0]) if isinstance(item, Facts))

    assert ("527", "records in problems; no record states a level") == (
        facts.facts[1].value,
        facts.facts[1].label,
    )
    assert "shares are of the 527 records in problems" in table_of(report.sections[1]).caption


def test_what_no_record_names_is_not_counted() -> None:
    """No module and no host: no "1 of 0 modules", no device without a name."""
    findings = sample.reference_findings()
    nameless = replace(findings.problems[0], modules=(Share("", 103, 1.0),))
    found = replace(
        findings,
        problems=(nameless,),
        totals=replace(findings.totals, modules=0),
        modules=(replace(findings.modules[0], name=""),),
        devices=(replace(findings.devices[0], host=""),),
    )
    report = compose(found, "en")
    facts = next(item for item in walk(report.sections[1]) if isinstance(item, Facts))

    assert "—" == facts.facts[2].value
    assert "1/0" not in said_in(report.sections)
    assert "Affected modules" not in said_in(report.sections)
    assert "No record names its code file or module." in said_in(report.sections)
    assert 0 == section_of(report, "devices").count


def test_one_problem_is_not_problems() -> None:
    """The figures on top agree with their nouns."""
    findings = sample.reference_findings()
    report = compose(replace(findings, problems=findings.problems[:1]), "en")
    facts = next(item for item in walk(report.sections[0]) if isinstance(item, Facts))

    assert facts.facts[2].label.startswith("problem; P1 1")


def test_modules_are_called_unrelated_only_where_the_log_looks_generated() -> None:
    """A memory problem of a service is no oddity of a real log."""
    findings = sample.reference_findings()
    odd = replace(findings.problems[0], unrelated_modules=("order_handler.py",))
    assert findings.generated is not None
    real = replace(findings.generated, suspected=False)

    for generated, seen in ((findings.generated, 1), (real, 0)):
        found = replace(findings, problems=(odd,), generated=generated)
        said = said_in(section_of(compose(found, "en"), "problems"))
        assert seen == said.count("have nothing to do with it")


def test_a_host_without_a_sample_is_one_sentence_and_no_table_of_dashes() -> None:
    """What was asked for stands there with its count; it is not good news."""
    findings = sample.reference_findings()
    silent = tuple(
        replace(
            metric,
            host="10.0.0.9",
            points=0,
            status="no_data",
            mean=None,
            maximum=None,
            minimum=None,
            curve=(),
        )
        for metric in findings.metrics[:2]
    )
    section = section_of(
        compose(replace(findings, metrics=(*findings.metrics, *silent)), "en"), "metrics"
    )
    names = ", ".join(metric.title.en for metric in silent)

    assert (
        f"10.0.0.9: no data for 2 metrics, so nothing can be said about its state: {names}"
        in said_in(section)
    )
    assert [len(findings.metrics)] == [len(b.rows) for b in section.blocks if isinstance(b, Table)]


@pytest.mark.parametrize(
    ("abnormal", "status", "badge"),
    [
        (2, "normal", "非紧急"),
        (0, "no_data", "日志无问题，无指标"),
        (0, "normal", "未见异常"),
    ],
)
def test_a_host_with_problems_or_without_metrics_is_not_said_to_be_fine(
    abnormal: int, status: Status, badge: str
) -> None:
    """Two errors on a host that nobody measured were "nothing unusual"."""
    findings = sample.reference_findings()
    device = replace(findings.devices[0], attention=False, abnormal=abnormal, metrics_status=status)
    report = compose(replace(findings, devices=(device,)), "zh")

    assert Badge(badge, "muted") == table_of(section_of(report, "devices")).rows[0].cells[1]


def test_of_many_hosts_the_ones_beyond_a_threshold_come_first_and_the_rest_is_folded() -> None:
    """A report on 2,000 hosts weighed 46 MB, all of it metrics; what is not shown is said and not declared."""
    findings = sample.reference_findings()
    quiet = replace(findings.metrics[0], status="normal")
    many = [replace(quiet, host=f"node-{n:04d}") for n in range(1_200)]
    many[1_111] = replace(many[1_111], status="abnormal")
    report = compose(replace(findings, metrics=tuple(many)), "en")
    section = section_of(report, "metrics")
    said = said_in(section)

    assert "node-1111: metrics" in said_in(section.blocks[0])
    assert 40 == sum(isinstance(block, Table) for block in section.blocks)
    groups = [block for block in section.blocks if isinstance(block, Group)]
    assert all(group.folded for group in groups)
    assert 960 + 1 == len(groups)  # and the queries
    assert "1,000 of 1,200 are shown here" in said
    assert "node-0998" in said
    assert "node-1199" not in said
    assert 1_000 == report.declaration.count("metric.mean")


def test_whatever_is_left_out_of_a_list_is_said() -> None:
    """Devices, modules of the heat strip, names of a problem, turning points and claims have a limit each."""
    findings = sample.reference_findings()
    device, module, problem = findings.devices[0], findings.modules[0], findings.problems[0]
    names = tuple(Share(f"name-{n}", 1, 0.001) for n in range(300))
    report = compose(
        replace(
            findings,
            devices=tuple(
                replace(device, host=f"node-{n}", focus=(Text.same(f"look {n}"),))
                for n in range(300)
            ),
            modules=tuple(replace(module, name=f"module-{n}") for n in range(300)),
            problems=(replace(problem, hosts=names, modules=names), *findings.problems[1:]),
            timeline=findings.timeline[:1] * 40,
            claims=findings.contradictions[:1] * 300,
        ),
        "en",
    )
    detail = next(
        block
        for block in section_of(report, "problems").blocks
        if isinstance(block, Detail) and block.title[0].text.startswith("1")
    )

    devices = section_of(report, "devices")
    assert "200 of 300 are shown here" in said_in(devices)
    focus = [block.folded for block in devices.blocks if isinstance(block, Group)]
    assert [False] * 5 + [True] * 195 == focus
    assert "200 of 300 are shown here" in said_in(section_of(report, "distribution"))
    assert "; 30 of 300 modules are shown" in said_in(section_of(report, "distribution"))
    assert 2 == said_in(detail).count("20 of 300 are shown here")
    assert "name-299" not in said_in(detail)
    assert "No more than 40 are listed" in said_in(section_of(report, "timeline"))
    against = section_of(report, "contradictions")
    assert 50 == sum(isinstance(part, Axis) for part in walk(against))
    assert "50 of 300 are shown here" in said_in(against)
    assert "200 of 300 are shown here" in said_in(against)


def test_what_is_to_be_looked_at_on_hundreds_of_devices_is_said_once() -> None:
    """One exception on 300 hosts made 200 groups with the same sentence: which hosts, how many, and once what."""
    findings = sample.reference_findings()
    device, same = findings.devices[0], (Text.same("its first stack trace"),)
    alike = [replace(device, host=f"node-{n:03d}", focus=same) for n in range(300)]
    other = replace(device, host="other", focus=(Text.same("its disk"),))

    told: dict[Language, str] = {
        "en": "node-000, node-001, node-002, node-003, node-004 and 295 more",
        "zh": "node-000、node-001、node-002、node-003、node-004 及另外 295 个",
    }
    for language, said in told.items():
        report = compose(replace(findings, devices=(*alike, other)), language)
        groups = [one for one in section_of(report, "devices").blocks if isinstance(one, Group)]

        assert 2 == len(groups)
        assert said in groups[0].title
        assert "other" in groups[1].title


def test_names_of_thousands_are_a_few_and_a_number() -> None:
    """Whoever names 300 files or measures 2,000 hosts still sees a first screen and a quality section."""
    findings = sample.reference_findings()
    many = tuple(f"node-{n}" for n in range(2_000))
    gaps = tuple(Text.same(f"gap-{n}") for n in range(2_000))
    [measured] = findings.coverage.metrics
    told = replace(measured, hosts=many, incomplete=gaps, notes=gaps)
    report = compose(
        replace(
            findings,
            question=replace(findings.question, inputs=many),
            coverage=replace(findings.coverage, metrics=(told,)),
            quality=(replace(findings.quality[0], details=gaps),),
        ),
        "en",
    )
    quality = said_in(section_of(report, "quality"))

    assert "node-7 and 1,992 more" in said_in(report.subtitle)
    assert "node-19 and 1,980 more" in quality
    assert 3 == quality.count("50 of 2,000 are shown here")
    assert "gap-50" not in quality


def test_files_of_the_one_folder_that_was_read_are_called_as_inside_it() -> None:
    """A path of sixty characters stood three times on the first screen, and the folder once more above it."""
    findings = sample.reference_findings()
    said = Text.same("/srv/logs/db.log: starting; /srv/logs-old/db.log: gone")
    those = (Statement("done", said), *findings.statements)

    def first_screen(*inputs: str) -> str:
        question = replace(findings.question, inputs=inputs)
        report = compose(replace(findings, question=question, statements=those), "en")
        return said_in(section_of(report, "verdict"))

    assert "db.log: starting; /srv/logs-old/db.log: gone" in first_screen("/srv/logs/")
    assert "/srv/logs/" not in first_screen("/srv/logs")
    assert "/srv/logs/db.log: starting" in first_screen("/srv/logs", "/srv/logs-old")


@pytest.mark.parametrize(
    ("language", "lead"),
    [("en", "Do first (Payment system unavailable): "), ("zh", "先做（支付系统不可用）：")],
)
def test_the_first_screen_says_what_to_do_first(language: Language, lead: str) -> None:
    """At night nobody scrolls past the metrics for it; of a log that looks made up its source comes first."""
    findings = sample.reference_findings()
    real = replace(findings, generated=None)
    first = next(action for action in real.actions if action.priority == "P1")

    said = lead + first.text.in_language(language).replace("`", "")
    assert [said] == first_steps(real, language)
    assert [] == first_steps(findings, language)
    assert [] == first_steps(replace(real, actions=()), language)


def first_steps(findings: Findings, language: Language) -> list[str]:
    """Return the lines of the first screen that lead to what is to be done."""
    verdict = section_of(compose(findings, language), "verdict")
    lines = (line for block in verdict.blocks if isinstance(block, Callout) for line in block.lines)
    return ["".join(span.text for span in line) for line in lines if line[0].target == "actions"]
