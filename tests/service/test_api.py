"""The API does what its description says, in the language asked for."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient
from tests.service.desks import END, INCIDENT, START, finish, ready_desk

from paicha.interfaces.http.app import create_app
from paicha.locales import text
from paicha.model.service import Run
from paicha.service.desk import Desk
from paicha.service.folders import Folders
from paicha.service.identity import new_id

BASE = "/api/v1/investigations"
ASKING = {"sources": ["app"], "start": START, "end": END, "baseline": "none"}


@pytest.fixture
def api(desk: Desk) -> Iterator[TestClient]:
    """Give a client of the application, which carries nothing out by itself."""
    with TestClient(create_app(desk, running=False), "http://localhost") as client:
        yield client


@pytest.fixture
def done(desk: Desk, scenario_case: Path) -> Run:
    """Give a run that is done, with the reference scenario's report."""
    return finish(desk, desk.submit(INCIDENT), scenario_case)


def error(answer: Any) -> dict[str, Any]:
    """Return what an answer says went wrong."""
    said: dict[str, Any] = answer.json()["error"]
    return said


def test_an_investigation_is_accepted_and_waits(api: TestClient) -> None:
    """
    202, its id, where to look for it, and everything filled in.
    """
    answer = api.post(BASE, json=ASKING)

    run = answer.json()
    assert (202, "queued") == (answer.status_code, run["state"])
    assert f"{BASE}/{run['id']}" == answer.headers["location"]
    assert run == api.get(run["links"]["self"]).json()
    assert {"start": "2025-12-19T02:32:32Z", "end": "2025-12-19T02:47:32Z"} == run["window"]
    assert ("Asia/Shanghai", "en") == (run["request"]["zone"], run["request"]["language"])


def test_from_and_to_mean_start_and_end(api: TestClient) -> None:
    """
    The names that the command line has are understood, and the answer has one name for each.
    """
    asking = {"sources": ["app"], "from": START, "to": END, "baseline": "none"}

    answer = api.post(BASE, json=asking)

    assert 202 == answer.status_code, answer.text
    run = answer.json()
    assert {"start": "2025-12-19T02:32:32Z", "end": "2025-12-19T02:47:32Z"} == run["window"]
    assert (START, END) == (run["request"]["start"], run["request"]["end"])


def test_a_profile_fills_in_what_is_not_said(api: TestClient) -> None:
    """
    Sources, metrics and the length of the window come from it.
    """
    run = api.post(BASE, json={"profile": "incident"}).json()

    assert (["app"], ["host"], "15m") == tuple(
        run["request"][key] for key in ("sources", "metrics", "last")
    )
    assert run["window"] is not None


def test_a_short_time_to_read_stays_a_limit(api: TestClient) -> None:
    """
    Half a second is no whole one, and 0 would be no limit.
    """
    run = api.post(BASE, json={**ASKING, "max_seconds": 0.5, "max_records": 10**9}).json()

    assert (0.5, 1_000_000) == (run["request"]["max_seconds"], run["request"]["max_records"])


def test_one_key_is_one_investigation(api: TestClient) -> None:
    """
    A client that did not hear the answer may ask again.
    """
    first, second = (
        api.post(BASE, json=ASKING, headers={"Idempotency-Key": "k"}).json() for _ in range(2)
    )

    assert first["id"] == second["id"]
    assert 1 == len(api.get(BASE).json()["investigations"])


def test_another_question_under_a_used_key_is_refused(api: TestClient) -> None:
    """
    It got the run of the first question, and its answer for the answer to its own.
    """
    headers = {"Idempotency-Key": "k"}
    first = api.post(BASE, json=ASKING, headers=headers).json()
    other = api.post(BASE, json={**ASKING, "where": "level>=WARN"}, headers=headers)
    again = api.post(BASE, json=ASKING, headers=headers).json()

    assert (409, "service.key_taken") == (other.status_code, error(other)["code"])
    assert first["id"] in error(other)["what"]
    assert first["id"] == again["id"]


@pytest.mark.parametrize(
    ("asking", "code"),
    [
        ({"sources": ["/etc/passwd"]}, "service.no_log_source"),
        ({"sources": ["http://169.254.169.254/"]}, "service.no_log_source"),
        ({"sources": ["host"]}, "service.no_log_source"),
        ({"sources": ["app"], "metrics": ["/etc/shadow"]}, "service.no_metric_source"),
        ({"sources": ["app"], "metrics": ["app"]}, "service.no_metric_source"),
        ({"profile": "nobody"}, "service.no_profile"),
        ({"sources": ["app"], "last": "tomorrow"}, "question.duration"),
        ({"sources": ["app"], "start": "soon"}, "question.time"),
        ({"sources": ["app"], "last": "15m", "zone": "Mars/Base"}, "question.zone"),
        ({"sources": ["app"], "where": "level:("}, "question.filter_ends_early"),
    ],
)
def test_what_is_not_configured_or_cannot_be_meant_is_refused(
    api: TestClient, asking: dict[str, Any], code: str
) -> None:
    """
    No path, no address, no other kind of source; and nothing waits afterwards.
    """
    answer = api.post(BASE, json=asking)

    assert (400, code) == (answer.status_code, error(answer)["code"])
    assert [] == api.get(BASE).json()["investigations"]


@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize(
    ("asking", "fields"),
    [
        ({"start": "2026-03-01 09:00", "end": "2026-03-01 08:00"}, ("start", "end")),
        ({"start": "2026-03-01 09:00", "last": "5m"}, ("start 2026-03-01", "last 5m")),
        ({"end": "2026-03-01 09:00"}, ("end 2026-03-01", "start")),
    ],
)
def test_advice_on_a_window_names_the_fields_of_the_request(
    api: TestClient, asking: dict[str, str], fields: tuple[str, ...], lang: str
) -> None:
    """
    The command line's options mean nothing to whoever writes a request.
    """
    said = error(api.post(BASE, json={"sources": ["app"], **asking}, params={"lang": lang}))
    words = f"{said['what']} {said['try']}"

    assert "--" not in words
    assert all(field in words for field in fields)


def test_what_is_no_question_names_its_mistakes(api: TestClient) -> None:
    """
    All of them at once, by their place.
    """
    answer = api.post(BASE, json={"sauces": ["app"], "last": 5})

    assert 422 == answer.status_code
    assert "body.last" in error(answer)["what"]
    assert "body.sauces" in error(answer)["what"]


def test_errors_speak_the_language_asked_for(api: TestClient) -> None:
    """
    By query, by header, else the settings'.
    """
    place = f"{BASE}/{'0' * 26}"
    chinese = {"Accept-Language": "zh-CN,zh;q=0.9,en;q=0.8"}

    says = [
        error(api.get(place))["what"],
        error(api.get(place, headers=chinese))["what"],
        error(api.get(place, params={"lang": "en"}, headers=chinese))["what"],
    ]

    missing = text("errors_service.no_run.what", id="0" * 26)
    assert [missing.en, missing.zh, missing.en] == says


def test_a_full_queue_says_when_to_come_again(tmp_path: Path) -> None:
    """
    429 with Retry-After, and the runs that wait are not disturbed.
    """
    desk = ready_desk(tmp_path, queue=2)
    with TestClient(create_app(desk, running=False), "http://localhost") as api:
        codes = [api.post(BASE, json=ASKING).status_code for _ in range(2)]
        refused = api.post(BASE, json=ASKING)
        waiting = api.get(BASE, params={"state": "queued"}).json()["investigations"]

    assert [202, 202, 429] == [*codes, refused.status_code]
    assert 5 <= int(refused.headers["retry-after"]) <= 600
    assert "service.queue_full" == error(refused)["code"]
    assert 2 == len(waiting)


@pytest.mark.parametrize(
    ("kind", "media", "says"),
    [
        ("json", "application/json", '"schema_version"'),
        ("md", "text/markdown; charset=utf-8", "# "),
        ("html", "text/html; charset=utf-8", "<!doctype html>"),
        ("chat", "text/plain; charset=utf-8", "P1"),
        ("page", "text/markdown; charset=utf-8", "# "),
        ("terminal", "text/plain; charset=utf-8", "P1"),
    ],
)
def test_the_report_comes_in_every_format_and_language(
    api: TestClient, done: Run, kind: str, media: str, says: str
) -> None:
    """
    JSON holds both languages; the others are what the file formats are.
    """
    answers = [
        api.get(f"{BASE}/{done.id}/report", params={"format": kind, "lang": language})
        for language in ("en", "zh")
    ]

    assert [(200, media)] * 2 == [(a.status_code, a.headers["content-type"]) for a in answers]
    assert all(says in answer.text for answer in answers)
    assert (kind == "json") == (answers[0].text == answers[1].text)


def test_a_report_in_a_browser_is_shut_in(api: TestClient, done: Run) -> None:
    """
    An HTML report has an origin of its own, so that nothing in it could ask the service.
    """
    answer = api.get(f"{BASE}/{done.id}/report", params={"format": "html", "download": "true"})

    assert "sandbox allow-scripts" in answer.headers["content-security-policy"]
    assert "allow-same-origin" not in answer.headers["content-security-policy"]
    assert f'attachment; filename="paicha-{done.id}.html"' == answer.headers["content-disposition"]


def test_there_is_no_report_before_the_end(api: TestClient, desk: Desk) -> None:
    """
    409 says which state it is in.
    """
    run = desk.submit(INCIDENT)

    answer = api.get(f"{BASE}/{run.id}/report")

    assert (409, "service.not_done") == (answer.status_code, error(answer)["code"])
    assert "queued" == error(answer)["facts"]["state"]


@pytest.mark.parametrize("path", ["report", "problems/1/evidence"])
def test_a_case_that_somebody_removed_is_said_without_where_it_was(
    path: str, api: TestClient, desk: Desk, done: Run
) -> None:
    """
    The run is listed as ever; what is asked of its case is answered by what to do, not by a path of the server.
    """
    desk.folders.case(done.id).unlink()

    answer = api.get(f"{BASE}/{done.id}/{path}")

    assert (404, "service.case_gone") == (answer.status_code, error(answer)["code"])
    assert {"id": done.id} == error(answer)["facts"]
    assert "done" == api.get(f"{BASE}/{done.id}").json()["state"]


def test_evidence_comes_in_pages(api: TestClient, done: Run) -> None:
    """
    The pages together are all records of the problem, earliest first, none twice.
    """
    place = f"{BASE}/{done.id}/problems/1/evidence"
    pages, offset = [], 0
    while offset is not None:
        page = api.get(place, params={"limit": 40, "offset": offset}).json()
        pages.append(page)
        offset = page["next"]
    lines = [line for page in pages for line in page["lines"]]

    assert [40, 40, 23] == [len(page["lines"]) for page in pages]
    assert {103} == {page["total"] for page in pages}
    assert len(lines) == len({line["locator"] for line in lines})
    assert lines == sorted(lines, key=lambda line: line["timestamp"])
    assert (
        "investigate.no_problem" == error(api.get(f"{BASE}/{done.id}/problems/99/evidence"))["code"]
    )


def test_a_page_that_begins_behind_nothing_is_refused(api: TestClient, done: Run) -> None:
    """
    Else whoever mistypes `next` is given the first page again, for ever.
    """
    for before in ("xyz", done.id.lower()):
        refused = error(api.get(BASE, params={"before": before}))
        assert "service.invalid" == refused["code"]
        assert "query.before" in refused["what"]
    assert [] == api.get(BASE, params={"before": done.id}).json()["investigations"]
    assert 1 == len(api.get(BASE, params={"before": ""}).json()["investigations"])


def test_events_end_with_the_run(api: TestClient, done: Run) -> None:
    """
    The last state, then the end of the stream.
    """
    stream = api.get(f"{BASE}/{done.id}/events").text

    data = [line.removeprefix("data: ") for line in stream.splitlines() if line.startswith("data")]
    assert "done" == json.loads(data[0])["state"]
    assert "{}" == data[-1]


def test_two_investigations_are_compared(api: TestClient, done: Run) -> None:
    """
    With itself nothing is different.
    """
    answer = api.post("/api/v1/compare", json={"before": done.id, "during": done.id})

    assert 200 == answer.status_code
    side = answer.json()["before"]
    assert side == answer.json()["during"]
    assert 1800 == side["records"]


def test_a_report_is_audited_against_an_investigation(api: TestClient, done: Run) -> None:
    """
    A wrong count is contradicted by the case.
    """
    words = "# Report\n\n| problem | count |\n|---|---|\n| Payment system unavailable | 999 |\n"

    answer = api.post("/api/v1/audits", json={"report": words, "run": done.id})
    page = api.post("/api/v1/audits", json={"report": words}, params={"format": "html"})

    assert 200 == answer.status_code
    assert "999" in answer.text
    assert "contradicted" in answer.text
    assert "text/html; charset=utf-8" == page.headers["content-type"]


def test_sources_say_nothing_of_where_they_are(api: TestClient) -> None:
    """
    Names and kinds only.
    """
    answer = api.get("/api/v1/sources")

    assert [{"name": "app", "type": "files", "reads": "logs"}] == answer.json()["sources"][:1]
    assert "scenario" not in answer.text


def test_a_run_is_cancelled_then_forgotten(api: TestClient) -> None:
    """
    In this order only.
    """
    run = api.post(BASE, json=ASKING).json()["id"]

    early = api.delete(f"{BASE}/{run}")
    cancelled = api.post(f"{BASE}/{run}/cancel")
    again = api.post(f"{BASE}/{run}/cancel")
    gone = api.delete(f"{BASE}/{run}")

    assert [409, 202, 409, 204] == [a.status_code for a in (early, cancelled, again, gone)]
    assert "local" in cancelled.json()["reason"]["en"]
    assert 404 == api.get(f"{BASE}/{run}").status_code


def test_a_note_stands_with_the_run(api: TestClient, done: Run) -> None:
    """
    Whoever wrote it is named.
    """
    answer = api.post(f"{BASE}/{done.id}/notes", json={"text": "Rolled back."})

    assert 201 == answer.status_code
    assert ["local: Rolled back."] == [note["text"]["en"] for note in answer.json()["notes"]]


def test_what_is_not_there_is_said(api: TestClient, desk: Desk) -> None:
    """
    404 and 405 have words, too.
    """
    missing, wrong = api.get("/api/v2"), api.put(BASE)

    assert (404, "service.no_route") == (missing.status_code, error(missing)["code"])
    assert (405, "service.no_method") == (wrong.status_code, error(wrong)["code"])
    assert 404 == api.get(f"{BASE}/{new_id(desk.clock())}/report").status_code


def test_a_parameter_that_nothing_reads_is_refused(api: TestClient, done: Run) -> None:
    """
    `stat=queued` listed every run, as if all of them were queued; who probes or scrapes may add what it likes.
    """
    wrong = api.get(BASE, params={"stat": "queued", "limit": 2})
    page = api.get(f"{BASE}/{done.id}/problems/1/evidence", params={"size": 5, "lang": "zh"})

    assert 422 == wrong.status_code
    assert "query.stat: there is no such field" in error(wrong)["what"]
    assert "query.size" in error(page)["what"]
    assert 200 == api.get("/healthz", params={"probe": "1"}).status_code


def test_it_says_whether_it_can_work(api: TestClient, desk: Desk) -> None:
    """
    Alive is not ready: here nothing is carried out.
    """
    alive, ready = api.get("/healthz"), api.get("/readyz")

    assert (200, {"status": "ok"}) == (alive.status_code, alive.json())
    assert (503, "service.not_ready") == (ready.status_code, error(ready)["code"])


def test_it_is_not_ready_where_no_case_can_be_written(api: TestClient, desk: Desk) -> None:
    """
    On a full disk, or without its folder, every run would fail.
    """
    desk.start()
    before = api.get("/readyz")

    desk.folders = Folders(desk.folders.root / "gone")
    after = api.get("/readyz")

    assert 200 == before.status_code
    assert (503, "ledger.unwritable") == (after.status_code, error(after)["code"])


def test_metrics_count_answers_and_runs(api: TestClient, desk: Desk) -> None:
    """
    Every line is one of Prometheus' text format.
    """
    desk.submit(INCIDENT)
    api.get(f"{BASE}/{'0' * 26}")

    lines = api.get("/metrics").text.splitlines()

    assert 'paicha_runs{state="queued"} 1' in lines
    route = 'route="/api/v1/investigations/{run_id}"'
    assert f'paicha_http_requests_total{{method="GET",{route},status="404"}} 1' in lines
    assert all(line.startswith("#") or len(line.rsplit(" ", 1)) == 2 for line in lines)


def test_figures_begin_at_nothing(desk: Desk) -> None:
    """
    A counter that appears with its first event has no rate then, and an alert on it stays silent.
    """
    with TestClient(create_app(desk), "http://localhost") as client:
        lines = client.get("/metrics").text.splitlines()

    for state in ("done", "failed", "cancelled"):
        assert f'paicha_run_seconds_count{{state="{state}"}} 0' in lines
        assert f'paicha_runs_ended_total{{state="{state}",trigger="webhook"}} 0' in lines


@pytest.mark.parametrize(
    "path",
    ["/", "/healthz", "/metrics", BASE, f"{BASE}/ID", f"{BASE}/ID/report?format=html", f"{BASE}/ID/events", "/runs/ID", "/runs/nobody"],
)  # fmt: skip
def test_the_head_of_an_answer_may_be_asked_for(api: TestClient, done: Run, path: str) -> None:
    """
    Who probes a page asks for its head; 405 looked as if the service were broken.
    """
    path = path.replace("ID", done.id)
    whole, head = api.get(path, follow_redirects=False), api.head(path, follow_redirects=False)

    assert whole.status_code == head.status_code
    assert whole.headers["content-type"] == head.headers["content-type"]
    assert b"" == head.content


def test_what_may_be_asked_is_named_with_its_head(api: TestClient) -> None:
    """Where another method is refused, the answer says which are not."""
    assert "GET, HEAD" == api.put("/healthz").headers["allow"]
