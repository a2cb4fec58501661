"""What a file says of its spans, before window and schema."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping, Sequence
from dataclasses import field

from paicha.values import dataclass

#: Identities of what did the work, best first (OpenTelemetry semantic conventions).
INSTANCES = ("k8s.pod.name", "service.instance.id", "host.name", "hostname", "ip")
_SECOND_US = 1_000_000
#: From this magnitude on, a number counts microseconds or nanoseconds since 1970, not milliseconds.
_MICROSECONDS, _NANOSECONDS = 10**14, 10**17
_MILLISECONDS = 10**11


@dataclass(slots=True)
class RawSpans:
    """Rows of `SPANS` as plain values, and what could not be read."""

    rows: list[tuple[str, str, str, str, str, str, str, int, int, str, str]] = field(
        default_factory=list
    )
    unreadable: int = 0
    kind: str = ""  # otlp | jaeger | table

    def add(
        self,
        *,
        trace: str,
        span: str,
        parent: str,
        service: str,
        host: str,
        name: str,
        kind: str,
        start: int,
        duration: int,
        status: str,
        locator: str,
    ) -> None:
        """Add one span; one without ids, or that ends before it starts, is counted as unreadable."""
        if not trace or not span or start <= 0 or duration < 0:
            self.unreadable += 1
            return
        self.rows.append(
            (trace, span, parent, service, host, name, kind, start, duration, status, locator)
        )


def micros(value: object) -> int:
    """
    Return a moment [us since 1970] from a number of seconds, milli-, micro- or nanoseconds.

    Raises:
        ValueError: If it is no number.

    Example:
        >>> micros("1700000000123456789"), micros(1700000000.5), micros(1700000000123)
        (1700000000123456, 1700000000500000, 1700000000123000)
    """
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        raise ValueError("not a number")  # noqa: TRY004 - for whoever reads the file it is a value
    text = str(value).strip()
    number = int(text) if text.lstrip("-").isdigit() else float(text)
    if abs(number) >= _NANOSECONDS:
        return int(number // 1000)
    if abs(number) >= _MICROSECONDS:
        return int(number)
    return int(number * (1000 if abs(number) >= _MILLISECONDS else _SECOND_US))


def hex_id(value: object, length: int) -> str:
    """
    Return an id in hexadecimal letters: protobuf's JSON writes bytes in base64, OTLP in hexadecimal.

    Example:
        >>> hex_id("5B8EFFF798038103D269B633813FC60C", 32), hex_id("W47/95gDgQPSabYzgT/GDA==", 32)
        ('5b8efff798038103d269b633813fc60c', '5b8efff798038103d269b633813fc60c')
    """
    text = str(value or "")
    if all(letter in "0123456789abcdefABCDEF" for letter in text):
        lowered = text.lower()
        return "" if lowered.strip("0") == "" else lowered
    try:
        decoded = base64.b64decode(text, validate=True).hex()
    except (binascii.Error, ValueError):
        return text
    return decoded if len(decoded) == length else text


def instance(named: Mapping[str, str]) -> str:
    """Return what did the work, as its attributes name it; "" when they do not."""
    return next((named[name] for name in INSTANCES if named.get(name)), "")


def as_mapping(value: object) -> Mapping[str, object]:
    """Return *value* if it is an object of JSON, else an empty one."""
    return value if isinstance(value, Mapping) else {}


def as_list(value: object) -> Sequence[object]:
    """Return *value* if it is an array of JSON, else an empty one."""
    return value if isinstance(value, list) else ()
