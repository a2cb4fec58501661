"""Where BlueKing's gateways are and who asks."""

from __future__ import annotations

import json
from dataclasses import field
from typing import Literal

import httpx

from paicha.values import dataclass

#: ``mcp``: ``/mcp/*`` with a verified user; ``app``: the twins that ask for a verified app only.
Road = Literal["mcp", "app"]


@dataclass(frozen=True, slots=True)
class Credentials:
    """
    Who asks: an access token, or an app with its secret and a user or a login ticket.

    Secrets travel in one header only; neither `repr` nor any error shows them.
    """

    app_code: str = ""
    app_secret: str = field(default="", repr=False)
    username: str = ""
    bk_token: str = field(default="", repr=False)
    bk_ticket: str = field(default="", repr=False)
    access_token: str = field(default="", repr=False)

    def header(self) -> str:
        """
        Return the JSON of ``X-Bkapi-Authorization``; an access token stands for app and user.

        Example:
            >>> Credentials(app_code="a", app_secret="s", username="u").header()
            '{"bk_app_code": "a", "bk_app_secret": "s", "bk_username": "u"}'
        """
        if self.access_token:
            return json.dumps({"access_token": self.access_token})
        known = {
            "bk_app_code": self.app_code,
            "bk_app_secret": self.app_secret,
            "bk_username": self.username,
            "bk_token": self.bk_token,
            "bk_ticket": self.bk_ticket,
        }
        return json.dumps({name: value for name, value in known.items() if value})

    @property
    def secrets(self) -> tuple[str, ...]:
        """What must never be shown, longest first."""
        known = (self.app_secret, self.bk_token, self.bk_ticket, self.access_token)
        return tuple(sorted((value for value in known if value), key=lambda v: (-len(v), v)))


@dataclass(frozen=True, slots=True)
class Gateway:
    """
    The gateways of one BlueKing installation.

    Args:
        monitor_url: Base of the monitor gateway with its stage: ``https://…/bk-monitor/prod``.
        log_url: Base of the log gateway; needed on the ``app`` road, and on the ``mcp`` road to see
            all aliases of an index set.
        cmdb_url: Base of the CMDB gateway; optional, turns host ids into addresses.
        tenant_id: ``X-Bk-Tenant-Id``; a single-tenant installation calls its tenant ``system``.
        timeout_s: Longest silence to sit through [s]; the gateway itself gives up after 60.
        attempts: How often one request is sent at most.
        longest_wait_s: A server that asks for a longer pause is given up [s].
        requests_per_second: Own speed limit; None: as fast as it answers.
        verify: Whether certificates are checked, or the path of a PEM file to check them against.
        trust_env: Whether proxies of the environment are used.
    """

    credentials: Credentials
    monitor_url: str = ""
    log_url: str = ""
    cmdb_url: str = ""
    road: Road = "mcp"
    tenant_id: str = "system"
    timeout_s: float = 70.0
    attempts: int = 5
    longest_wait_s: float = 60.0
    requests_per_second: float | None = None
    verify: bool | str = True
    trust_env: bool = True


def shown(url: str) -> str:
    """
    Return *url* as it may be shown: without user, password and query.

    Example:
        >>> shown("https://me:pw@gateway.example/prod/x/?token=1")
        'https://gateway.example/prod/x/'
    """
    try:
        parsed = httpx.URL(url)
    except httpx.InvalidURL:
        return "(not a URL)"
    return str(parsed.copy_with(username=None, password=None, query=None, fragment=None))
