"""
Paicha (排查): from a window of logs and host metrics to the report a good engineer would write.

>>> import paicha
>>> paicha.__version__.count(".")
2
"""

from __future__ import annotations

from paicha.version import __version__

# As the type checker knows it; the module of that name is compiled at each start where nothing is kept.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from paicha.audits import Audited, Auditor, audit
    from paicha.comparisons import Compared, change, compare
    from paicha.facade import (
        Asked,
        Investigation,
        carry_out,
        demo,
        extend,
        investigate,
        open_case,
        prepare,
        render,
    )

__all__ = [
    "Asked",
    "Audited",
    "Auditor",
    "Compared",
    "Investigation",
    "__version__",
    "audit",
    "carry_out",
    "change",
    "compare",
    "demo",
    "extend",
    "investigate",
    "open_case",
    "prepare",
    "render",
]


def __getattr__(name: str) -> object:
    # The facade names every concrete class; importing one room must not import the whole house.
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from paicha import audits, comparisons, facade  # noqa: PLC0415 - the one import that waits

    rooms = (audits, comparisons, facade)
    value: object = getattr(next(room for room in rooms if name in room.__all__), name)
    return value


def __dir__() -> list[str]:
    return sorted(__all__)
