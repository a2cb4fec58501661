"""
Where alerts come in: kept before they are answered, decided about after that.

Whoever calls has the hook's own secret; tokens of people and programs are for everything else.
"""

from __future__ import annotations

import asyncio
from typing import Annotated, Any

import msgspec
from fastapi import APIRouter, Depends, Header, Path, Request
from pydantic import BaseModel, Field
from starlette.concurrency import run_in_threadpool

from paicha.errors import HookMissing, ServiceError, TooLarge
from paicha.interfaces.http.api.refusals import refusals
from paicha.interfaces.http.security import Caller
from paicha.model.alerts import Alert
from paicha.service.alerts.hooks import Call, Hook
from paicha.service.errands import Errands
from paicha.stores.ledger.hooks import Incoming

router = APIRouter(prefix="/api/v1/webhooks", tags=["webhooks"])

#: Bodies up to here are read in the loop itself, which takes less than a millisecond [bytes].
_SMALL_BODY = 32_768
_LONGEST_EVENT = 400

Name = Annotated[
    str,
    Path(
        max_length=100,
        description="Name of a webhook of the settings, or its kind where there is one of it.",
        examples=["monitor"],
    ),
]
_BODY: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "description": "What the sender sends: BlueKing's callback_message or alert_info, "
        "Alertmanager's webhook, or anything that the hook's mapping describes.",
        "content": {
            "application/json": {
                "schema": {"type": "object"},
                "examples": {
                    "bkmonitor": {
                        "value": {
                            "type": "ANOMALY_NOTICE",
                            "bk_biz_id": 2,
                            "event": {
                                "id": "17676036001234",
                                "level": 1,
                                "dimensions": {"bk_target_ip": "10.0.0.8"},
                            },
                            "strategy": {"id": 11, "name": "CPU"},
                        }
                    },
                    "alertmanager": {
                        "value": {
                            "version": "4",
                            "groupKey": '{}:{alertname="HighCPU"}',
                            "status": "firing",
                            "alerts": [
                                {
                                    "status": "firing",
                                    "labels": {"alertname": "HighCPU", "instance": "10.0.0.8:9100"},
                                    "startsAt": "2026-01-05T09:00:00Z",
                                    "fingerprint": "c0ffee",
                                }
                            ],
                        }
                    },
                },
            }
        },
    }
}


class GetRefused(ServiceError):
    """The hook takes no alert by GET."""

    http_status = 405


class Accepted(BaseModel):
    """What was kept."""

    accepted: int = Field(description="Alerts in the body.", examples=[3])
    duplicates: int = Field(description="Of these, kept before.", examples=[1])


async def errands_of(request: Request) -> Errands:
    """
    Return the errands of the application that serves *request*.

    Like all that a call passes it never leaves the loop: a hop to a thread and back costs more than it does.
    """
    errands: Errands = request.app.state.errands
    return errands


async def _call(
    request: Request,
    authorization: Annotated[str, Header(include_in_schema=False)] = "",
    token: Annotated[
        str, Header(alias="X-Paicha-Token", description="The hook's secret.", max_length=1_000)
    ] = "",
    signature: Annotated[
        str,
        Header(
            alias="X-Paicha-Signature",
            description="sha256=HEX: HMAC-SHA256 of the body with the hook's hmac.",
            max_length=200,
        ),
    ] = "",
) -> Call:
    request.state.route = f"{router.prefix}/{{name}}"
    # The secret goes no further: not into the audit log, not into a trace.
    in_path = str(request.scope.get("path_params", {}).pop("secret", ""))
    return Call(authorization, token, in_path, signature)


AtErrands = Annotated[Errands, Depends(errands_of)]
Calling = Annotated[Call, Depends(_call)]
_REFUSALS = refusals(404, 413)


@router.post("/{name}", status_code=202, responses=_REFUSALS, openapi_extra=_BODY)
async def receive(name: Name, request: Request, errands: AtErrands, call: Calling) -> Accepted:
    """Take alerts; whether they start an investigation is decided after the answer."""
    hook = found(errands, name)
    hook.check_secret(call)
    return await _taken(request, errands, hook, call, await _whole(request, hook))


async def receive_get(name: Name, request: Request, errands: AtErrands, call: Calling) -> Accepted:
    """
    Take an alert of BlueKing, whose callbacks are GET where nobody chose another method.

    The message is the body, as with POST, or a value of the query. As any page can let a browser send a GET, the
    hook needs a `secret`, which is never looked for in the query: addresses with their queries stand in logs.
    """
    hook = found(errands, name)
    if hook.settings.kind != "bkmonitor" or not hook.settings.secret.reveal():
        raise GetRefused("hooks.get", name=hook.name)
    hook.check_secret(call)
    body = await _whole(request, hook)
    query = bytes(request.scope.get("query_string", b""))
    if not body.strip() and len(query) > hook.settings.max_body:
        raise TooLarge("hooks.too_large", most=hook.settings.max_body, name=hook.name)
    return await _taken(request, errands, hook, call, body if body.strip() else query)


async def _taken(
    request: Request, errands: Errands, hook: Hook, call: Call, body: bytes
) -> Accepted:
    """Keep the alerts of a body, and say how many."""
    hook.check_signature(call, body)
    request.state.caller = Caller(f"webhook {hook.name}", "run", "token")
    received = errands.desk.clock()
    if len(body) <= _SMALL_BODY:
        alerts = hook.read(body, received)
    else:
        alerts = await run_in_threadpool(hook.read, body, received)
    incoming = tuple(_incoming(hook, alert) for alert in alerts)
    if not incoming:
        return Accepted(accepted=0, duplicates=0)
    news = await asyncio.wrap_future(errands.intake.put(incoming))
    return Accepted(accepted=len(news), duplicates=news.count(False))


router.add_api_route(
    "/{name}",
    receive,
    methods=["PUT"],
    status_code=202,
    responses=_REFUSALS,
    openapi_extra=_BODY,
    operation_id="receive_put",
)
router.add_api_route(
    "/{name}",
    receive_get,
    methods=["GET"],
    status_code=202,
    responses=refusals(404, 405, 413),
)
for _method, _endpoint in (("POST", receive), ("PUT", receive), ("GET", receive_get)):
    router.add_api_route(
        "/{name}/{secret}",
        _endpoint,
        methods=[_method],
        status_code=202,
        include_in_schema=False,  # a secret in a path is for senders that can do nothing else
    )


def found(errands: Errands, name: str) -> Hook:
    """
    Return the webhook called *name*, or the only one of that kind.

    Raises:
        HookMissing: If there is none.
    """
    hook = errands.hooks.get(name)
    if hook is not None:
        return hook
    of_kind = [one for one in errands.hooks.values() if one.settings.kind == name]
    if len(of_kind) != 1:
        raise HookMissing("hooks.unknown", name=name[:100])
    return of_kind[0]


async def _whole(request: Request, hook: Hook) -> bytes:
    pieces, length, most = [], 0, hook.settings.max_body
    async for piece in request.stream():
        length += len(piece)
        if length > most:
            raise TooLarge("hooks.too_large", most=most, name=hook.name)
        pieces.append(piece)
    return b"".join(pieces)


def _incoming(hook: Hook, alert: Alert) -> Incoming:
    return Incoming(
        hook.name,
        alert.event_id[:_LONGEST_EVENT],
        alert.type[:_LONGEST_EVENT],
        msgspec.json.encode(alert).decode(),
    )
