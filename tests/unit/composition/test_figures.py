"""The figures of a report: of what, and of how many, where only some are shown."""

from __future__ import annotations

from dataclasses import replace

from tests.unit.composition.test_compose import said_in, section_of, table_of, walk
from tests.unit.renderers import sample

from paicha.composition.brief import compose_page
from paicha.composition.compose import compose
from paicha.composition.digest import compose_digest
from paicha.composition.draft import Draft
from paicha.composition.problems import verdict_badge
from paicha.locales import Text
from paicha.model.findings import Share, Statement
from paicha.model.report import Bar, Facts, Table
from paicha.model.suspects import Intervened, MovedSeries, Suspect, SuspectReport


def test_what_is_not_shown_in_a_row_is_counted() -> None:
    """Five problems of seven, and the variants behind the first."""
    findings = sample.reference_findings()
    draft = Draft.of(findings, "en", "UTC")
    shares = [Share(problem.id, problem.n, 0.0) for problem in findings.problems[:7]]
    first = findings.problems[0]
    several = replace(first, variants=first.variants[:1] * 3)

    assert " +2" == draft.main_problems(shares)[-1].text
    assert " +" not in draft.main_problems(shares[:5])[-1].text
    row = table_of(compose(replace(findings, problems=(several,)), "en").sections[1]).rows[0]
    assert " +2" in said_in(row.cells[2]).split("\n")


def test_the_levels_add_up_and_the_longest_bar_is_the_most_frequent() -> None:
    """Total, abnormal records, and tones from ERROR and from WARN on."""
    findings = sample.reference_findings()
    *rows, total = table_of(section_of(compose(findings, "en"), "distribution")).rows
    bars = [row.cells[1] for row in rows]

    assert ["Total", "1,800", "100 %", "527"] == [
        said_in(cell).split("\n")[0] for cell in total.cells
    ]
    assert 1.0 == max(bar.share for bar in bars if isinstance(bar, Bar))
    tones = [bar.tone for bar in bars if isinstance(bar, Bar)]
    assert ["bad", "bad", "warn", "muted", "muted"] == tones


def test_coverage_on_top_says_what_was_read_of_what_is_there() -> None:
    """Never more than all, nothing where a source cannot tell, and what had no time is not parsed."""
    findings = sample.reference_findings()
    (source,) = findings.coverage.logs
    cases = [
        (source.present, 3, "100 %", "present 1,800 · read 1,800 · used 1,800 · with time 1,797"),
        (1_500, 0, "100 %", "present 1,500 · read 1,800"),
        (3_600, 0, "50.0 %", "present 3,600"),
        (None, 0, "unknown", "present unknown"),
    ]
    for present, untimed, value, label in cases:
        logs = (replace(source, present=present, without_time=untimed),)
        found = replace(findings, coverage=replace(findings.coverage, logs=logs))
        fact = next(
            f for f in walk(compose(found, "en").sections[0]) if isinstance(f, Facts)
        ).facts[4]

        assert value == fact.value
        assert label in fact.label


def test_the_weightiest_verdict_stands_in_the_table_with_how_many_share_it() -> None:
    """A contradiction before a confirmation; claims nobody checked are not among the checked."""
    findings = sample.reference_findings()
    claim = next(one for one in findings.claims if one.verdict.kind == "contradicted")
    sure = replace(claim, verdict=replace(claim.verdict, kind="confirmed"))
    unknown = replace(claim, verdict=replace(claim.verdict, kind="not_verifiable"))
    draft = Draft.of(findings, "en", "UTC")
    contradicted = draft.verdict("contradicted")

    assert contradicted == verdict_badge(draft, (claim, claim))
    assert f"{contradicted.text} 1/3" == verdict_badge(draft, (unknown, sure, claim)).text
    assert draft.verdict("confirmed").text in verdict_badge(draft, (unknown, sure)).text
    found = replace(findings, claims=(claim, sure, unknown))
    fact = next(f for f in walk(compose(found, "en").sections[0]) if isinstance(f, Facts)).facts[3]
    assert "2" in fact.label
    assert "3" not in fact.label


def test_metrics_of_no_host_stand_behind_those_of_hosts() -> None:
    """Each host has its table, in the order of their names."""
    findings = sample.reference_findings()
    metric = findings.metrics[0]
    hosts = ("", "10.0.0.9", "10.0.0.10")
    found = replace(findings, metrics=tuple(replace(metric, host=host) for host in hosts))
    tables = [b for b in section_of(compose(found, "en"), "metrics").blocks if isinstance(b, Table)]

    assert ["10.0.0.10", "10.0.0.9"] == [
        host for table in tables[:2] for host in hosts[1:] if host in table.caption.split()[0]
    ]
    assert 3 == len(tables)


def test_every_list_that_is_cut_off_says_of_how_many() -> None:
    """Devices, modules and their heat, files, variants, suspects, changes made and series that moved: none ends silently."""
    findings = sample.reference_findings()
    (source,) = findings.coverage.logs
    device, module, file = findings.devices[0], findings.modules[0], source.files[0]
    first = findings.problems[0]
    variants = first.variants[:1] * 51
    done = Intervened(
        findings.question.extent.start, "restart", Text.same("restart"), "a", "said", None
    )
    moved = MovedSeries(
        "", Text.same("m"), "", "h", "%", 1, 1.0, 9.0, done.at, 5.0, 1.0, 9, 9, "before", ""
    )
    who = Suspect(1, "service", "a", "suspect", 5.0, done.at, (), (), ())
    suspects = SuspectReport(
        conclusive=True,
        text=Text.same("a"),
        reasons=(),
        suspects=(who,) * 201,
        considered=300,
        caps=(),
        least=1.0,
        margin=0.5,
        moved=(moved,) * 203,
        spans_before=0,
        spans_during=0,
        interventions=(done,) * 202,
    )
    many = replace(
        findings,
        problems=(replace(first, variants=variants),),
        devices=tuple(replace(device, host=f"h{n}") for n in range(204)),
        modules=tuple(replace(module, name=f"m{n}") for n in range(205)),
        coverage=replace(findings.coverage, logs=(replace(source, files=(file,) * 501),)),
        suspects=suspects,
    )
    report = compose(many, "en")
    said = said_in(report)

    for shown, all_of in (
        (50, 51),
        (200, 201),
        (200, 202),
        (200, 203),
        (200, 204),
        (200, 205),
        (500, 501),
    ):
        assert f"{shown} of {all_of} are shown here" in said
    assert "30 of 205 modules are shown" in said
    assert "Ranked: 201" in said
    assert "are shown here" not in said_in(compose(findings, "en"))


def test_what_stays_below_a_threshold_is_not_rounded_up_to_it() -> None:
    """79.97 % stood as 80.0 %, normal, beside a threshold of 80 %."""
    findings = sample.reference_findings()
    near = replace(findings.metrics[0], maximum=79.97, minimum=1.0, digits=1, threshold=80.0)

    said = said_in(section_of(compose(replace(findings, metrics=(near,)), "en"), "metrics"))

    assert "79.97 %" in said.split("\n")
    assert "1.0 %" in said.split("\n")


def test_a_message_counts_all_that_it_does_not_tell() -> None:
    """The sentence "and 5 more" was taken for one more contradiction, so a chat heard of eight that there are two more."""
    findings = sample.reference_findings()
    told = [Statement("contradiction", Text.same(f"contradiction {n}")) for n in range(4)]
    rest = Statement("contradiction", Text.same("and 5 more contradictions"), 5)
    urgent = Statement("immediate", Text.same("urgent"))

    digest = compose_digest(replace(findings, statements=(urgent, *told, rest)), "en")
    few = compose_digest(replace(findings, statements=(urgent, *told[:3])), "en")

    assert (*(f"contradiction {n}" for n in range(3)), "and 6 more") == digest.contradictions
    assert tuple(f"contradiction {n}" for n in range(3)) == few.contradictions


def test_a_page_says_how_much_it_has_no_room_for() -> None:
    """Of more than ten sentences and eight actions the others were left out without a word."""
    findings = sample.reference_findings()
    told = tuple(Statement("warning", Text.same(f"note {n}")) for n in range(14))
    action = findings.actions[0]
    full = replace(findings, statements=told, actions=(action,) * 20, suspects=None)

    said = said_in(compose_page(full, "en"))

    assert "and 4 more, in the whole report" in said
    assert "and 12 more, in the whole report" in said
