"""Errors as answers: what happened, the facts and one thing to try, in the language asked for."""

from __future__ import annotations

import logging

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel, Field
from starlette.exceptions import HTTPException

from paicha.composition.option_names import renamed
from paicha.errors import PaichaError, ServiceError, TooLarge
from paicha.interfaces.http.language import language_for
from paicha.interfaces.mistakes import told_mistake
from paicha.locales import Language, message

_LOG = logging.getLogger("paicha.http")
#: Of a request with many mistakes so many are named.
_MOST_MISTAKES = 10
_BAD = 400
#: Where callers have a secret of the hook, no token.
_HOOKS = "/api/v1/webhooks/"
_CODES = {404: "service.no_route", 405: "service.no_method"}


class Told(BaseModel):
    """What went wrong."""

    code: str = Field(examples=["service.no_run"])
    what: str = Field(examples=["There is no investigation 01KDVBXSG0ABCDEFGHJKMNPQRS."])
    facts: dict[str, str] = Field(examples=[{"id": "01KDVBXSG0ABCDEFGHJKMNPQRS"}])
    hint: str = Field(
        serialization_alias="try",
        examples=["GET /api/v1/investigations lists those there are"],
    )


class Refused(BaseModel):
    """Every answer that is no success."""

    error: Told


def told(err: PaichaError, language: Language) -> JSONResponse:
    """Return *err* as an answer."""
    said = Told(
        code=err.code,
        what=renamed(message(f"errors_{err.code}.what", language, **err.facts)),
        facts=err.facts,
        hint=renamed(message(f"errors_{err.code}.try", language, **err.facts)),
    )
    headers = {"Content-Language": "zh-CN" if language == "zh" else "en"}
    if "seconds" in err.facts and err.retryable:
        headers["Retry-After"] = err.facts["seconds"]
    if err.http_status == 401:
        headers["WWW-Authenticate"] = "Bearer"
    body = Refused(error=said).model_dump(by_alias=True)
    return JSONResponse(body, err.http_status, headers)


def install(app: FastAPI) -> None:
    """Let *app* answer errors so."""
    app.exception_handler(PaichaError)(_paicha)
    app.exception_handler(RequestValidationError)(_invalid)
    app.exception_handler(HTTPException)(_http)
    app.exception_handler(Exception)(_unexpected)


def _answer(request: Request, err: PaichaError) -> Response:
    """Return *err* as an answer; as a page where a browser asks for one."""
    tell = getattr(request.app.state, "told_page", None)
    wanted = "text/html" in request.headers.get("accept", "")
    if tell is None or not wanted or request.url.path.startswith("/api/"):
        return told(err, language_for(request))
    page: Response = tell(request, err)
    return page


def _paicha(request: Request, err: PaichaError) -> Response:
    return _answer(request, err)


def _invalid(request: Request, err: RequestValidationError) -> Response:
    turned_away = _turned_away(request)
    if turned_away is not None:
        return _answer(request, turned_away)
    language = language_for(request)
    colon, between = (message(f"mistakes.{mark}", language) for mark in ("colon", "between"))
    mistakes = [
        f"{'.'.join(str(part) for part in mistake['loc'])}{colon}{told_mistake(mistake, language)}"
        for mistake in err.errors()[:_MOST_MISTAKES]
    ]
    answer = _answer(request, ServiceError("service.invalid", mistakes=between.join(mistakes)))
    answer.status_code = 422
    return answer


def _turned_away(request: Request) -> PaichaError | None:
    """
    Return why the caller may not come in; None: it may.

    Bodies and parameters are taken apart before a token is looked at; who may not come in is told that alone.
    """
    path = request.url.path
    if not path.startswith(("/api/", "/metrics")) or path.startswith(_HOOKS):
        return None
    try:
        request.app.state.door.caller(request)
    except PaichaError as stranger:
        return stranger
    return None


def _http(request: Request, err: HTTPException) -> Response:
    turned_away = _turned_away(request) if err.status_code == _BAD else None
    if turned_away is not None:
        return _answer(request, turned_away)
    if err.status_code == TooLarge.http_status:
        return _answer(request, TooLarge("service.too_large", most=err.detail))
    code = _CODES.get(err.status_code, "service.http")
    facts = {"method": request.method, "path": request.url.path, "reason": str(err.detail)}
    answer = _answer(request, ServiceError(code, **facts))
    answer.status_code = err.status_code
    answer.headers.update(err.headers or {})
    allowed = answer.headers.get("Allow", "").split(", ")
    if "GET" in allowed:
        answer.headers["Allow"] = ", ".join([*allowed, "HEAD"])
    return answer


def _unexpected(request: Request, err: Exception) -> Response:
    # The last line of defence: a sentence for the reader, the trace for the operator's log.
    _LOG.error("unexpected", exc_info=err, extra={"path": request.url.path})
    answer = _answer(request, ServiceError("service.unexpected", kind=type(err).__name__))
    answer.status_code = 500
    return answer
