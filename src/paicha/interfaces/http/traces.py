"""OpenTelemetry traces of the service itself, where the settings say where to."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from paicha.errors import ServiceError
from paicha.model.service import Run
from paicha.values import dataclass
from paicha.version import __version__
from paicha.wiring.service_settings import ServiceSettings

_NS = 1_000_000_000


@dataclass(frozen=True, slots=True)
class Traces:
    """
    Sends a span for each request and each run.

    Args:
        provider: OpenTelemetry's TracerProvider.
        tracer: Its tracer.
        kinds: Its SpanKind.
    """

    provider: Any  # a type of a package that may not be there
    tracer: Any
    kinds: Any

    @staticmethod
    def of(service: ServiceSettings) -> Traces | None:
        """
        Return where spans go; None where the settings name nothing.

        Raises:
            ServiceError: If the package is not installed.
        """
        if not service.traces_url:
            return None
        try:
            from opentelemetry.exporter.otlp.proto.http.trace_exporter import (  # noqa: PLC0415 - an extra
                OTLPSpanExporter,
            )
            from opentelemetry.sdk.resources import Resource  # noqa: PLC0415 - an extra
            from opentelemetry.sdk.trace import TracerProvider  # noqa: PLC0415 - an extra
            from opentelemetry.sdk.trace.export import BatchSpanProcessor  # noqa: PLC0415 - an extra
            from opentelemetry.trace import SpanKind  # noqa: PLC0415 - an extra
        except ImportError as err:
            raise ServiceError("service.no_traces_extra", name=err.name or "opentelemetry") from err
        facts = {"service.name": "paicha", "service.version": __version__}
        provider = TracerProvider(resource=Resource.create(facts))
        provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter(service.traces_url)))
        return Traces(provider, provider.get_tracer("paicha"), SpanKind)

    def request(self, method: str, route: str, status: int, start: float, end: float) -> None:
        """Send one answer [s since 1970]."""
        facts = {
            "http.request.method": method,
            "http.route": route,
            "http.response.status_code": status,
        }
        self._send(f"{method} {route}", self.kinds.SERVER, facts, start, end)

    def run_ended(self, run: Run) -> None:
        """Send one run that came to its end."""
        if run.started is None or run.ended is None:
            return
        facts = {
            "paicha.run.id": run.id,
            "paicha.run.state": run.state,
            "paicha.run.trigger": run.request.trigger,
            "paicha.run.attempts": run.attempts,
            "paicha.run.waited_s": _between(run.created, run.started),
        }
        start, end = run.started.timestamp(), run.ended.timestamp()
        self._send("investigation", self.kinds.INTERNAL, facts, start, end)

    def stop(self) -> None:
        """Send what waits, and end."""
        self.provider.shutdown()

    def _send(
        self, name: str, kind: object, facts: dict[str, Any], start: float, end: float
    ) -> None:
        span = self.tracer.start_span(
            name, kind=kind, attributes=facts, start_time=int(start * _NS)
        )
        span.end(end_time=int(end * _NS))


def _between(start: datetime, end: datetime) -> float:
    return (end - start).total_seconds()
