"""Fields that scripts compute: a document does not hold them."""

from __future__ import annotations

import json

import pytest

from paicha.kernel.field_map import FieldMap
from paicha.knowledge.fields_loader import load_field_names
from paicha.sources.elasticsearch import ElasticsearchLogs
from paicha.sources.web import Place
from paicha.testing.conformance import START, read_all
from paicha.testing.scripted_server import Asked, Reply, ScriptedServer

_KINDS = {"@timestamp": "date", "message": "text", "level": "keyword", "host.name": "keyword"}
_COMPOSITE = {"type": "composite", "fields": {"name": {"type": "keyword"}}}
_MAPPING = {
    "properties": {"@timestamp": {"type": "date"}, "message": {"type": "text"}},
    "runtime": {"level": {"type": "keyword"}, "host": _COMPOSITE},
}
_VALUES = {"level": ["ERROR"], "host.name": ["web-1"]}


def _script(*, mapping_seen: bool) -> ScriptedServer:
    """Return a server that gives computed values to whoever asks for them, as Elasticsearch does."""
    given: list[bool] = []

    def answer(asked: Asked) -> Reply:
        said: object = {}
        if asked.path.endswith("_field_caps"):
            kinds = {n: {k: {"type": k, "aggregatable": True}} for n, k in _KINDS.items()}
            said = {"indices": ["logs"], "fields": kinds}
        elif asked.path.endswith("_mapping"):
            return _as_json({"logs": {"mappings": _MAPPING}}, 200 if mapping_seen else 403)
        elif asked.path.endswith("_count"):
            said = {"count": 1}
        elif asked.path.endswith("_search"):
            body = json.loads(asked.body)
            fields = {name: _VALUES[name] for name in body.get("fields", ()) if name in _VALUES}
            source = {"@timestamp": START.isoformat(), "message": "pool is empty"}
            hit = {"_index": "logs", "_id": "1", "_source": source, "fields": fields}
            is_first = "scroll" in asked.query and not given
            given.extend([True] if is_first else [])
            sized = body.get("track_total_hits") is False
            said = {"hits": {"hits": [hit] if is_first or sized else []}, "_scroll_id": "s"}
        else:
            return Reply(404, b"{}")
        return _as_json(said)

    return ScriptedServer(answer)


def _as_json(said: object, status: int = 200) -> Reply:
    return Reply(status, json.dumps(said).encode())


@pytest.mark.parametrize("mapping_seen", [True, False])
def test_what_scripts_compute_is_read_beside_the_document(*, mapping_seen: bool) -> None:
    """Also where nobody may see the mapping, so that any field may be one."""
    with _script(mapping_seen=mapping_seen) as server:
        source = ElasticsearchLogs(Place(server.url), "logs", FieldMap(load_field_names()), parts=1)
        table, coverage = read_all(source)

    assert 1 == coverage.kept
    assert ["ERROR"] == table["severity_text"].to_pylist()
    assert ["web-1"] == table["host_id"].to_pylist()
