"""Answers that take processor time take turns."""

from __future__ import annotations

import asyncio

import httpx
from fastapi import APIRouter, FastAPI

from paicha.interfaces.http.turns import AT_ONCE, TurnRoute, turns


def test_so_many_are_drawn_at_once_and_short_answers_go_between_them() -> None:
    """
    Twenty ask; never more than three are at work, all are answered, and a short answer does not wait.
    """
    app, heavy = FastAPI(), APIRouter(route_class=TurnRoute)
    app.state.turns = turns()
    at_work: list[int] = []
    most: list[int] = []
    go_on = asyncio.Event()

    @heavy.get("/report")
    async def report() -> str:
        at_work.append(1)
        most.append(len(at_work))
        await go_on.wait()
        at_work.pop()
        return "drawn"

    @app.get("/alive")
    async def alive() -> str:
        return "yes"

    app.include_router(heavy)

    async def ask() -> tuple[str, list[str]]:
        transport = httpx.ASGITransport(app)
        async with httpx.AsyncClient(transport=transport, base_url="http://x") as client:
            waiting = [asyncio.create_task(client.get("/report")) for _ in range(20)]
            while len(at_work) < AT_ONCE:
                await asyncio.sleep(0)
            short = (await client.get("/alive")).json()
            go_on.set()
            return short, [answer.json() for answer in await asyncio.gather(*waiting)]

    short, drawn = asyncio.run(ask())

    assert ("yes", ["drawn"] * 20) == (short, drawn)
    assert max(most) == AT_ONCE
