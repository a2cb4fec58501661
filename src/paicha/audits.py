r"""
Reports of others held against themselves and against evidence, for scripts and notebooks.

>>> import paicha
>>> paicha.audit("# Report\n\nWindow: 2025-12-19 10:00:00 ~ 10:05:00 (last 15 minutes)").found.failed
True
"""

from __future__ import annotations

import os
import re
import sys
from contextlib import suppress
from pathlib import Path
from typing import Literal

from paicha.analysis.redaction import covered_lines, covered_tree
from paicha.app.audit import AuditDesk, Evidence, audit_report, evidence_of, told
from paicha.errors import InputError
from paicha.facade import Investigation
from paicha.locales import Language, readable
from paicha.model.audit import Audit
from paicha.renderers.json import tree_json
from paicha.values import dataclass
from paicha.wiring.assembly import Assembly
from paicha.wiring.settings import Settings

__all__ = ["Audited", "Auditor", "audit"]

AuditFormat = Literal["md", "html", "json", "terminal"]
AUDIT_SCHEMA = "urn:paicha:schema:audit:1"
#: A report longer than this is none [bytes].
LONGEST_REPORT = 16 << 20


@dataclass(frozen=True, slots=True)
class Audited:
    """
    An audit, with the text it is about.

    Args:
        found: Everything that was decided.
        text: The audited report, secrets in it covered as in the audit.
    """

    found: Audit
    text: str

    def __repr__(self) -> str:
        """Return a line, for a prompt or a log."""
        wrong = sum(each.judged == "contradicted" for each in self.found.judgements)
        return (
            f"<Audited: {len(self.found.objections)} objections in itself, "
            f"{len(self.found.judgements)} statements held against evidence, {wrong} contradicted>"
        )

    def _repr_markdown_(self) -> str:
        """Return the audit, which a notebook shows."""
        return self.render("md").decode("utf-8")

    def render(
        self,
        kind: AuditFormat = "md",
        language: Language = "en",
        *,
        width: int = 100,
        colour: bool = False,
    ) -> bytes:
        """Return the audit as bytes; as HTML with the report's own text annotated."""
        if kind == "json":
            return tree_json(self.found, AUDIT_SCHEMA)
        drawn = told(self.found, self.text, language, annotated=kind == "html")
        return Assembly.renderer(kind, width, colour=colour).render(drawn)

    @property
    def exit_code(self) -> int:
        """4 when something is contradicted, else 0."""
        return 4 if self.found.failed else 0


#: How a page in HTML begins.
_HTML = re.compile(r"\ufeff?\s*<(?:!doctype\s+html|html[\s>])", re.IGNORECASE)


class Auditor:
    """
    Audits reports against one piece of evidence; makes everything it needs once.

    Args:
        evidence: The investigation reports are held against; None: against themselves only.
        settings: Where further problem classes and metrics come from; None: nowhere.
    """

    def __init__(
        self, evidence: Investigation | None = None, settings: Settings | None = None
    ) -> None:
        self._settings = settings or Settings.empty()
        self._desk: AuditDesk = Assembly(self._settings).audit_desk()
        self._evidence = None if evidence is None else self._ready(evidence)

    def audit(self, text: str, name: str = "report") -> Audited:
        """
        Return the audit of a report.

        Args:
            text: The report, Markdown or plain text, in Chinese or English.
            name: How it is called.

        Raises:
            InputError: If it is HTML.
        """
        if _HTML.match(text):
            raise InputError("audit.html")
        text = readable(text)  # JSON can carry half a character, which nothing can write
        found = audit_report(name, text, self._desk, self._evidence)
        if self._settings.redaction.off:
            return Audited(found, text)
        return Audited(covered_tree(found), covered_lines(text))

    def _ready(self, evidence: Investigation) -> Evidence:
        with evidence.case() as case:
            return evidence_of(case, self._desk)


def audit(text: str, evidence: Investigation | None = None, name: str = "report") -> Audited:
    """Return the audit of one report, see `Auditor`."""
    return Auditor(evidence).audit(text, name)


def read_report(path: str | os.PathLike[str]) -> str:
    """
    Return the text of a report file (``-``: the standard input); UTF-8, with or without a byte order mark.

    Raises:
        InputError: If it cannot be read, is longer than `LONGEST_REPORT`, or is no text.
    """
    place = Path(path)
    try:
        if place.is_file() and place.stat().st_size > LONGEST_REPORT:
            raise InputError("audit.too_long", path=place, most=LONGEST_REPORT)
        piped = os.fspath(path) == "-"
        data = sys.stdin.buffer.read(LONGEST_REPORT + 1) if piped else place.read_bytes()
    except OSError as err:
        raise InputError("audit.unreadable", path=place, reason=err.strerror or str(err)) from err
    if len(data) > LONGEST_REPORT:
        raise InputError("audit.too_long", path=place, most=LONGEST_REPORT)
    with suppress(UnicodeDecodeError):
        return data.decode("utf-8-sig")
    try:
        return data.decode("gb18030")  # as logs are read
    except UnicodeDecodeError as err:
        raise InputError("audit.not_text", path=place, reason=f"byte {err.start}") from err
