"""Where the settings name a collector, requests and runs become spans."""

from __future__ import annotations

from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread

from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from starlette.testclient import TestClient
from tests.service.desks import INCIDENT, finish, ready_desk

from paicha.interfaces.http.app import create_app


class Collector(HTTPServer):
    """Takes spans on loopback, as OpenTelemetry's collector would."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Taking)
        self.names: list[str] = []


class _Taking(BaseHTTPRequestHandler):
    server: Collector

    def do_POST(self) -> None:
        """Take one batch."""
        body = self.rfile.read(int(self.headers["Content-Length"]))
        batch = ExportTraceServiceRequest.FromString(body)
        self.server.names += [
            span.name
            for resource in batch.resource_spans
            for scope in resource.scope_spans
            for span in scope.spans
        ]
        self.send_response(200)
        self.end_headers()

    def log_message(self, *_words: object) -> None:
        """Say nothing."""


def test_a_request_and_a_run_are_spans(tmp_path: Path, scenario_case: Path) -> None:
    """
    By their route and what they are; everything is sent before the end.
    """
    collector = Collector()
    thread = Thread(target=collector.serve_forever)
    thread.start()
    try:
        address = f"http://127.0.0.1:{collector.server_port}/v1/traces"
        desk = ready_desk(tmp_path, traces_url=address)
        run = finish(desk, desk.submit(INCIDENT), scenario_case)  # and nobody has told of it yet
        with TestClient(create_app(desk), "http://localhost") as client:
            client.get(f"/api/v1/investigations/{run.id}")
    finally:
        collector.shutdown()
        thread.join()
        collector.server_close()

    assert {"GET /api/v1/investigations/{run_id}", "investigation"} == set(collector.names)
