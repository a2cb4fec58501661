"""
Where a start keeps files for the next one, and whether such a file is ours.

A start asks this before anything else, while modules may still have to be compiled: nothing is imported here but what
Python itself has loaded by then.
"""

from __future__ import annotations

import os
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

#: Names a folder for the files; "off": keep nothing.
VARIABLE = "PAICHA_CACHE"


def folder_name(environ: Mapping[str, str]) -> str:
    """
    Return the folder where this machine keeps what can be derived again; "": nowhere.

    Example:
        >>> folder_name({"XDG_CACHE_HOME": "/var/cache"}), folder_name({"PAICHA_CACHE": "off"})
        ('/var/cache/paicha', '')
    """
    named = environ.get(VARIABLE, "")
    if named:
        return "" if named == "off" else named
    if sys.platform == "win32":
        caches = environ.get("LOCALAPPDATA", "")
    elif sys.platform != "darwin" and environ.get("XDG_CACHE_HOME"):
        caches = environ["XDG_CACHE_HOME"]
    else:
        home = environ.get("HOME", "")
        inside = "Library/Caches" if sys.platform == "darwin" else ".cache"
        # A home that is not there is not ours to make.
        caches = f"{home}/{inside}" if home and os.path.isdir(home) else ""  # noqa: PTH112 - see above
    return os.path.join(caches, "paicha") if caches else ""  # noqa: PTH118 - see above


def own_bytes(place: str | os.PathLike[str]) -> bytes:
    """Return what stands in a file that nobody but who runs this process could have written; of any other nothing."""
    try:
        with open(place, "rb") as file:  # noqa: PTH123 - see above
            found = os.fstat(file.fileno())
            if not hasattr(os, "geteuid") or (
                found.st_uid == os.geteuid() and not found.st_mode & 0o022
            ):
                return file.read()
    except OSError:
        pass
    return b""
