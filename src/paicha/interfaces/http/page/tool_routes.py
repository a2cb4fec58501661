"""Comparing two runs, and auditing a report of others."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from urllib.parse import urlencode

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from paicha.app.audit import told
from paicha.app.report import told_comparison
from paicha.comparisons import Compared
from paicha.errors import PaichaError, QuestionError, RunMissing
from paicha.interfaces.http.page.report_routes import DOWNLOADS, KINDS, attached
from paicha.interfaces.http.page.runs import name_of, rows_of
from paicha.interfaces.http.page.shell import (
    House,
    Sent,
    Shell,
    acting,
    lines_of,
    page,
    shell_of,
)
from paicha.locales import pair
from paicha.model.service import Run

#: Finished runs offered for a choice, latest first; any other is reached from its own page.
_OFFERED = 100
#: A pasted report is no longer than this [characters].
LONGEST_TEXT = 1_000_000


def add_tools(routes: APIRouter, house: House) -> None:
    """Add the comparison and the audit."""

    @routes.get("/compare")
    def compare(request: Request) -> Response:
        """Return the comparison of two runs, the earlier first; a choice where two are not named."""
        shell = shell_of(house, request, "compare")
        chosen = request.query_params.getlist("run")[:3]
        if len(chosen) != 2 or chosen[0] == chosen[1]:
            return _choice(shell, chosen)
        return _compared(shell, *_sides(shell, chosen, request))

    @routes.get("/compare.{kind}")
    def download(request: Request, kind: str) -> Response:
        """Return the comparison of two runs as a file."""
        shell = shell_of(house, request)
        chosen = request.query_params.getlist("run")[:3]
        if len(chosen) != 2:
            raise QuestionError("page.two_runs")
        for known, media in DOWNLOADS.items():
            if kind == known:
                compared = _named(shell, *_sides(shell, chosen, request))
                name = f"paicha-{'-'.join(chosen)}.{kind}"
                body = compared.render(known, shell.words.language)
                return Response(body, media_type=media, headers=attached(name))
        raise RunMissing("page.no_download", kind=kind)

    @routes.get("/audit")
    def audit_form(request: Request, run: str = "") -> Response:
        """Return the form for a report."""
        shell = shell_of(house, request, "audit")
        return _audit_form(shell, "", run[:26])

    @routes.post("/audit")
    def audit(request: Request, form: Sent) -> Response:
        """Return a report with what is to be said about it."""
        shell = acting(house, request, form, "read", "audit")
        text = next(iter(form.fields.get("text", ())), "")
        run = form.one("run")
        try:
            if not text.strip():
                raise QuestionError("page.no_text")
            if len(text) > LONGEST_TEXT:
                raise QuestionError("page.too_long", field="text", most=LONGEST_TEXT)
            return _audited(shell, text, run)
        except PaichaError as err:
            return _audit_form(shell, text[:LONGEST_TEXT], run, err)


def _choice(shell: Shell, chosen: list[str]) -> Response:
    desk, words = shell.house.desk, shell.words
    runs = list(desk.search("", "done", "", _OFFERED))
    if len(chosen) == 1 and chosen[0] not in [run.id for run in runs]:
        runs.insert(0, desk.get(chosen[0]))
    err = QuestionError("page.two_runs") if len(chosen) > 1 else None
    return page(
        "choose.html.j2",
        shell,
        400 if err else 200,
        runs=rows_of(runs, words),
        chosen=chosen[0] if len(chosen) == 1 else "",
        trouble_lines=lines_of(err, words),
    )


def _sides(shell: Shell, chosen: list[str], request: Request) -> tuple[Run, Run]:
    """Return two runs, the one with the earlier window first; as they are named with ``swap``."""
    first, second = (shell.house.desk.get(run_id) for run_id in chosen)
    if "swap" not in request.query_params and _when(second) < _when(first):
        first, second = second, first
    return first, second


def _when(run: Run) -> tuple[datetime, str]:
    return run.window.start if run.window else run.created, run.id


def _named(shell: Shell, first: Run, second: Run) -> Compared:
    """Return the comparison, its sides called as the runs are: their files are all called the same."""
    compared = shell.house.desk.compare(first.id, second.id, shell.words.language)
    found = replace(
        compared.found,
        before=replace(compared.found.before, name=name_of(first)),
        during=replace(compared.found.during, name=name_of(second)),
    )
    return replace(compared, found=found)


def _compared(shell: Shell, first: Run, second: Run) -> Response:
    words = shell.words
    report = told_comparison(_named(shell, first, second).found, words.language)
    before, during = rows_of((first, second), words)
    asked = urlencode({"run": [first.id, second.id], "swap": "1"}, doseq=True)
    swapped = urlencode({"run": [second.id, first.id], "swap": "1"}, doseq=True)
    return page(
        "report.html.j2",
        shell,
        report=report,
        labels=dict(report.labels),
        name="",
        asked="",
        notes=(),
        course=None,
        acts={
            "markdown": f"/compare.md?{asked}",
            "downloads": [(title, f"/compare.{kind}?{asked}") for title, kind in KINDS],
            "links": [
                (words.say("compare.swap"), f"/compare?{swapped}"),
                (pair(words.say("compare.before"), before.name, words.language), before.address),
                (pair(words.say("compare.during"), during.name, words.language), during.address),
            ],
            "delete": "",
        },
    )


def _audit_form(shell: Shell, text: str, chosen: str, err: PaichaError | None = None) -> Response:
    runs = rows_of(shell.house.desk.search("", "done", "", _OFFERED), shell.words)
    return page(
        "audit.html.j2",
        shell,
        err.http_status if err else 200,
        text=text,
        chosen=chosen,
        runs=runs,
        trouble_lines=lines_of(err, shell.words),
    )


def _audited(shell: Shell, text: str, run: str) -> Response:
    words = shell.words
    audited = shell.house.desk.audit(text, run, words.say("audit.pasted"))
    report = told(audited.found, audited.text, words.language, annotated=True)
    links = [(words.say("audit.again"), "/audit" + (f"?{urlencode({'run': run})}" if run else ""))]
    return page(
        "report.html.j2",
        shell,
        report=report,
        labels=dict(report.labels),
        name="",
        asked="",
        notes=(),
        course=None,
        acts={"markdown": "", "downloads": (), "links": links, "delete": ""},
    )
