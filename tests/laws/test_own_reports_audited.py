"""Whatever Paicha reports, it holds nothing against its own unchanged words: alone, and beside their evidence."""

from __future__ import annotations

import json
import random
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from importlib import resources
from pathlib import Path
from typing import Literal, NamedTuple

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from tests.cascades import cascade_investigated

import paicha
from paicha.errors import InputError
from paicha.locales import LANGUAGES
from paicha.testing.cascade import Cascade

#: Of the metrics of the reference scenario, so that claims have something to be held against.
START = datetime(2025, 12, 19, 2, 32, 32, tzinfo=UTC)
LENGTH = timedelta(minutes=15)
MEASURED_HOST = "30.189.38.149"
SYLLABLES = tuple(a + b for a in "bcdfghkmnprstz" for b in "aeiou")
#: Words that classes of problems know, and words that an audit could take for the report's own counts.
KNOWN = (
    "Database connection failed: error=connection refused",
    "Disk space low: usage={n}%",
    "payment gateway timeout after {n} ms",
    "Memory insufficient: used={n}%",
    "磁盘空间不足：使用率 {n}%",
    "调用频率过高：{n} 次/分钟",
    "user login failed: wrong password",
)
TAILS = (
    "",
    " value={n}",
    " {n} 个问题",
    " 3 problems found",
    " 另外 {n} 个",
    " and 15 more problems",
)
#: Every format that is text a person may paste.
KINDS: tuple[Literal["md", "terminal", "chat", "page"], ...] = ("md", "terminal", "chat", "page")


class Shape(NamedTuple):
    """What a made-up log is like."""

    problems: int
    hosts: int
    services: int
    baseline: bool
    metrics: bool
    seed: int


def log_lines(shape: Shape) -> Iterator[str]:
    """Yield a log as JSON lines, earliest first."""
    chance = random.Random(shape.seed)
    kinds = [*KNOWN]
    while len(kinds) < shape.problems:
        words = ("".join(chance.choices(SYLLABLES, k=3)) for _ in range(chance.randint(3, 9)))
        kinds.append(" ".join(words) + chance.choice(TAILS))
    first = START - LENGTH if shape.baseline else START
    length = (START + LENGTH - first).total_seconds()
    rows: list[tuple[float, str, str]] = []
    for kind in kinds[: shape.problems]:
        for _ in range(chance.choice((1, 1, 2, 3, 5, 12, 40))):
            said = kind.format(n=chance.randrange(60, 99))
            rows.append((chance.uniform(0, length - 1), chance.choice(("error", "warn")), said))
    rows += [(chance.uniform(0, length - 1), "info", f"order {n} accepted") for n in range(100)]
    for at, level, message in sorted(rows):
        host = chance.randrange(shape.hosts)
        yield json.dumps(
            {
                "time": (first + timedelta(seconds=at)).isoformat(timespec="milliseconds"),
                "level": level,
                "message": message,
                "service": f"svc-{chance.randrange(shape.services)}",
                "host": f"10.0.0.{host}" if host else MEASURED_HOST,
            },
            ensure_ascii=False,
        )


def investigated(shape: Shape, folder: Path) -> paicha.Investigation:
    """Return the investigation of such a log."""
    log = folder / "made-up.log"
    log.write_text("\n".join(log_lines(shape)) + "\n", "utf-8")
    metrics = Path(str(resources.files("paicha.testing").joinpath("scenario", "metrics.json")))
    return paicha.investigate(
        log,
        metrics=[metrics] if shape.metrics else "none",
        start=START,
        end=START + LENGTH,
        zone="Asia/Shanghai",
        language="zh",
        baseline="previous" if shape.baseline else "none",
    )


def hold_nothing_against(found: paicha.Investigation) -> None:
    """Fail where a report of *found*, as it was written, gives a finding."""
    alone, held = paicha.Auditor(), paicha.Auditor(found)
    for language in LANGUAGES:
        for kind in KINDS:
            report = found.render(kind, language).decode()
            # Only Markdown says whose it is: what is held against others is the same beside the evidence. A long
            # one is compared with itself line by line, which takes as long as all the rest.
            short = len(found.findings.problems) < 100
            of_markdown = (alone, held) if short else (alone,) if language == "zh" else ()
            for auditor in of_markdown if kind == "md" else (held,):
                audited = auditor.audit(report).found
                against = [(each.check, each.places) for each in audited.objections]
                assert [] == against, (language, kind)
                wrong = [(each.stated, each.text.en) for each in audited.contradicted]
                assert [] == wrong, (language, kind)
                if kind == "md":  # the others leave out on purpose
                    assert () == audited.omissions


@settings(max_examples=1, derandomize=True, database=None)
@given(
    st.builds(
        Shape,
        problems=st.sampled_from((2, 9, 20, 60)),
        hosts=st.integers(1, 4),
        services=st.integers(1, 30),
        baseline=st.booleans(),
        metrics=st.booleans(),
        seed=st.integers(0, 1000),
    )
)
@example(Shape(26, 3, 4, baseline=True, metrics=True, seed=1))
@example(Shape(60, 2, 30, baseline=True, metrics=True, seed=4))
@example(Shape(300, 4, 40, baseline=True, metrics=False, seed=5))
def test_nothing_is_held_against_an_unchanged_report(shape: Shape) -> None:
    """
    In every text format and both languages, with lists that are cut, remainders, changes, claims and suspects.
    """
    with tempfile.TemporaryDirectory() as name:
        hold_nothing_against(investigated(shape, Path(name)))


def test_nothing_is_held_against_a_report_with_metrics_traces_and_suspects(tmp_path: Path) -> None:
    """
    The reference scenario with its contradictions, and a cascade with its suspects.
    """
    hold_nothing_against(cascade_investigated(Cascade(3), tmp_path))
    hold_nothing_against(paicha.demo(language="zh"))


def test_nothing_is_held_against_two_problems_that_begin_alike(tmp_path: Path) -> None:
    """
    One message with a stack trace below it, which is a class, and without one, which is a problem of its own.
    """
    log, lines = tmp_path / "a.log", []
    for second in range(8):
        header = f"2025-12-19 10:0{second}:00,000 ERROR [pool] com.acme.Store - lease of the depot was refused in {second} ms"
        lines.append(header)
        if second < 5:
            lines += [f"java.lang.IllegalStateException: {second}", "\tat com.acme.A.b(A.java:3)"]
    lines += [
        f"2025-12-19 10:09:00,000 ERROR [pool] com.acme.{name} - {name} is gone"
        for name in ("gauge", "valve", "lever")
    ]
    log.write_text("\n".join(lines) + "\n")

    found = paicha.investigate(log, zone="UTC", language="en")

    assert [5, 3, 1, 1, 1] == [problem.n for problem in found.findings.problems]
    hold_nothing_against(found)


def test_nothing_is_held_against_peaks_and_against_names_within_names(tmp_path: Path) -> None:
    """
    A peak is told at the beginning of its step, where no record is; a module's name may begin another's.
    """
    log = tmp_path / "a.log"
    rows = [(minute * 60, "info", "store", f"order {minute} accepted") for minute in range(90)]
    too_often = "API call frequency too high: {}/min"
    rows += [(1930 + part, "warn", "store.api", too_often.format(part)) for part in range(5)]
    rows += [(900, "error", "till.a", "Database connection failed: error=connection refused")]
    rows += [(961, "error", "store.core", "Database connection failed: error=connection refused")]
    rows += [(300 * part, "error", "till", f"the {part}th gauge is gone") for part in range(2)]
    log.write_text(
        "".join(
            json.dumps(
                {
                    "time": (START + timedelta(seconds=at)).isoformat(),
                    "level": level,
                    "logger": logger,
                    "message": said,
                }
            )
            + "\n"
            for at, level, logger, said in sorted(rows)
        )
    )

    found = paicha.investigate(log, zone="UTC", language="en")

    assert "peak" in {entry.kind for entry in found.findings.timeline}
    hold_nothing_against(found)


@pytest.mark.parametrize("words", ["<!DOCTYPE html>\n<html>…", "\ufeff <html lang=en>"])
def test_a_page_in_html_is_refused_with_what_to_do(words: str) -> None:
    """
    Its charts and styles are full of figures that nobody states.
    """
    with pytest.raises(InputError) as refused:
        paicha.audit(words)

    assert refused.value.what.startswith("The report is HTML")
    assert "--format md" in refused.value.hint
