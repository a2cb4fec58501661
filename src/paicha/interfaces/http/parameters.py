"""Parameters of an address that nothing reads: a filter that is misspelt would else filter nothing, in silence."""

from __future__ import annotations

from fastapi import Request
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute

#: What every address takes: the language of an error.
_EVERYWHERE = frozenset({"lang"})


def refuse_unknown(request: Request) -> None:
    """
    Let only those parameters in that the description of the API names for the route of *request*.

    Raises:
        RequestValidationError: If there is another one.
    """
    route = request.scope.get("route")
    if not request.query_params or not isinstance(route, APIRoute) or not route.include_in_schema:
        return
    described = request.app.openapi()["paths"][route.path][request.method.lower()]
    read = (one["name"] for one in described.get("parameters", ()) if one["in"] == "query")
    mistakes = [
        {"type": "extra_forbidden", "loc": ("query", name), "msg": "Extra inputs are not permitted"}
        for name in request.query_params.keys() - {*read, *_EVERYWHERE}
    ]
    if mistakes:
        raise RequestValidationError(sorted(mistakes, key=lambda one: str(one["loc"])))
