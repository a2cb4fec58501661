"""Comparing two runs, and auditing a report of others."""

from __future__ import annotations

from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Depends
from starlette.requests import Request
from starlette.responses import Response

from paicha.app.audit import told
from paicha.app.report import told_comparison
from paicha.errors import PaichaError, QuestionError
from paicha.interfaces.http.page.forms import Form
from paicha.interfaces.http.page.runs import rows_of
from paicha.interfaces.http.page.shell import (
    House,
    Shell,
    acting,
    lines_of,
    page,
    sent,
    shell_of,
)

#: Finished runs offered for a choice, latest first; any other is reached from its own page.
_OFFERED = 100
#: A pasted report is no longer than this [characters].
LONGEST_TEXT = 1_000_000
Sent = Annotated[Form, Depends(sent)]


def add_tools(routes: APIRouter, house: House) -> None:
    """Add the comparison and the audit."""

    @routes.get("/compare")
    def compare(request: Request) -> Response:
        """Return the comparison of two runs, the earlier first; a choice where two are not named."""
        shell = shell_of(house, request, "compare")
        chosen = request.query_params.getlist("run")[:3]
        if len(chosen) != 2 or chosen[0] == chosen[1]:
            return _choice(shell, chosen)
        return _compared(shell, chosen, ordered="swap" not in request.query_params)

    @routes.get("/audit")
    def audit_form(request: Request, run: str = "") -> Response:
        """Return the form for a report."""
        shell = shell_of(house, request, "audit")
        return _audit_form(shell, "", run[:26])

    @routes.post("/audit")
    def audit(request: Request, form: Sent) -> Response:
        """Return a report with what is to be said about it."""
        shell = acting(house, request, form, "read")
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
        trouble_lines=lines_of(err, words) if err else (),
    )


def _compared(shell: Shell, chosen: list[str], *, ordered: bool) -> Response:
    desk, words = shell.house.desk, shell.words
    runs = [desk.get(run_id) for run_id in chosen]
    if ordered:
        runs.sort(key=lambda run: (run.window.start if run.window else run.created, run.id))
    before, during = rows_of(runs, words)
    compared = desk.compare(before.run.id, during.run.id, words.language)
    report = told_comparison(compared.found, words.language)
    swapped = urlencode({"run": [during.run.id, before.run.id], "swap": "1"}, doseq=True)
    return page(
        "report.html.j2",
        shell,
        report=report,
        labels=dict(report.labels),
        name="",
        asked=f"{words.say('compare.before')}: {before.name} · {words.say('compare.during')}: {during.name}",
        notes=(),
        course=None,
        acts={
            "markdown": "",
            "downloads": (),
            "links": [
                (words.say("compare.swap"), f"/compare?{swapped}"),
                (before.name, before.address),
                (during.name, during.address),
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
        trouble_lines=lines_of(err, shell.words) if err else (),
    )


def _audited(shell: Shell, text: str, run: str) -> Response:
    words = shell.words
    audited = shell.house.desk.audit(text, run)
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
