"""
Answers that take processor time take turns.

A report is drawn in a thread, and threads of Python share one interpreter: with forty of them at work an alert,
a health check or a list waits for its turn among all of them. Measured with `benchmarks/service.py`.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any

from fastapi import FastAPI, Request, Response
from fastapi.routing import APIRoute

#: So many at once: one computes while others wait for the disk or for the store, which computes by itself.
AT_ONCE = 3


async def in_turn(request: Request, answer: Callable[[Request], Awaitable[Response]]) -> Response:
    """Return what *answer* gives, once it is its turn; only for requests without a body, which may come slowly."""
    app: FastAPI = request.app
    async with app.state.turns:
        return await answer(request)


def turns() -> asyncio.Semaphore:
    """Return what an application keeps as ``state.turns``."""
    return asyncio.Semaphore(AT_ONCE)


class TurnRoute(APIRoute):
    """A route whose answers take turns."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """Return the handler, behind its turn."""
        inner = super().get_route_handler()

        async def handled(request: Request) -> Response:
            return await in_turn(request, inner)

        return handled
