"""Which two sides a comparison has: what names them must not contradict itself, and nothing of it is passed over."""

from __future__ import annotations

from collections.abc import Sequence

from paicha.errors import UsageError
from paicha.facade import Asked

#: The baseline that a comparison has where nobody names one, and the words for none.
_USUAL, _NONE = "previous", "none"


def refuse_contradiction(
    before_id: str, during_id: str, asked: Asked, files: Sequence[str]
) -> None:
    """
    Do nothing where either investigations or a window with a baseline are to be compared.

    Args:
        before_id: The earlier investigation, or "".
        during_id: The later one, or "".
        asked: The window that was asked for beside them.
        files: Log files of that window.

    Raises:
        UsageError: If both are named: one of them would be dropped without a word.
    """
    ids = {"before_id": before_id, "during_id": during_id}
    named = [name for name, value in ids.items() if value]
    baseline = asked.baseline if asked.baseline != _USUAL else None
    window = {
        "start": asked.start,
        "end": asked.end,
        "last": asked.last,
        "baseline": baseline,
        "sources": asked.sources,
        "files": files,
        "hosts": asked.hosts,
        "services": asked.services,
        "where": asked.where,
        "zone": asked.zone,
    }
    beside = [name for name, value in window.items() if value]
    if named and beside:
        raise UsageError("mcp.ids_and_window", ids=", ".join(named), window=", ".join(beside))
    if asked.baseline == _NONE:
        raise UsageError("mcp.no_baseline")
