"""What the machine around us says when nobody set it: the reader's language and zone."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from paicha.locales import Language
from paicha.wiring.reading import is_zone
from paicha.wiring.settings import Settings

_LOCALTIME = Path("/etc/localtime")


def language_of(settings: Settings, environ: Mapping[str, str]) -> Language:
    """Return the language that was set, or else the one of ``LC_ALL``, ``LC_MESSAGES``, ``LANG``."""
    if settings.general.language:
        return "zh" if settings.general.language == "zh" else "en"
    return language_of_environment(environ)


def language_of_environment(environ: Mapping[str, str]) -> Language:
    """
    Return Chinese when the first of the locale variables that is set names it, else English.

    Example:
        >>> language_of_environment({"LANG": "zh_CN.UTF-8"})
        'zh'
    """
    named = (environ.get(name, "") for name in ("LC_ALL", "LC_MESSAGES", "LANG"))
    return "zh" if next((word for word in named if word), "").lower().startswith("zh") else "en"


def zone_of(settings: Settings, environ: Mapping[str, str], localtime: Path = _LOCALTIME) -> str:
    """Return the zone that was set, or else ``TZ``, the machine's own, UTC."""
    if settings.general.zone:
        return settings.general.zone
    named = environ.get("TZ", "").lstrip(":")
    if named and is_zone(named):
        return named
    _, found, name = str(localtime.resolve()).partition("/zoneinfo/")
    return name if found and is_zone(name) else "UTC"
