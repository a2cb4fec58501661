"""What a browser sends: fields of forms to requests, and back into the form the next time."""

from __future__ import annotations

import base64
import re
from collections.abc import Iterable, Mapping
from dataclasses import field, fields, replace
from urllib.parse import parse_qsl, urlencode

import msgspec

from paicha.decoding import decode
from paicha.errors import QuestionError
from paicha.locales import LANGUAGES, Language
from paicha.model.service import RunRequest
from paicha.values import dataclass
from paicha.wiring.choosing import NO_METRICS

#: Lengths offered as a choice, back from now.
QUICK: tuple[str, ...] = ("15m", "30m", "1h", "3h", "12h", "24h")
#: Baselines offered as a choice; "": as the settings say.
BASELINES: tuple[str, ...] = ("", "previous", "1h-before", "yesterday", "last-week", "none")
#: One field of a form is no longer than this [characters]; a pasted report is no field like that.
LONGEST_FIELD = 2_000
MOST_FIELDS = 400
_LONGEST_COOKIE = 3_000
_PARTS = re.compile(r"[\s,，、;；]+")


@dataclass(frozen=True, slots=True)
class Form:
    """
    The fields of a sent form; a name may have several values.

    Args:
        fields: Names with their values, in the order they came.
    """

    fields: Mapping[str, tuple[str, ...]]

    @staticmethod
    def of(pairs: Iterable[tuple[str, str]]) -> Form:
        """Return the form with these fields."""
        fields: dict[str, list[str]] = {}
        for name, value in pairs:
            fields.setdefault(name, []).append(value)
        return Form({name: tuple(values) for name, values in fields.items()})

    @staticmethod
    def read(body: bytes) -> Form:
        """
        Return the form in an urlencoded *body*.

        Raises:
            QuestionError: If it is none.
        """
        try:
            words = body.decode("ascii")
            return Form.of(
                parse_qsl(
                    words, keep_blank_values=True, max_num_fields=MOST_FIELDS, errors="strict"
                )
            )
        except ValueError as err:  # a UnicodeDecodeError is one too
            raise QuestionError("page.form", reason=str(err)) from err

    def one(self, name: str, longest: int = LONGEST_FIELD) -> str:
        """
        Return the first value of a field without blanks around it; "" where there is none.

        Raises:
            QuestionError: If it is longer than it can mean anything.
        """
        value = next(iter(self.fields.get(name, ())), "").strip()
        if len(value) > longest:
            raise QuestionError("page.too_long", field=name, most=longest)
        return value

    def several(self, name: str) -> tuple[str, ...]:
        """Return the values of a field that may be chosen more than once, each once."""
        return tuple(dict.fromkeys(v for v in self.fields.get(name, ()) if v))

    def parts(self, name: str) -> tuple[str, ...]:
        """Return the names in a field that holds them between blanks or commas."""
        return tuple(part for part in _PARTS.split(self.one(name)) if part)

    def number(self, name: str) -> int | None:
        """
        Return a field that holds a whole number; None where it is empty.

        Raises:
            QuestionError: If it holds anything else.
        """
        value = self.one(name)
        if not value:
            return None
        if not re.fullmatch(r"[0-9]{1,18}", value):
            raise QuestionError("page.no_number", field=name, value=value[:60])
        return int(value)


@dataclass(frozen=True, slots=True)
class StartForm:
    """
    The form that starts an investigation, as it is filled in; times are as typed, in `zone`.

    Args:
        window: One of `QUICK`, or ``range``: `start` to `end`.
    """

    profile: str = ""
    sources: tuple[str, ...] = ()
    metrics: tuple[str, ...] = ()
    window: str = "15m"
    start: str = ""
    end: str = ""
    hosts: str = ""
    services: str = ""
    where: str = ""
    baseline: str = ""
    language: str = ""
    zone: str = ""
    title: str = ""
    biz: str = ""
    index_set: str = ""

    @staticmethod
    def of(form: Form) -> StartForm:
        """
        Return what was filled in.

        Raises:
            QuestionError: If a field is too long.
        """
        window = form.one("window")
        return StartForm(
            profile=form.one("profile"),
            sources=form.several("sources")[:50],
            metrics=form.several("metrics")[:50],
            window=window if window in QUICK else "range",
            start=form.one("start"),
            end=form.one("end"),
            hosts=form.one("hosts"),
            services=form.one("services"),
            where=form.one("where"),
            baseline=form.one("baseline"),
            language=form.one("language"),
            zone=form.one("zone"),
            title=form.one("title"),
            biz=form.one("biz"),
            index_set=form.one("index_set"),
        )

    def query(self) -> str:
        """Return what was filled in as the query of an address, for `of` to read."""
        filled = {one.name: getattr(self, one.name) for one in fields(self)}
        return urlencode({name: value for name, value in filled.items() if value}, doseq=True)

    def request(self, asked_by: str) -> RunRequest:
        """
        Return what is asked of the service.

        Raises:
            QuestionError: If a number is none, or there is a range without a start.
        """
        ranged = self.window == "range"
        if ranged and not self.start:
            raise QuestionError("page.no_start")
        fields = Form({name: (getattr(self, name),) for name in _TEXTS})
        return RunRequest(
            sources=self.sources,
            metrics=self.metrics or None,
            start=self.start if ranged else "",
            end=self.end if ranged else "",
            last="" if ranged else self.window,
            hosts=fields.parts("hosts"),
            services=fields.parts("services"),
            where=self.where,
            biz=fields.number("biz"),
            index_set=fields.number("index_set"),
            zone=self.zone,
            language=language_of(self.language),
            baseline=self.baseline,
            profile=self.profile,
            title=self.title,
            trigger="page",
            asked_by=asked_by,
        )

    @staticmethod
    def asked(request: RunRequest, start: str, end: str) -> StartForm:
        """Return the form that asks *request* again, about a stretch from *start* to *end* in its zone."""
        return StartForm(
            profile=request.profile,
            sources=request.sources,
            metrics=tuple(name for name in request.metrics or () if name != NO_METRICS),
            window="range",
            start=start,
            end=end,
            hosts=", ".join(request.hosts),
            services=", ".join(request.services),
            where=request.where,
            baseline=request.baseline if request.baseline in BASELINES else "",
            language=request.language or "",
            zone=request.zone,
            title=request.title,
            biz="" if request.biz is None else str(request.biz),
            index_set="" if request.index_set is None else str(request.index_set),
        )

    def cookie(self) -> str:
        """
        Return it as a cookie remembers it; "" where it is too long for one.

        A title is of one run, and so are times that were typed in: they are not remembered.
        """
        kept = replace(self, title="", start="", end="")
        written = base64.urlsafe_b64encode(msgspec.json.encode(kept)).decode()
        return written if len(written) <= _LONGEST_COOKIE else ""

    @staticmethod
    def remembered(cookie: str) -> StartForm:
        """Return what a cookie remembers; the empty form where it is not ours."""
        try:
            kept = base64.urlsafe_b64decode(cookie[:_LONGEST_COOKIE].encode("ascii"))
            return decode(kept, StartForm)
        except (ValueError, msgspec.MsgspecError):
            return StartForm()


_TEXTS = ("hosts", "services", "biz", "index_set")


def again(request: RunRequest, start: str, end: str, zone: str, asked_by: str) -> RunRequest:
    """
    Return the same question about another stretch.

    Args:
        request: What was asked before.
        start: As typed, in *zone*.
        end: Likewise.
        zone: IANA name.
        asked_by: Who asks now.

    Raises:
        QuestionError: If an end is missing.
    """
    if not start or not end:
        raise QuestionError("page.no_start")
    return replace(
        request,
        start=start,
        end=end,
        last="",
        zone=zone,
        baseline=_movable(request.baseline),
        trigger="page",
        asked_by=asked_by,
    )


def _movable(baseline: str) -> str:
    # A baseline between two times of its own may lie inside the new stretch.
    return "" if ".." in baseline else baseline


def language_of(value: str) -> Language | None:
    """Return the language of that name; None: there is none."""
    return next((language for language in LANGUAGES if language == value), None)


@dataclass(frozen=True, slots=True)
class Offers:
    """What may be chosen: names of the settings, sorted."""

    profiles: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    metrics: tuple[str, ...] = ()
    zones: tuple[str, ...] = field(default=())
