"""A cascade, as the journeys investigate it: its window against the time before."""

from __future__ import annotations

from pathlib import Path

import paicha
from paicha.testing.cascade import BEFORE, Cascade


def cascade_investigated(cascade: Cascade, folder: Path, zone: str = "UTC") -> paicha.Investigation:
    """Write a cascade's files into *folder* and return what is found in them."""
    files = cascade.write(folder)
    return paicha.investigate(
        files.log,
        metrics=files.metrics,
        traces=files.traces,
        start=cascade.start,
        end=cascade.end,
        baseline=f"{(cascade.start - BEFORE).isoformat()}..{cascade.start.isoformat()}",
        zone=zone,
    )
