"""What the machine around us says when nobody set it: the reader's language and zone."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from paicha.locales import Language, language_of_environment
from paicha.wiring.reading import is_zone
from paicha.wiring.settings import Settings

_LOCALTIME = Path("/etc/localtime")


def language_of(settings: Settings, environ: Mapping[str, str]) -> Language:
    """Return the language that was set, or else the one of ``LC_ALL``, ``LC_MESSAGES``, ``LANG``."""
    if settings.general.language:
        return "zh" if settings.general.language == "zh" else "en"
    return language_of_environment(environ)


def zone_of(settings: Settings, environ: Mapping[str, str], localtime: Path = _LOCALTIME) -> str:
    """Return the zone that was set, or else ``TZ``, the machine's own, UTC."""
    if settings.general.zone:
        return settings.general.zone
    named = environ.get("TZ", "").lstrip(":")
    if named and is_zone(named):
        return named
    _, found, name = str(localtime.resolve()).partition("/zoneinfo/")
    return name if found and is_zone(name) else "UTC"
