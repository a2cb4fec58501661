"""OpenTelemetry's ExportTraceServiceRequest as JSON: one document, or one in every line."""

from __future__ import annotations

from collections.abc import Mapping

from paicha.sources.trace_files.raw import RawSpans, as_list, as_mapping, hex_id, instance, micros

#: By number and by name (opentelemetry-proto, trace/v1).
_KINDS = ("", "internal", "server", "client", "producer", "consumer")
_STATUS = {"1": "ok", "2": "error", "STATUS_CODE_OK": "ok", "STATUS_CODE_ERROR": "error"}


def is_otlp(document: Mapping[str, object]) -> bool:
    """Return whether *document* is a request that exports spans."""
    return "resourceSpans" in document or "resource_spans" in document


def read_otlp(document: Mapping[str, object], place: str, into: RawSpans) -> None:
    """
    Add the spans of one request.

    Args:
        document: The parsed JSON.
        place: Where it stands, for the locators.
        into: Added to.
    """
    number = 0
    for resource_spans in as_list(document.get("resourceSpans", document.get("resource_spans"))):
        part = as_mapping(resource_spans)
        named = _attributes(as_mapping(part.get("resource")).get("attributes"))
        scopes = part.get("scopeSpans", part.get("instrumentationLibrarySpans"))
        for scope in as_list(scopes):
            for span in as_list(as_mapping(scope).get("spans")):
                number += 1
                _add(as_mapping(span), named, f"{place}#{number}", into)


def _add(
    span: Mapping[str, object], named: Mapping[str, str], locator: str, into: RawSpans
) -> None:
    try:
        start, end = micros(span.get("startTimeUnixNano")), micros(span.get("endTimeUnixNano"))
    except (ValueError, OverflowError):
        into.unreadable += 1
        return
    status = as_mapping(span.get("status")).get("code", "")
    into.add(
        trace=hex_id(span.get("traceId"), 32),
        span=hex_id(span.get("spanId"), 16),
        parent=hex_id(span.get("parentSpanId"), 16),
        service=named.get("service.name", ""),
        host=instance(named),
        name=str(span.get("name") or ""),
        kind=_kind(span.get("kind")),
        start=start,
        duration=end - start,
        status=_STATUS.get(str(status), ""),
        locator=locator,
    )


def _kind(value: object) -> str:
    if isinstance(value, int):
        return _KINDS[value] if 0 <= value < len(_KINDS) else ""
    name = str(value or "").removeprefix("SPAN_KIND_").lower()
    return name if name in _KINDS else ""


def _attributes(listed: object) -> dict[str, str]:
    named = {}
    for one in as_list(listed):
        entry = as_mapping(one)
        values = as_mapping(entry.get("value"))
        plain = next((v for v in values.values() if isinstance(v, str | int | float)), "")
        named[str(entry.get("key", ""))] = str(plain)
    return named
