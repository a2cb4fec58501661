"""A curve in a few letters, for places that cannot draw."""

from __future__ import annotations

from collections.abc import Sequence

from paicha.model.report import Curve

_STEPS = "▂▃▄▅▆▇█"
_NOTHING = "▁"  # zero; any count above it stands higher
_NO_DATA = "·"


def sparkline(curve: Curve, width: int = 40) -> str:
    """
    Return a curve as block letters, at most *width* of them.

    Counts start at zero; where steps are joined each letter is their average, so that the last one, of fewer, does not
    look like a fall. A measured line starts at its lowest value and keeps its highest.

    Example:
        >>> sparkline(Curve((0.0, 1.0, 8.0), "counts"))
        '▁▃█'
        >>> sparkline(Curve((1.0, None), "usage", kind="line"))
        '▄·'
        >>> sparkline(Curve((2.0,) * 5, "counts"), 3)
        '███'
    """
    joined = _joined(curve, width)
    known = [value for value in joined if value is not None]
    if not known:
        return _NO_DATA * len(joined)
    low, high = (0.0 if curve.kind == "bars" else min(known)), max(known)
    return "".join(_letter(value, low, high, curve.kind == "bars") for value in joined)


def _joined(curve: Curve, width: int) -> list[float | None]:
    values: Sequence[float | None] = curve.values
    size = -(-len(values) // width) if values else 1
    joined: list[float | None] = []
    for start in range(0, len(values), size):
        known = [value for value in values[start : start + size] if value is not None]
        if not known:
            joined.append(None)
        else:
            joined.append(sum(known) / len(known) if curve.kind == "bars" else max(known))
    return joined


def _letter(value: float | None, low: float, high: float, counts: bool) -> str:
    if value is None:
        return _NO_DATA
    if counts and value <= 0:
        return _NOTHING
    if high == low:
        return _STEPS[-1] if counts else _STEPS[2]
    return _STEPS[round((value - low) / (high - low) * (len(_STEPS) - 1))]
