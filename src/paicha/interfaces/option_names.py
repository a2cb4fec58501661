"""What the options of the command line are called elsewhere: errors advise them, and requests and forms have none."""

from __future__ import annotations

import re
from collections.abc import Mapping

#: Fields of the API's requests and parameters of MCP's tools.
FIELDS: Mapping[str, str] = {
    "source": "sources",
    "metrics": "metrics",
    "from": "start",
    "to": "end",
    "last": "last",
    "baseline": "baseline",
    "tz": "zone",
    "host": "hosts",
    "service": "services",
    "where": "where",
    "biz": "biz",
    "index-set": "index_set",
    "max-records": "max_records",
    "max-bytes": "max_bytes",
    "timeout": "max_seconds",
}
_OPTION = re.compile(r"--([a-z]+(?:-[a-z]+)*)(?![\w-])")


def renamed(words: str, names: Mapping[str, str] = FIELDS) -> str:
    """
    Return *words* with options called by *names*; what is not among them stays.

    Example:
        >>> renamed("Swap --from and --to; or paicha doctor --case.")
        'Swap start and end; or paicha doctor --case.'
    """
    return _OPTION.sub(lambda option: names.get(option[1], option[0]), words)
