"""The tools: arguments in, one structured answer and its text out, errors as words an agent can act on."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Annotated, TypeVar

import anyio
from anyio.to_thread import run_sync
from mcp.server.mcpserver import Context
from mcp_types import CallToolResult, TextContent
from pydantic import BaseModel

from paicha.composition.option_names import renamed
from paicha.errors import PaichaError, UsageError
from paicha.facade import Asked
from paicha.interfaces.mcp import answers, asking, speech
from paicha.interfaces.mcp.comparing import comparison_to_come
from paicha.interfaces.mcp.desk import Aliases, Desk
from paicha.interfaces.mcp.runs import Run
from paicha.interfaces.mcp.sides import refuse_contradiction
from paicha.interfaces.mcp.spoken import said
from paicha.interfaces.mcp.telling import Slice
from paicha.locales import Language
from paicha.model.question import Scope
from paicha.renderers.visible import visible
from paicha.service.refusal import refused
from paicha.values import dataclass

Answer = TypeVar("Answer", bound=BaseModel)
#: How often a waiting call looks whether something happened [s].
_PACE_S = 0.1
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Stretch:
    """A window as it was asked for; "" stands for what is usual."""

    start: str
    end: str
    last: str
    baseline: str
    zone: str

    def asked(
        self,
        sources: Sequence[str],
        hosts: Sequence[str],
        services: Sequence[str],
        where: str,
        language: Language,
    ) -> Asked:
        """Return the question about what was logged in it."""
        return Asked(
            sources=tuple(sources),
            start=self.start or None,
            end=self.end or None,
            last=self.last or None,
            hosts=tuple(hosts),
            services=tuple(services),
            where=where,
            baseline=self.baseline or None,
            zone=self.zone,
            language=language,
        )


@dataclass(frozen=True, slots=True)
class Tools:
    """
    One method a tool; its name and its arguments are the tool's.

    Args:
        desk: Does the work.
    """

    desk: Desk

    async def list_sources(
        self, language: asking.Lang = None
    ) -> Annotated[CallToolResult, answers.SourcesAnswer]:
        """Return what may be read."""
        spoken = language or self.desk.language
        return await _told(lambda: self.desk.sources(spoken), speech.sources_text, spoken)

    async def investigate_window(
        self,
        ctx: Context,
        *,
        start: asking.Start = "",
        end: asking.End = "",
        last: asking.Last = "",
        sources: asking.Sources = [],  # noqa: B006 - the SDK copies defaults into each call's model
        metrics: asking.Metrics = None,
        files: asking.Files = [],  # noqa: B006
        metric_files: asking.MetricFiles = [],  # noqa: B006
        hosts: asking.Hosts = [],  # noqa: B006
        services: asking.Services = [],  # noqa: B006
        where: asking.Where = "",
        biz: asking.Business = None,
        index_set: asking.IndexSet = None,
        baseline: asking.Baseline = "",
        zone: asking.Zone = "",
        language: asking.Lang = None,
        max_records: asking.MaxRecords = None,
        wait_seconds: asking.Wait = asking.USUAL_WAIT_S,
    ) -> Annotated[CallToolResult, answers.InvestigationAnswer]:
        """Return the headline of a new investigation, or that it is running."""
        spoken = language or self.desk.language
        stretch = Stretch(start, end, last, baseline, zone)
        asked = replace(
            stretch.asked(sources, hosts, services, where, spoken),
            biz=biz,
            index_set=index_set,
            max_records=max_records,
        )
        try:
            run = await run_sync(self.desk.start, asked, files, metrics, metric_files)
        except PaichaError as err:
            return refusal(err, spoken)
        await self._follow(run, wait_seconds, ctx)
        return await _told(
            lambda: self.desk.state(run, spoken), speech.investigation_text, spoken, failed=run
        )

    async def get_investigation(
        self,
        ctx: Context,
        *,
        id: asking.Id,  # noqa: A002 - the argument's name on the wire
        wait_seconds: asking.Wait = 0.0,
        language: asking.Lang = None,
    ) -> Annotated[CallToolResult, answers.InvestigationAnswer]:
        """Return how far an investigation is, or its headline."""
        spoken = language or self.desk.language
        try:
            run = await run_sync(self.desk.runs.find, id)
        except PaichaError as err:
            return refusal(err, spoken)
        await _watch(run, wait_seconds, ctx)
        return await _told(lambda: self.desk.state(run, spoken), speech.investigation_text, spoken)

    async def stop_investigation(
        self,
        *,
        id: asking.Id,  # noqa: A002
        language: asking.Lang = None,
    ) -> Annotated[CallToolResult, answers.EndedAnswer]:
        """Return what became of an investigation that was told to end."""
        spoken = language or self.desk.language
        return await _told(lambda: self.desk.stop(id), speech.ended_text, spoken)

    async def list_problems(
        self,
        *,
        id: asking.Id,  # noqa: A002
        priority: asking.PriorityChoice = None,
        offset: asking.Offset = 0,
        limit: asking.Limit = asking.USUAL_ROWS,
        language: asking.Lang = None,
    ) -> Annotated[CallToolResult, answers.ProblemsAnswer]:
        """Return a page of ranked problems."""
        wanted = self._wanted(offset, limit, language)
        return await _told(
            lambda: self.desk.problems(id, priority, wanted), speech.problems_text, wanted.language
        )

    async def get_problem_evidence(
        self,
        *,
        id: asking.Id,  # noqa: A002
        problem: asking.ProblemName,
        offset: asking.Offset = 0,
        limit: asking.Limit = asking.USUAL_ROWS,
        language: asking.Lang = None,
    ) -> Annotated[CallToolResult, answers.EvidenceAnswer]:
        """Return a problem in detail and a page of its lines."""
        wanted = self._wanted(offset, limit, language)
        return await _told(
            lambda: self.desk.evidence(id, str(problem), wanted),
            speech.evidence_text,
            wanted.language,
        )

    async def check_claims(
        self,
        *,
        id: asking.Id,  # noqa: A002
        verdict: asking.VerdictChoice = None,
        offset: asking.Offset = 0,
        limit: asking.Limit = asking.USUAL_ROWS,
        language: asking.Lang = None,
    ) -> Annotated[CallToolResult, answers.ClaimsAnswer]:
        """Return a page of claims with what the metrics say."""
        wanted = self._wanted(offset, limit, language)
        return await _told(
            lambda: self.desk.claims(id, verdict, wanted), speech.claims_text, wanted.language
        )

    async def compare_windows(
        self,
        ctx: Context,
        *,
        before_id: asking.BeforeId = "",
        during_id: asking.DuringId = "",
        start: asking.Start = "",
        end: asking.End = "",
        last: asking.Last = "",
        baseline: asking.Baseline = "previous",
        sources: asking.Sources = [],  # noqa: B006
        files: asking.Files = [],  # noqa: B006
        hosts: asking.Hosts = [],  # noqa: B006
        services: asking.Services = [],  # noqa: B006
        where: asking.Where = "",
        zone: asking.Zone = "",
        offset: asking.Offset = 0,
        limit: asking.Limit = asking.USUAL_ROWS,
        wait_seconds: asking.Wait = asking.USUAL_WAIT_S,
        language: asking.Lang = None,
    ) -> Annotated[CallToolResult, answers.ComparisonAnswer]:
        """Return what is new, gone, louder or quieter."""
        wanted = self._wanted(offset, limit, language)
        stretch = Stretch(start, end, last, baseline, zone)
        asked = stretch.asked(sources, hosts, services, where, wanted.language)
        try:
            refuse_contradiction(before_id, during_id, asked, files)
        except PaichaError as err:
            return refusal(err, wanted.language)
        if before_id and during_id:
            return await _told(
                lambda: self.desk.compare_cases(before_id, during_id, wanted),
                speech.comparison_text,
                wanted.language,
            )
        if during_id:
            return await self._against_baseline(during_id, wanted)
        try:
            run = await run_sync(self._start_comparison, asked, files)
        except PaichaError as err:
            return refusal(err, wanted.language)
        await self._follow(run, wait_seconds, ctx)
        if run.state == "done":
            return await self._against_baseline(run.id, wanted)
        return await _told(
            lambda: comparison_to_come(run, wanted.language),
            speech.comparison_text,
            wanted.language,
            failed=run,
        )

    async def _against_baseline(self, run_id: str, wanted: Slice) -> CallToolResult:
        return await _told(
            lambda: self.desk.compare_baseline(run_id, wanted),
            speech.comparison_text,
            wanted.language,
        )

    async def verify_aliases(
        self,
        *,
        source: asking.Source = "",
        index_set: asking.IndexSet = None,
        biz: asking.Business = None,
        start: asking.Start = "",
        end: asking.End = "",
        last: asking.Last = "",
        zone: asking.Zone = "",
        max_records: asking.MaxRecords = None,
        offset: asking.Offset = 0,
        limit: asking.Limit = asking.MOST_ROWS,
        language: asking.Lang = None,
    ) -> Annotated[CallToolResult, answers.AliasesAnswer]:
        """Return whether the aliases of an index set hold."""
        wanted = self._wanted(offset, limit, language)
        asked = Aliases(source, Scope(biz, index_set), start, end, last, zone, max_records)
        return await _told(
            lambda: self.desk.aliases(asked, wanted),
            speech.aliases_text,
            wanted.language,
        )

    async def audit_report(
        self,
        *,
        report: asking.ReportText,
        id: asking.AgainstId = "",  # noqa: A002
        name: asking.ReportName = "",
        everything: asking.Everything = False,
        offset: asking.Offset = 0,
        limit: asking.Limit = asking.USUAL_ROWS,
        language: asking.Lang = None,
    ) -> Annotated[CallToolResult, answers.AuditAnswer]:
        """Return what is wrong with a written report."""
        wanted = self._wanted(offset, limit, language)
        return await _told(
            lambda: self.desk.audit(report, name, id, wanted, everything=everything),
            speech.audit_text,
            wanted.language,
        )

    def _wanted(self, offset: int, limit: int, language: Language | None) -> Slice:
        return Slice(offset, limit, language or self.desk.language)

    def _start_comparison(self, asked: Asked, files: list[str]) -> Run:
        if not (asked.start or asked.last):
            raise UsageError("mcp.nothing_to_compare")
        return self.desk.start(asked, files, ["none"], [])

    async def _follow(self, run: Run, seconds: float, ctx: Context) -> None:
        """Wait for a run that this call started; whoever cancels the call stops the run."""
        try:
            await _watch(run, seconds, ctx)
        except anyio.get_cancelled_exc_class():
            with anyio.CancelScope(shield=True):
                await run_sync(self.desk.runs.stop, run)
            raise


async def _watch(run: Run, seconds: float, ctx: Context) -> None:
    """Report progress until the run ended or so many seconds went by."""
    heard = 0
    with anyio.move_on_after(seconds):
        while not run.ended.is_set() and run.state == "running":
            if run.steps != heard:
                heard = run.steps
                # Progress must rise, and counts begin anew with each stage: what rises is how often
                # it was heard of; the counts are in the message.
                told = run.progress
                of = "" if told.total is None else f"/{told.total:,}"
                await ctx.report_progress(heard, None, visible(f"{told.stage} {told.done:,}{of}"))
            await anyio.sleep(_PACE_S)


async def _told(
    make: Callable[[], Answer],
    tell: Callable[[Answer, Language], str],
    language: Language,
    failed: Run | None = None,
) -> CallToolResult:
    """
    Return an answer made in a thread, with its text; an error of ours becomes a refusal.

    Args:
        make: Makes the answer.
        tell: Makes its text.
        language: Of both.
        failed: The run that this call started: when it failed, so did the call.
    """
    if failed is not None and failed.state == "failed" and failed.reason is not None:
        return _error(failed.reason.in_language(language))
    try:
        answer = await run_sync(make)
    except PaichaError as err:
        return refusal(err, language)
    return CallToolResult(
        content=[TextContent(type="text", text=tell(answer, language))],
        structured_content=answer.model_dump(mode="json"),
    )


def refusal(err: PaichaError, language: Language) -> CallToolResult:
    """Return an error as a tool's answer: what happened, the facts, what to try."""
    _log.info("refused: %s", err.code)
    return _error(refused(err).in_language(language))


def unexpected(tool: str, err: BaseException, language: Language) -> CallToolResult:
    """Return what an agent hears of an error nobody foresaw: its kind, and nothing of its text."""
    return _error(said("say.unexpected", language, tool=tool, kind=type(err).__name__))


def _error(words: str) -> CallToolResult:
    text = visible(renamed(words), lines=True)
    return CallToolResult(content=[TextContent(type="text", text=text)], is_error=True)
