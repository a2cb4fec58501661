"""Whether the patterns of ``[redaction]`` can be used."""

from __future__ import annotations

import pyarrow as pa
import pyarrow.compute as pc

from paicha.model.redaction import RedactionRules
from paicha.wiring.alert_reading import Mistake


def check_redaction(rules: RedactionRules, mistake: Mistake) -> None:
    """Tell *mistake* of every pattern that RE2 refuses, and of every one that matches nothing or no text at all."""
    for key in ("patterns", "exceptions"):
        for pattern in getattr(rules, key):
            try:
                empty = pc.match_substring_regex(pa.array([""]), f"^(?:{pattern})$")[0].as_py()
            except pa.ArrowInvalid as error:
                reason = str(error).partition(": ")[2] or str(error)
                mistake("not_a_pattern", f"redaction.{key}", value=pattern, reason=reason)
                continue
            if empty:
                mistake("matches_nothing", f"redaction.{key}", value=pattern)
    for name in rules.names:
        if not name.strip():
            mistake("empty_name", "redaction.names")
