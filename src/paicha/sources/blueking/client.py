"""One conversation with BlueKing's gateways over HTTP."""

from __future__ import annotations

import json
import ssl
import time
from collections.abc import Callable, Mapping
from types import TracebackType
from typing import Literal, Self

import httpx

from paicha.errors import (
    ConfigError,
    SourceContract,
    SourceDenied,
    SourceError,
    SourceRejected,
    SourceUnreachable,
)
from paicha.sources.blueking.envelope import RETRYABLE, Answer, Kind, Refusal, read_envelope
from paicha.sources.blueking.gateway import Gateway, shown
from paicha.version import __version__

Which = Literal["monitor", "log", "cmdb"]
Payload = Mapping[str, object]

_ERRORS: Mapping[Kind, type[SourceError]] = {
    "rate_limited": SourceUnreachable,
    "busy": SourceUnreachable,
    "down": SourceUnreachable,
    "html": SourceContract,
    "empty": SourceContract,
    "broken": SourceContract,
    "credentials": SourceDenied,
    "permission": SourceDenied,
}
_FIRST_WAIT_S = 0.5
_LONGEST_REQUEST = 300  # characters of a request worth repeating in an error


class BluekingClient:
    """
    Sends requests and returns the ``data`` of good answers; everything else is a `SourceError`.

    Only what may pass by itself is sent again: HTTP 429, 502, 503, 504, the log platform's
    ``3600429``, timeouts and resets. Use it as a context manager.

    Args:
        gateway: Where and as whom.
        sleep: Waits that many seconds.
        clock: Seconds that only ever grow, for the own speed limit.
    """

    def __init__(
        self,
        gateway: Gateway,
        *,
        sleep: Callable[[float], None] = time.sleep,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.gateway = gateway
        self._sleep = sleep
        self._clock = clock
        self._next_at = clock()
        self._http = httpx.Client(
            headers=_headers(gateway),
            timeout=gateway.timeout_s,
            verify=_trust(gateway.verify),
            trust_env=gateway.trust_env,
            follow_redirects=False,
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._http.close()

    def get(self, which: Which, path: str, payload: Payload) -> object:
        """Return the ``data`` of a GET; *payload* becomes the query."""
        return self._call(which, "GET", path, payload)

    def post(self, which: Which, path: str, payload: Payload) -> object:
        """Return the ``data`` of a POST; *payload* becomes the JSON body."""
        return self._call(which, "POST", path, payload)

    def has(self, which: Which) -> bool:
        """Return whether there is an address for that gateway."""
        return bool(self._base(which))

    def _base(self, which: Which) -> str:
        bases = {
            "monitor": self.gateway.monitor_url,
            "log": self.gateway.log_url,
            "cmdb": self.gateway.cmdb_url,
        }
        return bases[which]

    def _url(self, which: Which, path: str) -> str:
        base = self._base(which)
        if not base:
            raise ConfigError("blueking.no_url", which=which)
        if not base.startswith(("http://", "https://")):
            raise ConfigError("blueking.bad_url", which=which, url=shown(base))
        return f"{base.rstrip('/')}/{path.lstrip('/')}"

    def _call(self, which: Which, method: str, path: str, payload: Payload) -> object:
        url = self._url(which, path)
        for attempt in range(1, self.gateway.attempts + 1):
            last = attempt == self.gateway.attempts
            outcome = self._attempt(method, url, payload, last=last)
            if isinstance(outcome, Answer):
                return outcome.data
            if isinstance(outcome, Refusal):
                wait_s = self._patience(outcome, attempt)
                if last or wait_s is None:
                    raise self._error(outcome, url, payload, attempt)
                self._sleep(wait_s)
        raise ConfigError("blueking.no_attempts", attempts=self.gateway.attempts)

    def _attempt(
        self, method: str, url: str, payload: Payload, *, last: bool
    ) -> Answer | Refusal | None:
        # None: nothing came in time, or not all of it, and there is another try.
        self._keep_pace()
        facts = self._facts(url, payload)
        try:
            if method == "GET":
                asked = {name: str(value) for name, value in payload.items()}
                response = self._http.get(url, params=asked)
            else:
                response = self._http.post(url, json=dict(payload))
        except httpx.TimeoutException as silence:
            if last:
                raise SourceUnreachable(
                    "blueking.timeout", **facts, seconds=f"{self.gateway.timeout_s:g}"
                ) from silence
            return None
        except httpx.ConnectError as closed:
            raise SourceUnreachable("blueking.unreachable", **facts, why=closed) from None
        except httpx.InvalidURL:
            raise ConfigError("blueking.bad_url", which=method, url=shown(url)) from None
        except httpx.LocalProtocolError:
            # Its text may repeat a header, and a header holds the secret.
            raise SourceRejected("blueking.bad_header", **facts) from None
        except httpx.RequestError as broken:
            if not last:  # a gateway that starts anew resets what goes through it
                self._sleep(_FIRST_WAIT_S)
                return None
            raise SourceUnreachable(
                "blueking.cut_off", **facts, why=f"{type(broken).__name__}: {broken}"
            ) from None
        return read_envelope(response.status_code, response.headers, response.content)

    def _patience(self, refusal: Refusal, attempt: int) -> float | None:
        # Seconds to wait before the next try; None: no further try makes sense.
        if refusal.kind not in RETRYABLE:
            return None
        wait_s = (
            refusal.wait_s if refusal.wait_s is not None else _FIRST_WAIT_S * 2 ** (attempt - 1)
        )
        return None if wait_s > self.gateway.longest_wait_s else wait_s

    def _keep_pace(self) -> None:
        if self.gateway.requests_per_second is None:
            return
        now = self._clock()
        if now < self._next_at:
            self._sleep(self._next_at - now)
        self._next_at = max(now, self._next_at) + 1 / self.gateway.requests_per_second

    def _facts(self, url: str, payload: Payload) -> dict[str, str]:
        request = json.dumps(payload, ensure_ascii=False, sort_keys=True, default=str)
        if len(request) > _LONGEST_REQUEST:
            request = request[:_LONGEST_REQUEST] + " …"
        return {"url": shown(url), "request": self._clean(request)}

    def _error(self, refusal: Refusal, url: str, payload: Payload, attempt: int) -> SourceError:
        facts = {
            **self._facts(url, payload),
            "status": str(refusal.status),
            "answer": self._clean(refusal.message) or "-",
            "code": refusal.code,
            "request_id": refusal.request_id,
            "attempts": str(attempt) if attempt > 1 else "",
            "asked_to_wait_s": "" if refusal.wait_s is None else f"{refusal.wait_s:g}",
            "apply_url": refusal.apply_url,
        }
        code: str = refusal.kind
        if code == "permission" and not refusal.apply_url:
            code = "permission_no_link"
        return _ERRORS.get(refusal.kind, SourceRejected)(f"blueking.{code}", **facts)

    def _clean(self, words: str) -> str:
        for secret in self.gateway.credentials.secrets:
            words = words.replace(secret, "***")
        return words


def _headers(gateway: Gateway) -> dict[str, str]:
    if not gateway.tenant_id.isascii() or not gateway.tenant_id.isprintable():
        raise ConfigError("blueking.bad_tenant", tenant=gateway.tenant_id)
    return {
        "X-Bkapi-Authorization": gateway.credentials.header(),
        "X-Bk-Tenant-Id": gateway.tenant_id,
        "Accept": "application/json",
        "User-Agent": f"paicha/{__version__}",
    }


def _trust(verify: bool | str) -> ssl.SSLContext | bool:
    # A path is a file of certificates to trust instead of the usual ones.
    if isinstance(verify, bool):
        return verify
    try:
        return ssl.create_default_context(cafile=verify)
    except (OSError, ssl.SSLError) as unreadable:
        raise ConfigError("blueking.bad_ca_file", path=verify, why=unreadable) from None
