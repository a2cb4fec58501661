"""The desk that a request is served at."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends, Request

from paicha.service.desk import Desk


def desk_of(request: Request) -> Desk:
    """Return the desk of the application that serves *request*."""
    desk: Desk = request.app.state.desk
    return desk


AtDesk = Annotated[Desk, Depends(desk_of)]
