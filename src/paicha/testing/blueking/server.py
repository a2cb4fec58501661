"""The stand-in's HTTP: paths, identity, envelopes and the faults of transport."""

from __future__ import annotations

import json
import re
import threading
import time
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

from paicha.testing.blueking.faults import Faults
from paicha.testing.blueking.log_answers import Body, LogAnswers, Refused
from paicha.testing.blueking.metric_answers import MetricAnswers
from paicha.testing.blueking.scenario import load
from paicha.testing.loopback import LoopbackServer, QuietHandler
from paicha.values import dataclass

DEMO_APP_CODE = "paicha-demo"
DEMO_APP_SECRET = "paicha-demo-secret"  # noqa: S105 - opens nothing but this stand-in
DEMO_BK_TOKEN = "paicha-demo-ticket"  # noqa: S105 - likewise
DEMO_ACCESS_TOKEN = "paicha-demo-access"  # noqa: S105 - likewise
APPLY_URL = "https://bk.example/apply-for-permission?system_id=bk_log_search&tid=1"
_RANGES = ("/execute_range_query/", "/graph_promql_query/")
_PAGES = ("/mcp/search_logs/", "/esquery_search/")
Answer = Callable[[Body], object]


@dataclass(frozen=True, slots=True)
class Seen:
    """One request that came in."""

    method: str
    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Reply:
    """What goes out."""

    status: int
    body: bytes
    content_type: str = "application/json"
    headers: tuple[tuple[str, str], ...] = ()
    cut: bool = False  # half of the body, then the line goes dead


class BluekingStandIn(LoopbackServer):
    """
    A gateway on loopback that serves a scenario folder.

    Args:
        folder: ``hits.jsonl``, ``fields.json``, ``index_set.json`` and ``metrics.json``.
        faults: What is wrong with it: names of `FAULTS`, ``name=number``, or a mapping.
        port: 0 takes any free one.
    """

    def __init__(
        self, folder: Path | str, faults: Iterable[str] | Mapping[str, float] = (), port: int = 0
    ) -> None:
        self.faults = Faults(faults)
        self.requests: list[Seen] = []
        scenario = load(Path(folder), self.faults)
        self._logs = LogAnswers(scenario, self.faults)
        self._metrics = MetricAnswers(scenario, self.faults)
        self._lock = threading.Lock()
        self._pages = 0
        super().__init__(type("Handler", (_Handler,), {"stand_in": self}), port)

    @property
    def monitor_url(self) -> str:
        """Base of the monitor gateway."""
        return f"{self.url}/bk-monitor/prod"

    @property
    def log_url(self) -> str:
        """Base of the log gateway."""
        return f"{self.url}/bk-log-search/prod"

    @property
    def cmdb_url(self) -> str:
        """Base of the CMDB gateway."""
        return f"{self.url}/bk-cmdb/prod"

    def serve_forever(self) -> None:
        """Serve until interrupted, in this thread."""
        try:
            self._server.serve_forever()
        finally:
            self._server.server_close()

    def answer(self, seen: Seen) -> Reply:
        """Return what goes out for one request."""
        with self._lock:
            self.requests.append(seen)
            number = len(self.requests)
        reply = self._transport_fault(number) or self._unknown_caller(seen)
        return reply or self._spoilt(seen, self._resource(seen))

    def _transport_fault(self, number: int) -> Reply | None:
        faults = self.faults
        if "slow" in faults:
            time.sleep(faults["slow"])
        if "slow_once" in faults and number == 1:
            time.sleep(faults["slow_once"])
        return self._busy_fault(number) or self._refusing_fault()

    def _busy_fault(self, number: int) -> Reply | None:
        faults = self.faults
        if number <= faults.get("rate_limited", 0):
            return _gateway(429, 1642903, "Request rate limit exceeded", reset="1")
        if number <= faults.get("rate_limited_code", 0):
            return _refusal("3600429", "请求过于频繁，请稍后再试 (3600429)", status=200)
        if "rate_limited_long" in faults:
            wait = f"{faults['rate_limited_long']:g}"
            return _gateway(429, 1642903, "Request rate limit exceeded", reset=wait)
        if number <= faults.get("busy", 0):
            return _gateway(503, 1650300, "Service unavailable")
        if number <= faults.get("html_502", 0):
            return Reply(502, b"<html><h1>502 Bad Gateway</h1></html>", "text/html")
        return None

    def _refusing_fault(self) -> Reply | None:
        if "html_200" in self.faults:
            return Reply(200, b"<!DOCTYPE html><title>Login</title>", "text/html")
        if "forbidden_text" in self.faults:
            return Reply(403, b"Permission denied: user lacks using_log_mcp", "text/plain")
        if "no_permission" in self.faults:
            data = {"apply_url": APPLY_URL}
            return _refusal("9900403", "没有检索日志的权限 (9900403)", status=200, data=data)
        if "result_false" in self.faults:
            return _refusal(3300002, "Resource[SearchLog] 请求参数格式错误：start_time", status=200)
        if "error_500" in self.faults:
            return _gateway(500, 1650001, "Internal server error")
        return None

    def _unknown_caller(self, seen: Seen) -> Reply | None:
        # Who asks stands in one header, never in the query or the body.
        try:
            who = json.loads(seen.headers.get("x-bkapi-authorization", "{}"))
        except ValueError:
            return _gateway(400, 1640001, "Parameters error [reason=invalid authorization JSON]")
        if not seen.headers.get("x-bk-tenant-id"):
            return Reply(403, b"lack of tenant_id", "text/plain")
        token = who.get("access_token")
        app = (who.get("bk_app_code"), who.get("bk_app_secret")) == (
            DEMO_APP_CODE,
            DEMO_APP_SECRET,
        )
        if token != DEMO_ACCESS_TOKEN and not app:
            return _gateway(401, 1640101, "App authentication failed [reason=wrong secret]")
        user = token == DEMO_ACCESS_TOKEN or who.get("bk_token") == DEMO_BK_TOKEN
        if "/mcp/" in seen.path and not user:
            return _gateway(401, 1640102, "User authentication failed [reason=no ticket]")
        return None

    def _resource(self, seen: Seen) -> Reply:
        monitor = seen.path.startswith("/bk-monitor/")
        parameters = {**seen.query, **seen.body}
        answer = self._route(seen, parameters)
        if answer is None:
            return _gateway(404, 1640401, f"API not found [method={seen.method}]")
        business = str(parameters.get("bk_biz_id", ""))
        if not business:
            return Reply(403, b"Missing bk_biz_id in request parameters", "text/plain")
        if not business.lstrip("-").isdigit():
            return Reply(403, f"Invalid bk_biz_id format: {business}".encode(), "text/plain")
        if business != str(self._logs.scenario.bk_biz_id):
            return Reply(403, f"Permission denied: biz {business}".encode(), "text/plain")
        try:
            data = answer(parameters)
        except Refused as refused:
            return _refusal(refused.code, str(refused), status=200)
        if "odd_shape" in self.faults:
            data = ["odd"]
        code: int | str = 200 if monitor else 0
        return _json(
            200,
            {
                "result": True,
                "code": str(code) if "string_code" in self.faults else code,
                "message": "OK" if monitor else "",
                "data": data,
            },
        )

    def _route(self, seen: Seen, parameters: dict[str, object]) -> Answer | None:
        logs, metrics = self._logs, self._metrics
        match = re.fullmatch(r"/(bk-[a-z-]+)/(?:prod|stage)(/.*)", seen.path)
        if match is None:
            return None
        gateway, path = match.groups()
        numbered = re.fullmatch(r"/(index_set|search_index_set|pattern)/(\d+)/(.*)", path)
        if numbered is not None:
            parameters["index_set_id"] = numbered.group(2)
            path = f"/{numbered.group(1)}/{{id}}/{numbered.group(3)}"
        parameters["capped"] = path.startswith("/mcp/")
        if gateway == "bk-cmdb" and re.fullmatch(r"/api/v3/hosts/app/-?\d+/list_hosts_topo", path):
            return metrics.hosts
        routes: Mapping[tuple[str, str, str], Answer] = {
            ("bk-monitor", "GET", "/mcp/list_index_sets/"): logs.index_sets,
            ("bk-monitor", "GET", "/mcp/get_index_set_fields/"): logs.fields,
            ("bk-monitor", "POST", "/mcp/search_logs/"): logs.search,
            ("bk-monitor", "POST", "/mcp/analyze_field/"): logs.analyze,
            ("bk-monitor", "POST", "/mcp/search_index_set_context/"): logs.context,
            ("bk-monitor", "POST", "/mcp/search_log_clustering_pattern/"): logs.patterns,
            ("bk-monitor", "POST", "/mcp/execute_range_query/"): metrics.range_query,
            ("bk-monitor", "POST", "/app/data_query/graph_promql_query/"): metrics.range_query,
            ("bk-log-search", "GET", "/search_index_set/"): logs.index_sets,
            ("bk-log-search", "GET", "/search_index_set/{id}/fields/"): logs.fields,
            ("bk-log-search", "GET", "/index_set/{id}/"): logs.detail,
            ("bk-log-search", "POST", "/esquery_search/"): logs.esquery,
            ("bk-log-search", "POST", "/pattern/{id}/search/"): logs.patterns,
        }
        return routes.get((gateway, seen.method, path))

    def _spoilt(self, seen: Seen, reply: Reply) -> Reply:
        if "engine_400" in self.faults and seen.path.endswith(_RANGES):
            return _json(400, {"error": "promql: too many samples", "trace_id": "0af7"})
        if "empty_body" in self.faults:
            return Reply(reply.status, b"")
        if "broken_json" in self.faults:
            return Reply(reply.status, reply.body[: len(reply.body) // 2])
        if "gone" in self.faults and seen.path.endswith(_PAGES) and seen.body.get("size") != 0:
            with self._lock:
                self._pages += 1
                if self._pages >= self.faults["gone"]:
                    return Reply(reply.status, reply.body, cut=True)
        return reply


def _json(status: int, content: object, headers: tuple[tuple[str, str], ...] = ()) -> Reply:
    return Reply(status, json.dumps(content, ensure_ascii=False).encode(), headers=headers)


def _refusal(code: int | str, message: str, *, status: int, data: object = None) -> Reply:
    return _json(status, {"result": False, "code": code, "message": message, "data": data})


def _gateway(status: int, code: int, message: str, *, reset: str = "") -> Reply:
    headers: tuple[tuple[str, str], ...] = (
        ("X-Bkapi-Error-Code", str(code)),
        ("X-Bkapi-Error-Message", message),
    )
    if reset:
        headers += (("Retry-After", reset), ("X-Bkapi-RateLimit-Reset", reset))
    content = {"code": code, "message": message, "result": False, "data": None}
    return _json(status, content, headers)


class _Handler(QuietHandler):
    stand_in: BluekingStandIn

    def serve(self) -> None:
        address = urlsplit(self.path)
        length = int(self.headers.get("Content-Length") or 0)
        try:
            body = json.loads(self.rfile.read(length) or b"{}")
        except ValueError:
            body = {}
        headers = {name.lower(): value for name, value in self.headers.items()}
        seen = Seen(self.command, address.path, dict(parse_qsl(address.query)), headers, body)
        self._send(self.stand_in.answer(seen))

    def _send(self, reply: Reply) -> None:
        try:
            self.send_response(reply.status)
            self.send_header("Content-Type", reply.content_type)
            self.send_header("Content-Length", str(len(reply.body)))
            self.send_header("X-Bkapi-Request-Id", "5f1c0d6e-0000-4000-8000-000000000001")
            for name, value in reply.headers:
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(reply.body[: len(reply.body) // 2] if reply.cut else reply.body)
        except (BrokenPipeError, ConnectionResetError):
            self.close_connection = True  # the client had no patience
        if reply.cut:
            self.close_connection = True
