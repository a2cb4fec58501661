"""How often a server looks for rubbish: a process that stays has other needs than one that ends with its report."""

from __future__ import annotations

import gc

#: Containers made before rubbish is looked for. The command line's million (`paicha.__main__`) is right for a run, which
#: ends; in a server each view of a page leaves 17 KiB in cycles of seven containers: gigabytes until somebody looked.
_CONTAINERS_PER_LOOK = 2_000


def look_often() -> None:
    """Look for rubbish from now on as a process must that stays, and not again at what is there already."""
    gc.freeze()
    gc.set_threshold(_CONTAINERS_PER_LOOK, *gc.get_threshold()[1:])
