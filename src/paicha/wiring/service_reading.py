"""What must hold between the settings of a service, said where it does not."""

from __future__ import annotations

import ipaddress
from urllib.parse import urlsplit

from paicha.errors import QuestionError
from paicha.kernel.moments import parse_duration
from paicha.wiring.alert_reading import Mistake, check_alerts, check_baseline, check_zone
from paicha.wiring.service_settings import ServiceSettings
from paicha.wiring.settings import LOG_TYPES, METRIC_TYPES, Settings

_PORTS = range(65536)
#: As far as nice(1) counts.
_NICEST = 19
#: A hundred years; 0 is for ever.
_MOST_DAYS = 36_500
#: A run that reads nothing takes nearly as much: with less, every one would fail [MiB].
_LEAST_MEMORY_MB = 256


def check_service(settings: Settings, mistake: Mistake) -> None:
    """Tell *mistake* of everything in the sections of the service that cannot be meant."""
    service = settings.service
    _check_amounts(service, mistake)
    for name in service.hosts:
        if not name or set("/@: ") & set(name):
            mistake("not_a_host", "service.hosts", value=name)
    if listening(service.listen) is None:
        mistake("not_listen", "service.listen", value=service.listen)
    for key in ("external_url", "traces_url"):
        parts = urlsplit(getattr(service, key))
        if getattr(service, key) and (parts.scheme not in ("http", "https") or not parts.hostname):
            mistake("not_url", f"service.{key}")
    if service.database and not service.database.reveal().startswith("postgresql://"):
        mistake("not_postgresql", "service.database")
    _check_profiles(settings, mistake)
    place = listening(service.listen)
    check_alerts(settings, mistake, reachable=place is not None and not is_loopback(place[0]))


def _check_amounts(service: ServiceSettings, mistake: Mistake) -> None:
    for key in ("parallel", "queue", "max_seconds", "max_memory_mb"):
        if getattr(service, key) <= 0:
            mistake("not_positive", f"service.{key}", value=getattr(service, key))
    for key in ("max_records", "max_bytes", "niceness", "keep_days", "keep_audit_days"):
        if getattr(service, key) < 0:
            mistake("negative", f"service.{key}", value=getattr(service, key))
    for key, most in (
        ("niceness", _NICEST),
        ("keep_days", _MOST_DAYS),
        ("keep_audit_days", _MOST_DAYS),
    ):
        if getattr(service, key) > most:
            mistake("too_much", f"service.{key}", value=getattr(service, key), most=most)
    if 0 < service.max_memory_mb < _LEAST_MEMORY_MB:
        facts = {"value": service.max_memory_mb, "least": _LEAST_MEMORY_MB}
        mistake("too_little", "service.max_memory_mb", **facts)


def _check_profiles(settings: Settings, mistake: Mistake) -> None:
    for profile in settings.profiles:
        path = f"profiles.{profile.name}"
        for key, kinds in (("sources", LOG_TYPES), ("metrics", METRIC_TYPES)):
            known = [s.name for s in settings.sources if isinstance(s, kinds)]
            for name in getattr(profile, key):
                if name not in known:
                    known_names = ", ".join(known) or "-"
                    mistake("no_such_source", f"{path}.{key}", name=name, known=known_names)
        check_zone(profile.zone, f"{path}.zone", mistake)
        check_baseline(profile.baseline, f"{path}.baseline", mistake)
        try:
            parse_duration(profile.window)
        except QuestionError:
            mistake("not_a_length", f"{path}.window", value=profile.window)


def listening(text: str) -> tuple[str, int] | None:
    """
    Return host and port of ``host:port`` or ``[v6]:port``; None when it is neither.

    Example:
        >>> listening("127.0.0.1:8420"), listening("[::1]:80"), listening("here")
        (('127.0.0.1', 8420), ('::1', 80), None)
    """
    host, colon, port = text.rpartition(":")
    if not colon or not host or not port.isdigit() or int(port) not in _PORTS:
        return None
    if host.startswith("[") and host.endswith("]"):
        return host[1:-1], int(port)
    return None if ":" in host else (host, int(port))


def is_loopback(host: str) -> bool:
    """
    Return whether only this machine reaches *host*.

    Example:
        >>> is_loopback("127.0.0.1"), is_loopback("localhost"), is_loopback("0.0.0.0")
        (True, True, False)
    """
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
