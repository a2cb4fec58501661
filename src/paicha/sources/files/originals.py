"""Whether a file is still what it was when it was read."""

from __future__ import annotations

from pathlib import Path

from paicha.locales import Text, text
from paicha.model.reading import ReadFile


class FileOriginals:
    """Looks at files on this machine, as `paicha.app.originals.Originals`; it reads nothing of them."""

    def difference(self, file: ReadFile) -> Text | None:
        """Return how *file* differs from what it was when it was read; None: it does not."""
        try:
            now = Path(file.place).stat()
        except (FileNotFoundError, NotADirectoryError):
            return text("originals.gone", path=file.shown)
        except OSError as error:
            return text("originals.closed", path=file.shown, reason=f"{error.strerror}")
        if now.st_size != file.size:
            sizes = {"before": f"{file.size:,}", "now": f"{now.st_size:,}"}
            return text("originals.size", path=file.shown, **sizes)
        if now.st_mtime_ns != file.modified_ns:
            return text("originals.time", path=file.shown, size=f"{file.size:,}")
        return None
