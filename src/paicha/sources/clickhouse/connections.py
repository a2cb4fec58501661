"""Connections to a ClickHouse server that follow no redirect: who asks, and what for, is told to nobody else."""

from __future__ import annotations

from typing import Any

from clickhouse_connect.driver.httputil import check_env_proxy, get_pool_manager_options
from urllib3 import BaseHTTPResponse, PoolManager, ProxyManager

from paicha.errors import SourceRejected
from paicha.sources.web import Place, shown


class _StayingPool(PoolManager):
    """Raises `SourceRejected` where a server sends it elsewhere."""

    def urlopen(  # type: ignore[override] # PoolManager narrows its base in the same way
        self, method: str, url: str, redirect: bool = True, **given: Any
    ) -> BaseHTTPResponse:
        del redirect  # the driver leaves it as it is
        answer = super().urlopen(method, url, redirect=False, **given)
        location = answer.get_redirect_location()
        if not location:
            return answer
        answer.release_conn()
        raise SourceRejected(
            "web.redirected",
            system="ClickHouse",
            url=shown(url.partition("?")[0]),
            request="",
            status=str(answer.status),
            location=shown(location.partition("?")[0]),
        )


class _StayingProxyPool(_StayingPool, ProxyManager):
    """The same through a proxy."""


def pool_for(place: Place, scheme: str, host: str, port: int) -> PoolManager:
    """
    Return the connections to a server.

    Args:
        place: Says which certificates are trusted, and whether the proxy is used that the environment names.
        scheme: `http` or `https`.
        host: The server's name or address.
        port: The server's port.
    """
    authority = place.verify if isinstance(place.verify, str) else None
    options = get_pool_manager_options(ca_cert=authority, verify=bool(place.verify))
    proxy = check_env_proxy(scheme, host, port) if place.trust_env else None
    if not proxy:
        return _StayingPool(**options)
    return _StayingProxyPool(proxy if "://" in proxy else f"{scheme}://{proxy}", **options)
