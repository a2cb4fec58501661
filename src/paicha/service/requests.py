"""From what was asked to a question that can be carried out; only configured sources are read."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from paicha.analysis.redaction import covered
from paicha.errors import ServiceError
from paicha.facade import Asked, Preparation, of_page, prepare
from paicha.kernel.filter import compile_filter
from paicha.locales import Language
from paicha.model.service import RunRequest
from paicha.wiring.choosing import NO_METRICS
from paicha.wiring.service_settings import ProfileSettings
from paicha.wiring.settings import LOG_TYPES, METRIC_TYPES, Settings

#: Reading ends at this part of the time of a run; the rest is for making the report.
_READING_PART = 0.75


def resolved(
    request: RunRequest, settings: Settings, now: datetime
) -> tuple[RunRequest, Preparation]:
    """
    Return *request* with its profile, sources and limits filled in, and what it will ask.

    Raises:
        ServiceError: If it names a source or a profile that is not configured.
        UsageError: If a time, a zone or a filter cannot be understood.
    """
    request = _with_profile(_with_page(request, settings), settings)
    _refuse_unconfigured(request.sources, settings, LOG_TYPES, "service.no_log_source")
    metrics = [name for name in request.metrics or () if name != NO_METRICS]
    _refuse_unconfigured(metrics, settings, METRIC_TYPES, "service.no_metric_source")
    compile_filter(request.where)
    request = _limited(request, settings)
    prepared = prepare(asked_of(request), settings=settings, now=now)
    request = replace(
        request,
        title=covered(request.title),  # people paste things
        sources=prepared.sources,
        metrics=prepared.metrics or (NO_METRICS,),
        zone=prepared.inquiry.zone,
        language=prepared.inquiry.language,
    )
    return request, prepared


def asked_of(request: RunRequest) -> Asked:
    """Return *request* as the facade takes it."""
    return Asked(
        sources=request.sources,
        metrics=request.metrics,
        start=request.start or None,
        end=request.end or None,
        last=request.last or None,
        biz=request.biz,
        index_set=request.index_set,
        hosts=request.hosts,
        services=request.services,
        where=request.where,
        zone=request.zone,
        language=request.language,
        baseline=request.baseline or None,
        max_records=request.max_records or None,
        max_bytes=request.max_bytes,
        max_seconds=request.max_seconds,
    )


def _with_page(request: RunRequest, settings: Settings) -> RunRequest:
    """Return *request* with what a pasted address in place of its filter asks for: before a profile fills in the rest."""
    asked = of_page(asked_of(request), settings)
    if asked.where == request.where:
        return request
    return replace(
        request,
        sources=asked.sources,
        start=str(asked.start or ""),
        end=str(asked.end or ""),
        biz=asked.biz,
        index_set=asked.index_set,
        hosts=asked.hosts,
        where=asked.where,
        zone=asked.zone,
    )


def _with_profile(request: RunRequest, settings: Settings) -> RunRequest:
    if not request.profile:
        return request
    profile = settings.profile(request.profile)
    if profile is None:
        known = ", ".join(known.name for known in settings.profiles)
        raise ServiceError("service.no_profile", name=request.profile, known=known or "-")
    windowed = request.start or request.end or request.last
    return replace(
        request,
        sources=request.sources or profile.sources,
        metrics=request.metrics if request.metrics is not None else profile.metrics or None,
        hosts=request.hosts or profile.hosts,
        services=request.services or profile.services,
        where=request.where or profile.where,
        biz=request.biz if request.biz is not None else profile.biz or None,
        index_set=request.index_set or profile.index_set or None,
        last=request.last if windowed else profile.window,
        zone=request.zone or profile.zone,
        language=request.language or _language(profile),
        baseline=request.baseline or profile.baseline,
    )


def _language(profile: ProfileSettings) -> Language | None:
    if not profile.language:
        return None
    return "zh" if profile.language == "zh" else "en"


def _refuse_unconfigured(
    names: Iterable[str], settings: Settings, kinds: tuple[type, ...], code: str
) -> None:
    known = [source.name for source in settings.sources if isinstance(source, kinds)]
    for name in names:
        if name not in known:
            listed = ", ".join(known) or "-"
            raise ServiceError(code, name=name, known=listed)


def _limited(request: RunRequest, settings: Settings) -> RunRequest:
    """Return *request* with no limit above those of the service."""
    service = settings.service
    most = service.max_records or settings.general.max_records
    reading = service.max_seconds * _READING_PART
    return replace(
        request,
        max_records=int(_least(request.max_records, most)),
        max_bytes=int(_least(request.max_bytes, service.max_bytes)),
        max_seconds=_least(request.max_seconds, reading),
    )


def _least(asked: float, allowed: float) -> float:
    """Return the smaller of two limits of which 0 is none."""
    return min((limit for limit in (asked, allowed) if limit > 0), default=0)
