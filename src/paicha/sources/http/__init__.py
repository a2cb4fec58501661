"""Any log store that answers JSON over HTTP, described by a small TOML file instead of code."""

from paicha.sources.http.description import Description, load_description
from paicha.sources.http.source import HttpLogs

__all__ = ["Description", "HttpLogs", "load_description"]
