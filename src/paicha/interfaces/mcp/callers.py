"""Who calls a tool, what that takes, and the line about it in the audit log."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from mcp.server.mcpserver import Context
from mcp_types import CallToolResult, InputRequiredResult

from paicha.errors import Forbidden
from paicha.model.service import ROLES, Ask, Role
from paicha.renderers.visible import visible
from paicha.service.asks import AskBook
from paicha.values import dataclass

#: Under which name a request over HTTP carries its caller.
SCOPE_KEY = "paicha.caller"
#: What came of a call, as HTTP would say it; 499 is what proxies write of one that went away.
ANSWERED, REFUSED, FORBIDDEN, GONE, FAILED = 200, 400, 403, 499, 500
#: Longest name and longest subject of a line [characters].
_LONGEST_NAME, _LONGEST_SUBJECT = 60, 200
#: Arguments that name investigations.
_IDS = ("id", "before_id", "during_id")
#: Tools that start or end a run, or ask outside systems; all others read what is kept.
_RUNNING = frozenset({"investigate_window", "stop_investigation", "verify_aliases"})


@dataclass(frozen=True, slots=True)
class Caller:
    """Who calls: the name of a token, or ``local`` where none is needed; and from where."""

    name: str
    role: Role
    address: str

    def may(self, role: Role) -> bool:
        """Return whether it may do what *role* may."""
        return ROLES.index(self.role) >= ROLES.index(role)


#: Who did not say; what it calls is refused, and written down.
NOBODY = Caller("-", "read", "-")
#: Whoever started a server of its own.
AT_STREAMS = Caller("local", "admin", "stdio")


def role_for(tool: str, arguments: Mapping[str, Any]) -> Role:
    """Return the role that a call takes: to read what is kept, or to have something read anew."""
    compared_anew = tool == "compare_windows" and not arguments.get("during_id")
    return "run" if tool in _RUNNING or compared_anew else "read"


@dataclass(frozen=True, slots=True)
class CallLog:
    """
    Knows callers, and writes down what they call.

    Args:
        clock: The time.
        book: Takes the lines; None: nobody keeps them.
        unnamed: Who calls where the request does not say; None: then nobody may.
    """

    clock: Callable[[], datetime]
    book: AskBook | None = None
    unnamed: Caller | None = AT_STREAMS

    def caller(self, context: Context[None, Any] | None) -> Caller:
        """
        Return who calls.

        Raises:
            Forbidden: If the way in did not say.
        """
        request = None if context is None else context.request_context.request
        found = None if request is None else request.scope.get(SCOPE_KEY)
        if isinstance(found, Caller):
            return found
        if request is not None or self.unnamed is None:
            raise Forbidden("service.role", role="read", name="-", has="-")
        return self.unnamed

    def note(self, caller: Caller, action: str, subject: str, status: int) -> None:
        """Write one line down; names and ids come from the caller, so they are made visible."""
        if self.book is not None:
            what = visible(action)[:_LONGEST_NAME]
            about = visible(subject)[:_LONGEST_SUBJECT] or "-"
            self.book.add(Ask(self.clock(), caller.name, caller.address, what, about, status))


def subject_of(arguments: Mapping[str, Any], answer: object) -> str:
    """Return the investigations that a call was about: those it named, and the one it started."""
    named = [arguments[key] for key in _IDS if isinstance(arguments.get(key), str)]
    told = answer.structured_content if isinstance(answer, CallToolResult) else None
    found = (told or {}).get("id")
    return " ".join(dict.fromkeys([*filter(None, named), *([found] if found else [])]))


def status_of(answer: CallToolResult | InputRequiredResult) -> int:
    """Return what came of a call that was answered."""
    refused = isinstance(answer, CallToolResult) and bool(answer.is_error)
    return REFUSED if refused else ANSWERED
