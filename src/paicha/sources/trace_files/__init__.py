"""Traces that somebody exported: OpenTelemetry JSON, Jaeger JSON, or a table with a row per span."""

from paicha.sources.trace_files.source import TraceFileReading, TraceFileSource

__all__ = ["TraceFileReading", "TraceFileSource"]
