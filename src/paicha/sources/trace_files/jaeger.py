"""Traces as Jaeger's page and its query API export them."""

from __future__ import annotations

from collections.abc import Mapping

from paicha.sources.trace_files.raw import RawSpans, as_list, as_mapping, instance


def is_jaeger(document: Mapping[str, object]) -> bool:
    """Return whether *document* is an answer of Jaeger, or one trace of it."""
    if "spans" in document and "processes" in document:
        return True
    return any("spans" in as_mapping(trace) for trace in as_list(document.get("data")))


def read_jaeger(document: Mapping[str, object], place: str, into: RawSpans) -> None:
    """
    Add the spans of one answer or one trace.

    Args:
        document: The parsed JSON.
        place: Where it stands, for the locators.
        into: Added to.
    """
    traces = [document] if "spans" in document else as_list(document.get("data"))
    number = 0
    for trace in map(as_mapping, traces):
        processes = as_mapping(trace.get("processes"))
        for span in as_list(trace.get("spans")):
            number += 1
            _add(as_mapping(span), processes, f"{place}#{number}", into)


def _add(
    span: Mapping[str, object], processes: Mapping[str, object], locator: str, into: RawSpans
) -> None:
    # A span may hold its process itself, as in Jaeger's storage.
    process = as_mapping(span.get("process") or processes.get(str(span.get("processID", ""))))
    tags, named = _tags(span.get("tags")), _tags(process.get("tags"))
    start, duration = span.get("startTime"), span.get("duration")
    if not isinstance(start, int) or not isinstance(duration, int):
        into.unreadable += 1
        return
    into.add(
        trace=str(span.get("traceID") or ""),
        span=str(span.get("spanID") or ""),
        parent=_parent(span),
        service=str(process.get("serviceName") or ""),
        host=instance(named),
        name=str(span.get("operationName") or ""),
        kind=tags.get("span.kind", "").lower(),
        start=start,
        duration=duration,
        status=_status(tags),
        locator=locator,
    )


def _parent(span: Mapping[str, object]) -> str:
    """Return the span that called this one: what it is a child of, else what it follows from."""
    references = [as_mapping(one) for one in as_list(span.get("references"))]
    references = [one for one in references if one.get("traceID") == span.get("traceID")]
    for wanted in ("CHILD_OF", "FOLLOWS_FROM"):
        for one in references:
            if one.get("refType") == wanted:
                return str(one.get("spanID") or "")
    return str(span.get("parentSpanID") or "")


def _status(tags: Mapping[str, str]) -> str:
    if tags.get("error", "").lower() == "true" or tags.get("otel.status_code") == "ERROR":
        return "error"
    return "ok" if tags.get("otel.status_code") == "OK" else ""


def _tags(listed: object) -> dict[str, str]:
    return {
        str(tag.get("key", "")): str(tag.get("value", ""))
        for tag in map(as_mapping, as_list(listed))
    }
