"""
The published JSON Schema of `report.json`.

The file beside this module is committed so that it can be read without Python; a test keeps it equal
to what the types say. ``python -m paicha.renderers.schema`` writes it anew.
"""

from __future__ import annotations

from typing import Any

import msgspec

from paicha.model.findings import Findings

FILE_NAME = "report.schema.json"
#: What the report's ``$schema`` says; a name, not a place on the network.
SCHEMA_ID = "urn:paicha:schema:report:1"


def report_schema() -> bytes:
    """Return the schema of the JSON report as the types say it, pretty printed, keys sorted."""
    schema: dict[str, Any] = msgspec.json.schema(Findings)  # Any: a schema is free-form JSON
    findings = schema["$defs"]["Findings"]
    findings["properties"] = {"$schema": {"const": SCHEMA_ID}, **findings["properties"]}
    findings["required"] = ["$schema", *findings["required"]]
    whole = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": SCHEMA_ID,
        "title": "Paicha report",
        **schema,
    }
    return msgspec.json.format(msgspec.json.encode(whole, order="sorted"), indent=2) + b"\n"
