"""The router of the web page, hung into the app of `paicha serve`."""

from __future__ import annotations

import os
from zoneinfo import available_timezones

from fastapi import APIRouter

from paicha.interfaces.http.page.guard import Guard
from paicha.interfaces.http.page.report_routes import add_acts, add_reading, add_run
from paicha.interfaces.http.page.shell import House, router_of
from paicha.interfaces.http.page.start_routes import add_session, add_start
from paicha.interfaces.http.page.tool_routes import add_tools
from paicha.kernel.times import find_zone
from paicha.service.desk import Desk
from paicha.wiring.surroundings import language_of, zone_of


def house_of(desk: Desk, guard: Guard) -> House:
    """
    Return what every page shares.

    Args:
        desk: Where runs are asked for and read.
        guard: Who knows callers by their sessions.
    """
    settings = desk.settings
    language, zone = language_of(settings, os.environ), zone_of(settings, os.environ)
    return House(desk, guard, language, find_zone(zone).key, tuple(sorted(available_timezones())))


def page_router(house: House) -> APIRouter:
    """Return every route of the page."""
    routes = router_of(house)
    for add in (add_session, add_start, add_run, add_acts, add_reading, add_tools):
        add(routes, house)
    return routes
