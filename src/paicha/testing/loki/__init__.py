"""
A stand-in for Loki's query API, over real HTTP, for tests and for trying things out.

Written after Loki's documentation of its HTTP API and of LogQL, not after its code, and never compared
with a running Loki: what it gets wrong, a test against it gets wrong too. It knows log queries and
counts over them, stream selectors, line and label filters, structured metadata, the limit of a page,
tenants, and it drops a line that repeats one of its stream at the same nanosecond, as Loki does.
"""

from paicha.testing.loki.server import FAULTS, LokiStandIn, Pushed

__all__ = ["FAULTS", "LokiStandIn", "Pushed"]
