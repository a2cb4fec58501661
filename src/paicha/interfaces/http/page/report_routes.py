"""One run: its progress, its report, its problems with their lines, and what can be done with it."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Literal
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from fastapi import APIRouter
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, Response, StreamingResponse

from paicha.errors import PaichaError, RunMissing
from paicha.facade import Investigation
from paicha.interfaces.http.page import problem_view, report_view
from paicha.interfaces.http.page.drawing import draw
from paicha.interfaces.http.page.forms import StartForm, again
from paicha.interfaces.http.page.reading import Filter
from paicha.interfaces.http.page.runs import (
    address_of,
    asked_of,
    facts_of,
    name_of,
    told,
    window_of,
)
from paicha.interfaces.http.page.shell import (
    House,
    Sent,
    Shell,
    acting,
    lines_of,
    page,
    refusal_of,
    sent_back,
    shell_of,
)
from paicha.model.service import Run

#: Media type of each download.
DOWNLOADS: dict[Literal["md", "html", "json"], str] = {
    "md": "text/markdown; charset=utf-8",
    "html": "text/html; charset=utf-8",
    "json": "application/json",
}
#: The same as they are offered.
KINDS = (("Markdown", "md"), ("HTML", "html"), ("JSON", "json"))
#: How often a followed run is looked at [s], and how long at most one stream lasts [s].
_EVERY_S, _LONGEST_S = 0.5, 600.0
#: A sign of life for proxies that close what is silent [looks].
_SIGN_OF_LIFE = 20


def add_run(routes: APIRouter, house: House) -> None:
    """Add the page of a run and what it does."""

    @routes.get("/runs/{run_id}")
    def run_page(request: Request, run_id: str) -> Response:
        """Return the report of a run that is done, else how far it is."""
        shell = shell_of(house, request, "history")
        run = house.desk.get(run_id)
        if run.state == "done":
            typed = request.query_params
            refused = typed.keys() >= {"start", "end"}
            err = _refusal(shell, run, typed["start"], typed["end"]) if refused else None
            return _report(shell, request, run, err)
        return _running(shell, run)

    @routes.get("/runs/{run_id}/progress")
    def progress(request: Request, run_id: str) -> Response:
        """Return how far a run is, for the page's script."""
        shell = shell_of(house, request)
        return JSONResponse(told(house.desk.get(run_id), shell.words))

    @routes.get("/runs/{run_id}/events")
    async def events(request: Request, run_id: str) -> Response:
        """Return how far a run is, again and again, as server-sent events."""
        shell = await run_in_threadpool(shell_of, house, request)
        run = await run_in_threadpool(house.desk.get, run_id)
        stream = _events(shell, run, request)
        return StreamingResponse(
            stream, media_type="text/event-stream", headers={"x-accel-buffering": "no"}
        )


def add_acts(routes: APIRouter, house: House) -> None:
    """Add what can be done with a run."""

    @routes.post("/runs/{run_id}/cancel")
    def cancel(request: Request, run_id: str, form: Sent) -> Response:
        """Cancel a run; one that is over by now shows what it came to."""
        shell = acting(house, request, form)
        if not house.desk.get(run_id).over:
            house.desk.cancel(run_id, shell.who)
        return sent_back(f"/runs/{run_id}")

    @routes.post("/runs/{run_id}/delete")
    def delete(request: Request, run_id: str, form: Sent) -> Response:
        """Delete a run with its case."""
        acting(house, request, form)
        house.desk.delete(run_id)
        return sent_back("/runs")

    @routes.post("/runs/{run_id}/retry")
    def retry(request: Request, run_id: str, form: Sent) -> Response:
        """Ask the same again, about the same stretch."""
        shell = acting(house, request, form)
        run = house.desk.get(run_id)
        if run.window is None:
            return sent_back("/")
        ends = run.window.start.isoformat(), run.window.end.isoformat()
        asked = again(run.request, *ends, run.request.zone, shell.who)
        return sent_back(address_of(house.desk.submit(asked)))

    @routes.post("/runs/{run_id}/again")
    def stretch(request: Request, run_id: str, form: Sent) -> Response:
        """Ask the same about a marked stretch."""
        shell = acting(house, request, form)
        run = house.desk.get(run_id)
        start, end = form.one("start"), form.one("end")
        if run.state == "done" and _refusal(shell, run, start, end):
            return sent_back(f"{address_of(run)}?{urlencode({'start': start, 'end': end})}")
        asked = again(run.request, start, end, run.request.zone or house.zone, shell.who)
        return sent_back(address_of(house.desk.submit(asked)))


def add_reading(routes: APIRouter, house: House) -> None:
    """Add the page of a problem, the lines around a line, and the downloads."""

    @routes.get("/runs/{run_id}/problems/{problem}")
    def problem_page(request: Request, run_id: str, problem: str) -> Response:
        """Return a problem: its curve with its metric, its lines by page, and its details."""
        shell = shell_of(house, request, "history")
        run = house.desk.get(run_id)
        found = house.desk.investigation(run_id)
        asked = {name: value[:200] for name, value in request.query_params.items()}
        return page(
            "problem.html.j2",
            shell,
            **problem_view.problem_values(found, problem, asked, shell.words, address_of(run)),
            name=name_of(run),
            brush=brush_of(shell, run),
        )

    @routes.get("/runs/{run_id}/context")
    def context(request: Request, run_id: str) -> Response:
        """Return the lines around one; alone where the page's script asks."""
        shell = shell_of(house, request, "history")
        run = house.desk.get(run_id)
        found = house.desk.investigation(run_id)
        values = problem_view.around_values(
            found, dict(request.query_params), shell.words, address_of(run)
        )
        if request.headers.get("x-part") == "around":
            return Response(draw("around.html.j2", shell.words, **values), media_type="text/html")
        return page("context.html.j2", shell, **values, name=name_of(run))

    @routes.get("/runs/{run_id}/report.{kind}")
    def download(request: Request, run_id: str, kind: str) -> Response:
        """Return the report as a file, in the reader's language."""
        shell = shell_of(house, request)
        for known, media in DOWNLOADS.items():
            if kind == known:
                body = house.desk.investigation(run_id).render(known, shell.words.language)
                return Response(body, media_type=media, headers=attached(f"paicha-{run_id}.{kind}"))
        raise RunMissing("page.no_download", kind=kind)

    @routes.get("/runs/{run_id}/case")
    def case(request: Request, run_id: str) -> Response:
        """Return the case file."""
        shell_of(house, request)
        name = f"paicha-{run_id}.case.duckdb"
        return FileResponse(house.desk.case_path(run_id), filename=name)


def _refusal(shell: Shell, run: Run, start: str, end: str) -> PaichaError | None:
    """Return why *run* cannot be asked for again about another stretch; None: it can."""
    desk, zone = shell.house.desk, run.request.zone or shell.house.zone
    return refusal_of(lambda: desk.check(again(run.request, start, end, zone, shell.who)))


def brush_of(shell: Shell, run: Run) -> dict[str, str] | None:
    """Return where a marked stretch is sent to; None: the reader may not."""
    if not shell.may_run:
        return None
    return {"action": f"{address_of(run)}/again", "csrf": shell.csrf}


def attached(name: str) -> dict[str, str]:
    """Return the header that makes an answer a file of that name."""
    # A report opened in the browser would be under the page's policy, which knows no inline style.
    return {"content-disposition": f'attachment; filename="{name}"'}


def _report(shell: Shell, request: Request, run: Run, err: PaichaError | None = None) -> Response:
    words, address = shell.words, address_of(run)
    found: Investigation = shell.house.desk.investigation(run.id)
    asked = {name: value[:200] for name, value in request.query_params.items()}
    wanted = Filter(
        text=asked.get("q", ""),
        priority=asked.get("priority", ""),
        module=asked.get("module", ""),
        host=asked.get("host", ""),
    )
    values = report_view.report_values(found, words, address, wanted, asked.get("metric", ""))
    return page(
        "report.html.j2",
        shell,
        err.http_status if err else 200,
        **values,
        name=run.request.title,
        asked=asked_of(run, words),
        notes=[f"{words.moment(note.at)} · {words.read(note.text)}" for note in run.notes],
        brush=brush_of(shell, run),
        acts=_acts(shell, run),
        trouble_lines=lines_of(err, words),
    )


def _acts(shell: Shell, run: Run) -> dict[str, object]:
    say, address = shell.words.say, address_of(run)
    return {
        "markdown": f"{address}/report.md",
        "downloads": [
            *((kind, f"{address}/report.{name}") for kind, name in KINDS),
            (say("acts.case"), f"{address}/case"),
        ],
        "links": [
            *([(say("acts.change"), _changed(shell, run))] if shell.may_run else []),
            (say("acts.compare"), f"/compare?{urlencode({'run': run.id})}"),
            (say("acts.audit"), f"/audit?{urlencode({'run': run.id})}"),
        ],
        "delete": f"{address}/delete",
    }


def _changed(shell: Shell, run: Run) -> str:
    """Return where the form stands as it was filled in for *run*."""
    zone = ZoneInfo(run.request.zone or shell.house.zone)
    start, end = run.request.start, run.request.end
    if run.window is not None:
        ends = run.window.start.astimezone(zone), run.window.end.astimezone(zone)
        start, end = (at.replace(tzinfo=None).isoformat(" ") for at in ends)
    return f"/?{StartForm.asked(run.request, start, end).query()}"


def _running(shell: Shell, run: Run) -> Response:
    words = shell.words
    state = told(run, words)
    return page(
        "running.html.j2",
        shell,
        run=run,
        address=address_of(run),
        change=_changed(shell, run),
        name=name_of(run),
        window=window_of(run, words),
        asked=asked_of(run, words),
        stage="" if run.over else state["stage"],
        done=state["done"],
        total=state["total"],
        reason=words.fields(words.read(run.reason)).split("\n") if run.reason else (),
        notes=[f"{words.moment(note.at)} · {words.read(note.text)}" for note in run.notes],
        facts=facts_of(run, words),
    )


async def _events(shell: Shell, run: Run, request: Request) -> AsyncIterator[bytes]:
    said, silent = "", 0
    for _ in range(int(_LONGEST_S / _EVERY_S)):
        news = json.dumps(told(run, shell.words), ensure_ascii=False)
        silent += 1
        if news != said:
            said, silent = news, 0
            yield f"event: progress\ndata: {news}\n\n".encode()
        elif silent % _SIGN_OF_LIFE == 0:
            yield f"event: progress\ndata: {news}\n\n".encode()
        if run.over or request.app.state.closing or await request.is_disconnected():
            return  # a browser asks again, and finds the service or its successor
        await asyncio.sleep(_EVERY_S)
        try:
            run = await run_in_threadpool(shell.house.desk.get, run.id)
        except PaichaError:
            return  # deleted meanwhile: the browser asks again and is told
