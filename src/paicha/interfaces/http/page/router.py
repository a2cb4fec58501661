"""The router of the web page, hung into the app of `paicha serve`."""

from __future__ import annotations

from zoneinfo import available_timezones

from fastapi import APIRouter

from paicha.interfaces.http.page.guard import Guard
from paicha.interfaces.http.page.report_routes import add_acts, add_reading, add_run
from paicha.interfaces.http.page.shell import House, router_of
from paicha.interfaces.http.page.start_routes import add_session, add_start
from paicha.interfaces.http.page.tool_routes import add_tools
from paicha.locales import Language
from paicha.service.desk import Desk


def page_router(desk: Desk, guard: Guard, language: Language, zone: str) -> APIRouter:
    """
    Return every route of the page.

    Args:
        desk: Where runs are asked for and read.
        guard: Who knows callers by their sessions.
        language: For readers whose browser names none of ours.
        zone: IANA name: what times outside of reports are told in.
    """
    house = House(desk, guard, language, zone, tuple(sorted(available_timezones())))
    routes = router_of(house)
    for add in (add_session, add_start, add_run, add_acts, add_reading, add_tools):
        add(routes, house)
    return routes
