"""
A stand-in for BlueKing's gateways: real HTTP on loopback, a scenario folder behind it.

::

    with BluekingStandIn(folder, faults=["rate_limited=2"]) as server:
        gateway = Gateway(DEMO_CREDENTIALS, monitor_url=server.monitor_url)
"""

from paicha.testing.blueking.faults import FAULTS, Faults
from paicha.testing.blueking.server import (
    DEMO_ACCESS_TOKEN,
    DEMO_APP_CODE,
    DEMO_APP_SECRET,
    DEMO_BK_TOKEN,
    BluekingStandIn,
)

__all__ = [
    "DEMO_ACCESS_TOKEN",
    "DEMO_APP_CODE",
    "DEMO_APP_SECRET",
    "DEMO_BK_TOKEN",
    "FAULTS",
    "BluekingStandIn",
    "Faults",
]
