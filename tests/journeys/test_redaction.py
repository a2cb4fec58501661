"""No secret of a log is in its case file or in anything that is told of it, and nothing else changes."""

import re
from dataclasses import replace
from pathlib import Path

import duckdb
import pytest

from paicha.analysis.redaction.people import is_card
from paicha.analysis.redaction.tokens import TOKEN
from paicha.facade import Investigation, extend, investigate
from paicha.model.redaction import RedactionRules
from paicha.wiring.settings import Settings

CASES = Path(__file__).parents[1] / "cases" / "redaction"
_LABEL = re.compile("⟦([a-z-]+):(.*?)⟧")
_OFF = replace(Settings.empty(), redaction=RedactionRules(off=True))


def _log(folder: Path, name: str = "corpus.txt", every: int = 1) -> tuple[Path, set[str]]:
    """Write a log of labelled lines; return it, and its secrets."""
    lines, secrets = [], set()
    labelled = (CASES / name).read_text("utf-8").splitlines()
    # All that hold a secret, and some of the others.
    chosen = [line for at, line in enumerate(labelled) if "⟦" in line or at % 8 == 0]
    for number, line in enumerate(chosen[::every]):
        secrets |= {mark[2] for mark in _LABEL.finditer(line) if len(mark[2]) >= 8}
        level = ("INFO", "WARN", "ERROR")[number % 3]
        text = _LABEL.sub(r"\2", line)
        stamp = f"2025-12-19 10:{number // 60 % 60:02}:{number % 60:02},000"
        lines.append(f"{stamp} {level} [pay.py:{number % 90 + 1}] {text}")
    place = folder / "app.log"
    place.write_text("\n".join(lines) + "\n", "utf-8")
    return place, secrets


def _everything(found: Investigation) -> dict[str, str]:
    """Return all text that stands in a case, by table, and all that is told of it."""
    texts = {"bytes": found.case_path.read_bytes().decode("latin-1")}
    with duckdb.connect(str(found.case_path), read_only=True) as case:
        for (name,) in case.sql("SELECT table_name FROM duckdb_tables()").fetchall():
            texts[name] = "\n".join(str(row) for row in case.sql(f'FROM "{name}"').fetchall())
    told = ("md en", "html zh", "json en", "terminal en", "chat zh", "page zh")
    for form in told:
        kind, language = form.split()
        texts[form] = found.render(kind, language).decode()  # type: ignore[arg-type]
    for problem in found.findings.problems[:10]:
        texts[f"evidence {problem.number}"] = str(found.lines(problem.number).lines)
    return texts


def _leaks(texts: dict[str, str], secrets: set[str]) -> list[tuple[str, str]]:
    return sorted((name, one) for name, text in texts.items() for one in secrets if one in text)


def _problems(found: Investigation) -> list[tuple[object, ...]]:
    return [(p.number, p.n, p.priority, len(p.variants)) for p in found.findings.problems]


@pytest.mark.parametrize(("name", "most"), [("corpus.txt", 0), ("held_back.txt", 6)])
def test_no_secret_is_in_a_case_or_told_of_it(tmp_path: Path, name: str, most: int) -> None:
    """
    Neither as records, nor as words of a shape, values of a variable, figures or examples.

    The six that are not found in the second file are the same anywhere.
    """
    log, secrets = _log(tmp_path, name)

    found = investigate(log, zone="UTC", language="en", case=tmp_path / "a.duckdb")

    leaked = {secret for _, secret in _leaks(_everything(found), secrets)}
    assert len(leaked) <= most
    redaction = found.findings.coverage.redaction
    assert redaction is not None
    assert "on" == redaction.mode
    assert redaction.places > 300


def test_counts_problems_and_places_are_the_same_without_redaction(tmp_path: Path) -> None:
    """Redaction changes text, nothing that is counted or decided; locators lead to the same lines."""
    log, _ = _log(tmp_path)

    on = investigate(log, zone="UTC", language="en")
    off = investigate(log, zone="UTC", language="en", settings=_OFF)

    assert _problems(off) == _problems(on)
    assert off.findings.totals == on.findings.totals
    where = "SELECT locator, timestamp, severity_number FROM records ORDER BY locator"
    assert off.sql(where).to_pylist() == on.sql(where).to_pylist()
    assert not TOKEN.search(off.render("md").decode())
    assert "Redaction is off" in off.render("md").decode()


def test_the_same_question_gives_the_same_bytes(tmp_path: Path) -> None:
    """Tokens come from the data, from no clock and no chance."""
    log, _ = _log(tmp_path, every=4)

    first, second = (investigate(log, zone="UTC", language="en").render("json") for _ in "ab")

    assert first == second
    assert TOKEN.search(first.decode())


def test_what_the_tokens_are_made_of_is_told_nowhere(tmp_path: Path) -> None:
    """Who has a report cannot try all mobile numbers: the digest behind the key stands in the case only."""
    log, _ = _log(tmp_path, every=4)

    found = investigate(log, zone="UTC", language="en")

    texts = _everything(found)
    [seed] = found.sql("SELECT value FROM redaction WHERE rule = 'seed'")["value"].to_pylist()
    assert 64 == len(seed)
    assert {"bytes", "redaction"} >= {name for name, _ in _leaks(texts, {seed})}


def test_a_raw_case_keeps_its_records_and_says_so(tmp_path: Path) -> None:
    """Its records are as they were read; everything that is told of it is covered all the same."""
    log, secrets = _log(tmp_path, every=4)

    raw = investigate(log, zone="UTC", language="en", keep_raw=True, case=tmp_path / "r.duckdb")
    plain = investigate(log, zone="UTC", language="en")

    texts = _everything(raw)
    assert {"bytes", "records"} >= {name for name, _ in _leaks(texts, secrets)}
    assert [one for one in secrets if one in texts["records"]]
    assert "--keep-raw" in texts["md en"]
    rows = "SELECT body, attributes FROM records ORDER BY locator"
    assert plain.sql(rows).to_pylist() == raw.sql(rows).to_pylist()


def test_an_extended_case_holds_no_secret_and_keeps_its_tokens(tmp_path: Path) -> None:
    """What is added is covered as what was there, with one token for one value."""
    log, secrets = _log(tmp_path, every=4)
    lines = log.read_text("utf-8").splitlines(keepends=True)
    first, second = tmp_path / "1.log", tmp_path / "2.log"
    first.write_text("".join(lines[::2]), "utf-8")
    second.write_text("".join(lines[1::2]), "utf-8")
    whole = investigate(first, second, zone="UTC", language="en")
    investigate(first, zone="UTC", language="en", case=tmp_path / "a.duckdb")

    extended = extend(tmp_path / "a.duckdb", second)

    assert [] == _leaks(_everything(extended), secrets)
    assert _problems(whole) == _problems(extended)
    before, after = (one.findings.coverage.redaction for one in (whole, extended))
    assert before == after


def test_a_filter_sees_what_was_read(tmp_path: Path) -> None:
    """Who looks for a number that is covered finds its lines, and does not find it in the report."""
    log = tmp_path / "a.log"
    log.write_text(
        "2025-12-19 10:00:00,000 ERROR call 13812345678 busy\n"
        "2025-12-19 10:00:01,000 ERROR call 13912345678 busy\n",
        "utf-8",
    )

    found = investigate(log, zone="UTC", language="en", where='"13812345678"')

    assert 1 == found.findings.totals.records
    assert "13812345678" not in found.render("json").decode()


@pytest.mark.shared
def test_nothing_of_the_nezha_data_is_in_a_case(tmp_path: Path) -> None:
    """Its tokens and card numbers, found by their forms alone."""
    folder = Path(__file__).parents[3] / "shared" / "data" / "nezha" / "dev"
    forms = r"eyJ[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]{10,}|\b\d{4}-\d{4}-\d{4}-\d{4}\b|\b4\d{15}\b"
    with duckdb.connect() as reader:
        rows = reader.execute(
            "SELECT DISTINCT unnest(regexp_extract_all(Log, ?)) AS secret FROM read_parquet(?)",
            [forms, [str(p) for p in sorted(folder.glob("*/logs.parquet"))]],
        ).fetchall()
        logs = reader.execute(
            "SELECT Timestamp, Log FROM read_parquet(?) "
            "WHERE regexp_matches(Log, ?) ORDER BY ALL LIMIT 3000",
            [[str(p) for p in sorted(folder.glob("*/logs.parquet"))], forms],
        ).fetchall()
    # Sixteen digits without a check digit number spans there.
    secrets = {secret for (secret,) in rows if secret.startswith("eyJ") or is_card(secret)}
    assert any(secret.startswith("eyJ") for secret in secrets)
    assert any(secret[0].isdigit() for secret in secrets)
    log = tmp_path / "nezha.log"
    log.write_text(
        "".join(f"{stamp} WARN {body.strip()}\n" for stamp, body in logs),
        "utf-8",
    )

    found = investigate(log, zone="UTC", language="en", case=tmp_path / "n.duckdb")

    assert [] == _leaks(_everything(found), secrets)
