"""Where a store is and who asks."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from dataclasses import field

import httpx

from paicha.errors import ConfigError
from paicha.values import dataclass

_TENANTS = frozenset({"accountid", "projectid", "x-scope-orgid"})


@dataclass(frozen=True, slots=True)
class Place:
    """
    One server and the way in.

    Secrets travel in headers only; neither `repr` nor any error shows them.

    Args:
        url: Base address, for example ``http://127.0.0.1:9428``; a path in it stays in front.
        username: Of basic authentication, with `password`.
        token: Of ``Authorization: Bearer``.
        api_key: Of ``Authorization: ApiKey``.
        headers: Further headers, for example the tenant's.
        timeout_s: Longest silence to sit through [s].
        attempts: How often one request is sent at most.
        longest_wait_s: A server that asks for a longer pause is given up [s].
        verify: Whether certificates are checked, or the path of a PEM file to check them against.
        trust_env: Whether proxies of the environment are used.
    """

    url: str
    username: str = ""
    password: str = field(default="", repr=False)
    token: str = field(default="", repr=False)
    api_key: str = field(default="", repr=False)
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    timeout_s: float = 60.0
    attempts: int = 4
    longest_wait_s: float = 60.0
    verify: bool | str = True
    trust_env: bool = True

    def all_headers(self) -> dict[str, str]:
        """
        Return the headers that say who asks, and the further ones.

        Raises:
            ConfigError: If one holds what no header can.
        """
        said = dict(self.headers)
        if self.token:
            said["Authorization"] = f"Bearer {self.token}"
        elif self.api_key:
            said["Authorization"] = f"ApiKey {self.api_key}"
        elif self.username or self.password:
            pair = f"{self.username}:{self.password}".encode()
            said["Authorization"] = f"Basic {base64.b64encode(pair).decode()}"
        for name, value in said.items():
            if not (name + value).isascii() or not (name + value).isprintable():
                raise ConfigError("web.bad_header", header=name)
        return said

    @property
    def tenant(self) -> str:
        """
        The headers that say whose data is asked for, as a query that may be asked again needs them; "" for none.

        Example:
            >>> Place("http://x", headers={"AccountID": "7", "ProjectID": "0", "X-Key": "secret"}).tenant
            'AccountID: 7'
        """
        said = (
            f"{name}: {value}"
            for name, value in self.headers.items()
            if name.lower() in _TENANTS and value not in ("", "0")
        )
        return " ".join(said)

    @property
    def secrets(self) -> tuple[str, ...]:
        """What must never be shown, longest first."""
        known = (self.password, self.token, self.api_key)
        return tuple(sorted((value for value in known if value), key=lambda v: (-len(v), v)))


def shown(url: str) -> str:
    """
    Return *url* as it may be shown: without user, password and query.

    Example:
        >>> shown("https://me:pw@store.example/prod/x/?token=1")
        'https://store.example/prod/x/'
    """
    try:
        parsed = httpx.URL(url)
    except httpx.InvalidURL:
        return "(not a URL)"
    return str(parsed.copy_with(username=None, password=None, query=None, fragment=None))
