"""Paicha (排查): from a window of logs and host metrics to the report a good engineer would write."""

from paicha.version import __version__

__all__ = ["__version__"]
