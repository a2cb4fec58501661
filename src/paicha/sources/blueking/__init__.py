"""BlueKing (蓝鲸): logs and host metrics over its API gateway."""

from paicha.sources.blueking.gateway import Credentials, Gateway, Road
from paicha.sources.blueking.logs import BluekingLogs
from paicha.sources.blueking.metrics import BluekingMetrics

__all__ = [
    "BluekingLogs",
    "BluekingMetrics",
    "Credentials",
    "Gateway",
    "Road",
]
