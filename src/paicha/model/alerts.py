"""
What an alert of another system says, whoever sent it: one frozen value for all of them.

A kind of sender (BlueKing's callback, Alertmanager's webhook, a generic body) is a module of
`paicha.service.alerts` that returns these.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Literal

from paicha.model.question import Window
from paicha.values import dataclass

AlertState = Literal["firing", "no_data", "recovered", "closed"]
Severity = Literal["critical", "warning", "info"]
HostBy = Literal["id", "address", "none"]

#: BlueKing's own log window of an alert: from five intervals before it to one after.
BEFORE_INTERVALS, AFTER_INTERVALS = 5, 1
#: What a strategy's interval is taken for where the alert does not say it [s].
USUAL_INTERVAL_S = 60
#: A longer one is none [s].
LONGEST_INTERVAL_S = 86_400


@dataclass(frozen=True, slots=True, order=True)
class AlertHost:
    """
    A host that an alert names.

    Example:
        >>> AlertHost(ip="10.0.0.8", cloud="0").name("address")
        '10.0.0.8'
        >>> AlertHost(id="42", ip="10.0.0.8", cloud="3").name("address")
        '10.0.0.8|3'
        >>> AlertHost(id="42", ip="10.0.0.8").name("id")
        '42'
    """

    id: str = ""
    ip: str = ""  # an address, or a name where the sender gives only that
    cloud: str = ""  # BlueKing's cloud area; "": not said. Area 0 is the usual one, not "none"

    def name(self, by: HostBy) -> str:
        """Return how a question names it: *by* its id or address, by the other where it has only that."""
        address = f"{self.ip}|{self.cloud}" if self.ip and self.cloud not in ("", "0") else self.ip
        return (self.id or address) if by == "id" else (address or self.id)


@dataclass(frozen=True, slots=True)
class Alert:
    """
    One alert as one notice tells it.

    `(event_id, type)` is what makes two notices the same.
    """

    event_id: str
    type: str  # the notice's own word: ANOMALY_NOTICE, firing
    state: AlertState
    severity: Severity
    title: str
    at: datetime  # what the sender saw, not when it told us (UTC)
    text: str = ""
    interval_s: int = USUAL_INTERVAL_S
    group: str = ""  # the sender's own grouping
    strategy: str = ""  # which rule fired
    biz: int | None = None
    hosts: tuple[AlertHost, ...] = ()
    services: tuple[str, ...] = ()
    value: str = ""  # as the sender writes it
    shielded: bool = False  # silenced at the sender

    @property
    def over(self) -> bool:
        """Whether it says that an earlier one has ended."""
        return self.state in ("recovered", "closed")

    def window(self, before_s: int = 0, after_s: int = 0) -> Window:
        """
        Return the stretch worth reading: `BEFORE_INTERVALS` before it to `AFTER_INTERVALS` after it.

        Args:
            before_s: Instead of the intervals before it [s]; 0: the intervals.
            after_s: Instead of the interval after it [s]; 0: the interval.
        """
        before = before_s or BEFORE_INTERVALS * self.interval_s
        after = after_s or AFTER_INTERVALS * self.interval_s
        return Window(self.at - timedelta(seconds=before), self.at + timedelta(seconds=after))
