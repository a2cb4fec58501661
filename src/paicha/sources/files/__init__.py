"""Log files: plain or packed, one or a folder of them, or the standard input."""

from paicha.sources.files.source import FileSource

__all__ = ["FileSource"]
