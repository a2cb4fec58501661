"""
The files that the package brings along: messages, formats, pages.

`importlib.resources` finds them in every kind of package and imports what it may need for that, 40 modules in all:
10 ms of every start. Where the package stands in a folder, as nearly always, the folder is all there is to find.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from importlib.resources.abc import Traversable


def folder_of(package: str) -> Traversable:
    """
    Return the folder of an imported package.

    Example:
        >>> folder_of("paicha").joinpath("py.typed").is_file()
        True
    """
    file = sys.modules[package].__file__ or ""
    place = os.path.dirname(file)  # noqa: PTH120 - a path object is made once it is known to be one
    if os.path.isdir(place):  # noqa: PTH112
        return Path(place)
    from importlib import resources  # noqa: PLC0415 - the package stands in an archive

    return resources.files(package)
