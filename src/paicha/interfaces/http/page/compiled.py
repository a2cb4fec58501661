"""Templates compiled once: compiling the page takes longer than filling it."""

from __future__ import annotations

import os
import sys
from contextlib import suppress
from pathlib import Path

from jinja2 import BytecodeCache
from jinja2.bccache import Bucket

from paicha import kept
from paicha.version import __version__


class CompiledPages(BytecodeCache):
    """
    Keeps compiled templates in a folder; one that takes nothing is passed over.

    Args:
        folder: Where; as private as the folder of compiled modules that Python itself keeps.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def load_bytecode(self, bucket: Bucket) -> None:
        """Fill *bucket* with what is kept; the library refuses what is damaged or of another source."""
        with suppress(OSError):
            bucket.bytecode_from_string(self._file(bucket).read_bytes())

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep what *bucket* holds."""
        place = self._file(bucket)
        fresh = place.with_name(f"{place.name}.{os.getpid()}")
        with suppress(OSError):
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            fresh.write_bytes(bucket.bytecode_to_string())
            fresh.replace(place)

    def _file(self, bucket: Bucket) -> Path:
        return self._folder / f"page-{__version__}-{bucket.key}.{sys.implementation.cache_tag}"


def compiled_pages() -> CompiledPages | None:
    """Return where compiled templates are kept; None: nowhere."""
    folder = kept.folder()
    return None if folder is None else CompiledPages(folder)
