"""A webhook as its settings describe it: who may call it, how its bodies are read, how its alerts join."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import field, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from paicha.analysis.redaction import covered
from paicha.errors import Unauthenticated
from paicha.kernel.moments import parse_duration
from paicha.model.alerts import Alert
from paicha.service.alerts.alertmanager import read_alertmanager
from paicha.service.alerts.bkmonitor import read_bkmonitor
from paicha.service.alerts.generic import BodyMapping, load_mapping, read_generic
from paicha.service.alerts.joining import Rules
from paicha.values import dataclass
from paicha.wiring.alert_settings import WebhookSettings

#: What makes alerts one group where the settings do not say.
_GROUPS: dict[str, tuple[str, ...]] = {
    "bkmonitor": ("biz", "strategy"),
    "alertmanager": ("group",),
    "generic": ("group", "strategy"),
}


@dataclass(frozen=True, slots=True)
class Call:
    """What a caller shows beside the body."""

    authorization: str = ""
    token: str = ""  # of the header X-Paicha-Token
    in_path: str = ""
    signature: str = ""  # of the header X-Paicha-Signature


@dataclass(frozen=True, slots=True)
class Hook:
    """One webhook."""

    settings: WebhookSettings
    rules: Rules
    mapping: BodyMapping = field(default_factory=BodyMapping, repr=False)
    zone: str = "UTC"  # of the lines it writes

    @property
    def name(self) -> str:
        """Its name."""
        return self.settings.name

    @staticmethod
    def of(settings: WebhookSettings, folder: Path, zone: str = "UTC") -> Hook:
        """
        Return the webhook that *settings* describe.

        Args:
            settings: Its own.
            folder: What its mapping is relative to.
            zone: Of the lines it writes.

        Raises:
            ConfigError: If its mapping cannot be used.
        """
        if settings.kind != "generic":
            return Hook(settings, _rules(settings), zone=zone)
        file = folder / Path(settings.mapping).expanduser() if settings.mapping else None
        return Hook(settings, _rules(settings), load_mapping(file), zone)

    def check_secret(self, call: Call) -> None:
        """
        Let a caller pass that has the secret, where there is one.

        Raises:
            Unauthenticated: If it has not.
        """
        secret = self.settings.secret.reveal()
        if not secret:
            return
        shown = [word for word in _shown(call) if word]
        if not shown:
            raise Unauthenticated("hooks.no_secret", name=self.name)
        # Every one is compared, in a time that does not depend on where they differ.
        fits = [_same(word, secret) for word in shown]
        if not any(fits):
            raise Unauthenticated("hooks.wrong_secret", name=self.name)

    def check_signature(self, call: Call, body: bytes) -> None:
        """
        Let a caller pass whose signature fits the body, where one is asked for.

        Raises:
            Unauthenticated: If it does not.
        """
        key = self.settings.hmac.reveal()
        if not key:
            return
        made = hmac.new(key.encode(), body, hashlib.sha256).hexdigest()
        if not _same(call.signature.strip().lower().removeprefix("sha256="), made):
            raise Unauthenticated("hooks.wrong_signature", name=self.name)

    def read(self, body: bytes, received: datetime) -> tuple[Alert, ...]:
        """
        Return the alerts of a body; secrets in their texts are covered.

        Raises:
            QuestionError: If it is no body of this kind.
        """
        match self.settings.kind:
            case "bkmonitor":
                found = read_bkmonitor(body, received)
            case "alertmanager":
                found = read_alertmanager(body, received)
            case _:
                found = read_generic(body, received, self.mapping)
        return tuple(
            replace(one, title=covered(one.title), text=covered(one.text)) for one in found
        )


def _rules(settings: WebhookSettings) -> Rules:
    usual = "id" if settings.kind == "bkmonitor" else "address"
    # The settings' reader has checked every word of these.
    words: Mapping[str, Any] = {
        "group_by": settings.group_by or _GROUPS[settings.kind],
        "scope": settings.scope,
        "host_by": settings.host_by or usual,
        "critical": settings.critical,
    }
    return Rules(
        debounce_s=_seconds(settings.debounce),
        cool_down_s=_seconds(settings.cool_down),
        per_hour=settings.per_hour,
        before_s=int(_seconds(settings.before)),
        after_s=int(_seconds(settings.after)),
        **words,
    )


def _seconds(words: str) -> float:
    return parse_duration(words).total_seconds() if words and words != "0" else 0.0


def _same(given: str, wanted: str) -> bool:
    return hmac.compare_digest(given.encode("utf-8", "replace"), wanted.encode())


def _shown(call: Call) -> tuple[str, ...]:
    """Return every word of a call that may be the secret."""
    kind, _, rest = call.authorization.partition(" ")
    bearer = rest.strip() if kind.lower() == "bearer" else ""
    password = ""
    if kind.lower() == "basic":
        try:
            told = base64.b64decode(rest.strip(), validate=True).decode("utf-8", "replace")
        except (binascii.Error, ValueError):
            told = ""
        password = told.partition(":")[2]
    return (call.token.strip(), bearer, password, call.in_path)
