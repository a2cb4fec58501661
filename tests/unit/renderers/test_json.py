"""The JSON report is the findings, as its published schema says."""

import json
from dataclasses import replace
from pathlib import Path

import jsonschema
import msgspec
import pytest
from tests.unit.renderers import sample

from paicha.composition.compose import compose
from paicha.model.findings import Findings
from paicha.renderers import schema
from paicha.renderers.json import JsonRenderer, tree_json

PUBLISHED = Path(schema.__path__[0], schema.FILE_NAME).read_bytes()


def findings_json(findings: Findings) -> bytes:
    """Return findings as the JSON report writes them."""
    return tree_json(findings, schema.SCHEMA_ID)


def test_the_published_schema_is_the_one_of_the_types() -> None:
    """Whoever changes the findings writes the schema anew: python -m paicha.renderers.schema."""
    assert schema.report_schema() == PUBLISHED


@pytest.mark.parametrize("name", ["reference_findings", "hostile_findings", "empty_findings"])
def test_every_report_fits_the_published_schema(name: str) -> None:
    """A reader may rely on the schema."""
    findings = getattr(sample, name)()
    document = json.loads(JsonRenderer().render(compose(findings, "zh")))

    jsonschema.Draft202012Validator(json.loads(PUBLISHED)).validate(document)


def test_the_schema_refuses_what_is_no_report() -> None:
    """The schema says something: a list, or a report without totals, does not fit."""
    validator = jsonschema.Draft202012Validator(json.loads(PUBLISHED))

    assert not validator.is_valid([])
    assert not validator.is_valid({"$schema": "urn:paicha:schema:report:1", "schema_version": "1"})


@pytest.mark.parametrize("name", ["reference_findings", "hostile_findings"])
def test_the_findings_can_be_read_back(name: str) -> None:
    """Nothing is lost or changed on the way, whatever the log held."""
    findings = getattr(sample, name)()

    assert findings == msgspec.json.decode(findings_json(findings), type=Findings)


def test_the_language_of_the_report_does_not_matter() -> None:
    """JSON carries both languages."""
    findings = sample.reference_findings()
    chinese = JsonRenderer().render(compose(findings, "zh"))

    assert chinese == JsonRenderer().render(compose(findings, "en"))


def test_times_are_utc() -> None:
    """A machine needs no zone to read them."""
    document = json.loads(findings_json(sample.reference_findings()))

    assert "2025-12-19T02:32:32Z" == document["question"]["window"]["start"]


def test_text_that_turns_around_is_written_as_escapes() -> None:
    """An editor that shows the file is not fooled; the value is the same."""
    document = findings_json(sample.hostile_findings()).decode()

    assert "\u202e" not in document
    assert "\\u202e" in document
    assert "\x1b" not in document


def test_a_file_name_of_raw_bytes_does_not_break_the_report() -> None:
    """Half a surrogate pair shows as its escape."""
    findings = sample.reference_findings()
    odd = replace(findings, question=replace(findings.question, inputs=("log\udcff.txt",)))

    assert ["log\\udcff.txt"] == json.loads(findings_json(odd))["question"]["inputs"]
