"""
Records that no window can hold: their index lacks the time field, or they themselves do.

Several indices asked as one need not call the time the same. Those that call it otherwise match no window at all, and nothing
that the store answers would show that they are there.
"""

from __future__ import annotations

from urllib.parse import quote

from paicha.locales import Text, text
from paicha.sources.elasticsearch.answers import CountAnswer, FieldCaps, read
from paicha.sources.elasticsearch.asking import Clause
from paicha.sources.elasticsearch.fields import IndexFields
from paicha.sources.web import Request, WebClient

_UNMAPPED = "unmapped"


def indices_without_time(
    client: WebClient, index: str, fields: IndexFields
) -> tuple[tuple[Text, ...], tuple[Text, ...]]:
    """
    Return what is missing because whole indices lack the time field, and what to know of single records that do.

    Raises:
        SourceError: If the server lets us down.
    """
    place = quote(index, safe="*,-")
    name = fields.time_field
    lacking = _lacking(client, place, name) if fields.indices > 1 else ()
    there: Clause = {"terms": {"_index": list(lacking)}}
    said: list[Text] = []
    if lacking and (n := _count(client, place, {"bool": {"filter": [there]}})):
        few = {"indices": len(lacking), "index": lacking[0]}
        said.append(text("elasticsearch.indices_without_time", n=n, field=name, **few))
    apart = [{"exists": {"field": name}}, *([there] if lacking else [])]
    n = _count(client, place, {"bool": {"must_not": apart}})
    notes = (text("elasticsearch.records_without_time", n=n, field=name),) if n else ()
    return tuple(said), notes


def _lacking(client: WebClient, place: str, name: str) -> tuple[str, ...]:
    query = {"fields": name, "include_unmapped": "true"}
    caps, _ = read(client, Request("GET", f"{place}/_field_caps", query=query), FieldCaps)
    unmapped = caps.fields.get(name, {}).get(_UNMAPPED)
    return tuple(sorted(unmapped.indices or ())) if unmapped else ()


def _count(client: WebClient, place: str, query: Clause) -> int:
    asked = Request("POST", f"{place}/_count", document={"query": query})
    answer, _ = read(client, asked, CountAnswer)
    return answer.count
