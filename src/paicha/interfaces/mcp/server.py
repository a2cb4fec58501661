"""The tools, resources and the prompt in the hands of the official SDK."""

from __future__ import annotations

import json
import logging
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager
from typing import Annotated, Any

from anyio.to_thread import run_sync
from mcp.server.lowlevel.helper_types import ReadResourceContents
from mcp.server.mcpserver import Context, MCPServer
from mcp.server.mcpserver.exceptions import (
    ResourceError,
    ResourceNotFoundError,
    ToolError,
    UnexpectedToolError,
)
from mcp.server.mcpserver.prompts.base import Prompt
from mcp.server.mcpserver.tools import Tool
from mcp_types import CallToolResult, InputRequiredResult, TextContent, ToolAnnotations
from pydantic import AnyUrl, Field, ValidationError

from paicha.errors import CaseError, Forbidden, PaichaError
from paicha.interfaces.mcp import schemas
from paicha.interfaces.mcp.callers import (
    ANSWERED,
    FAILED,
    FORBIDDEN,
    GONE,
    NOBODY,
    REFUSED,
    Caller,
    CallLog,
    role_for,
    status_of,
    subject_of,
)
from paicha.interfaces.mcp.desk import Desk
from paicha.interfaces.mcp.spoken import both, said, title
from paicha.interfaces.mcp.tools import Tools, refusal, unexpected
from paicha.interfaces.mcp.wording import MARK
from paicha.interfaces.mistakes import told_mistake
from paicha.locales import Language, message
from paicha.renderers.visible import visible
from paicha.service.refusal import refused
from paicha.version import __version__

_log = logging.getLogger(__name__)
#: Tools that ask outside systems; the others look at settings, kept cases and what they are given.
_ASKS_OUTSIDE = frozenset({"investigate_window", "compare_windows", "verify_aliases"})
#: Tools that give up what is under way.
_ENDS_RUNS = frozenset({"stop_investigation"})
#: Investigations in the list of resources.
_LISTED = 50


class PaichaServer(MCPServer[None]):
    """
    The SDK's server; what its calls refuse is said as everything else is: what, facts, try.

    Args:
        desk: Does the work.
        calls: Says who calls, and writes the calls down.
    """

    def __init__(self, desk: Desk, calls: CallLog) -> None:
        self._desk = desk
        self._calls = calls
        super().__init__(
            "paicha",
            title="Paicha (排查)",
            instructions=both("instructions"),
            version=__version__,
            tools=_tools(Tools(desk), desk.language),
            log_level="WARNING",
            lifespan=_lifespan(desk),
        )
        self._add_resources(desk)
        self.add_prompt(_alert_prompt(desk))

    async def call_tool(
        self, name: str, arguments: dict[str, Any], context: Context[None, Any] | None = None
    ) -> CallToolResult | InputRequiredResult:
        """Call a tool for who may; its failures are answers, and every call is a line of the audit log."""
        caller, status = NOBODY, GONE
        answer: CallToolResult | InputRequiredResult | None = None
        try:
            caller = self._calls.caller(context)
            self._check(caller, name, arguments)
            status, answer = await self._answered(name, arguments, context)
        except Forbidden as err:
            status, answer = FORBIDDEN, refusal(err, _language(arguments, self._desk.language))
        finally:  # a call that is cancelled was made all the same
            subject = subject_of(arguments, answer)
            self._calls.note(caller, f"mcp {name}", subject, status)
        return answer

    def _check(self, caller: Caller, tool: str, arguments: dict[str, Any]) -> None:
        role = role_for(tool, arguments)
        if not caller.may(role):
            raise Forbidden("service.role", role=role, name=caller.name, has=caller.role)

    async def _takes(self, name: str) -> str:
        """Return the names of the arguments of a tool."""
        schemas = {tool.name: tool.input_schema for tool in await self.list_tools()}
        return ", ".join(schemas[name]["properties"])

    async def _answered(
        self, name: str, arguments: dict[str, Any], context: Context[None, Any] | None
    ) -> tuple[int, CallToolResult | InputRequiredResult]:
        """Return what came of a call, and its answer."""
        language = _language(arguments, self._desk.language)
        try:
            answer = await super().call_tool(name, arguments, context)
            return status_of(answer), answer
        except UnexpectedToolError as err:
            cause = err.__cause__ or err
            _log.exception("tool %r failed", name, exc_info=cause)
            return FAILED, unexpected(visible(name), cause, language)
        except ToolError as err:
            if isinstance(err.__cause__, ValidationError):
                return REFUSED, _invalid(name, err.__cause__, await self._takes(name), language)
            known = ", ".join(tool.name for tool in await self.list_tools())
            return REFUSED, _refused([said("say.unknown_tool", language, tool=name, known=known)])

    async def read_resource(
        self, uri: AnyUrl | str, context: Context[None, Any] | None = None
    ) -> Iterable[ReadResourceContents] | InputRequiredResult:
        """Return a resource to who may read; every reading is a line of the audit log."""
        caller, status = NOBODY, GONE
        try:
            caller = self._calls.caller(context)
            found = await super().read_resource(uri, context)
            status = ANSWERED
        except Forbidden as err:
            status = FORBIDDEN
            raise ResourceError(refused(err).in_language(self._desk.language)) from err
        except ResourceError:
            status = REFUSED
            raise
        finally:
            self._calls.note(caller, "mcp read", str(uri), status)
        return found

    def _add_resources(self, desk: Desk) -> None:
        @self.resource(
            "paicha://investigations",
            name="investigations",
            description=both("resource.list"),
            mime_type="application/json",
        )
        async def investigations() -> str:
            kept = await run_sync(desk.cases.newest, _LISTED)
            rows = [
                {"id": run_id, "asked_at": at.isoformat(), "report": desk.report_uri(run_id)}
                for run_id, at in kept
            ]
            return json.dumps(rows, indent=1)

        @self.resource(
            "paicha://investigations/{run_id}/report.md",
            name="report",
            description=f"{both('resource.report')}\n{both('notice')}",
            mime_type="text/markdown",
        )
        async def report(run_id: str) -> str:
            return await run_sync(_report, desk, run_id, None)

        @self.resource(
            "paicha://investigations/{run_id}/{language}/report.md",
            name="report_in_language",
            description=f"{both('resource.report_in')}\n{both('notice')}",
            mime_type="text/markdown",
        )
        async def report_in(run_id: str, language: str) -> str:
            if language not in ("zh", "en"):
                raise ResourceNotFoundError(visible(f"no report in {language}: zh or en"))
            return await run_sync(_report, desk, run_id, "zh" if language == "zh" else "en")


def _lifespan(desk: Desk) -> Callable[[MCPServer[None]], Any]:
    @asynccontextmanager
    async def run(_: MCPServer[None]) -> AsyncIterator[None]:
        try:
            yield
        finally:
            desk.runs.close()

    return run


def _tools(tools: Tools, language: Language) -> list[Tool]:
    methods: tuple[Callable[..., Any], ...] = (
        tools.list_sources,
        tools.investigate_window,
        tools.get_investigation,
        tools.stop_investigation,
        tools.list_problems,
        tools.get_problem_evidence,
        tools.check_claims,
        tools.compare_windows,
        tools.verify_aliases,
        tools.audit_report,
    )
    return [_tool(method, language) for method in methods]


def _tool(method: Callable[..., Any], language: Language) -> Tool:
    name = method.__name__
    made = Tool.from_function(
        method,
        title=title(f"title.{name}"),
        description=both(f"tool.{name}"),
        # What a run writes is a case in the server's own folder, nothing that anybody else sees.
        annotations=ToolAnnotations(
            read_only_hint=name not in _ENDS_RUNS,
            destructive_hint=name in _ENDS_RUNS,
            idempotent_hint=True,
            open_world_hint=name in _ASKS_OUTSIDE,
        ),
        structured_output=True,
    )
    # An argument that nobody knows would be dropped in silence, and the answer be about something else.
    model = made.fn_metadata.arg_model
    model.model_config["extra"] = "forbid"
    model.model_rebuild(force=True)
    made.parameters = schemas.of_arguments(model.model_json_schema(by_alias=True), language)
    answer = made.fn_metadata.output_schema
    made.fn_metadata.output_schema = answer and schemas.of_answer(answer, language)
    return made


def _alert_prompt(desk: Desk) -> Prompt:
    def investigate_alert(alert: _Alert, language: _PromptLanguage = "") -> str:
        spoken: Language = _language({"language": language}, desk.language)
        quoted = "\n".join(MARK + visible(line) for line in alert.splitlines())
        return said("prompt.body", spoken, alert=quoted)

    return Prompt.from_function(
        investigate_alert, title=title("prompt.title"), description=both("prompt.about")
    )


_Alert = Annotated[str, Field(description=both("prompt.alert"))]
_PromptLanguage = Annotated[str, Field(description=both("prompt.language"))]


def _report(desk: Desk, run_id: str, language: Language | None) -> str:
    try:
        return desk.report(run_id, language)
    except CaseError as err:
        raise ResourceNotFoundError(refused(err).in_language(language or desk.language)) from err
    except PaichaError as err:
        raise ResourceError(refused(err).in_language(language or desk.language)) from err


def _language(arguments: dict[str, Any], usual: Language) -> Language:
    asked = arguments.get("language")
    return "zh" if asked == "zh" else "en" if asked == "en" else usual


def _invalid(tool: str, err: ValidationError, takes: str, language: Language) -> CallToolResult:
    lines = [said("say.invalid", language, tool=tool)]
    colon = message("mistakes.colon", language)
    # One line an argument: pydantic has one for each type that it may have.
    told: dict[str, list[str]] = {}
    for mistake in err.errors(include_url=False, include_input=False):
        unknown = mistake["type"] == "extra_forbidden"
        what = (
            said("say.unknown_argument", language) if unknown else told_mistake(mistake, language)
        )
        told.setdefault(_place(mistake["loc"]), []).append(what)
    either = message("mistakes.either", language)
    lines += [
        f"  {visible(place)}{colon}{visible(either.join(what))}" for place, what in told.items()
    ]
    lead = message("errors.lead.try", language)
    return _refused([*lines, f"  {lead}{said('say.invalid_hint', language, takes=takes)}"])


def _place(location: tuple[int | str, ...]) -> str:
    """Return the argument that is meant, and which of its rows; pydantic's names of types are nobody's."""
    rows = [str(step) for step in location[1:] if isinstance(step, int)]
    return ".".join([*map(str, location[:1]), *rows]) or "-"


def _refused(lines: list[str]) -> CallToolResult:
    text = "\n".join(visible(line) for line in lines)
    return CallToolResult(content=[TextContent(type="text", text=text)], is_error=True)
