"""Why something was not done, as a person or a program may be told."""

from __future__ import annotations

import copy

from paicha.analysis.redaction import covered
from paicha.errors import PaichaError
from paicha.locales import Text, text
from paicha.renderers.visible import visible


def refused(err: PaichaError) -> Text:
    """
    Return an error in both languages; what a source answered cannot begin a line of its own in it.

    Secrets are covered: an error quotes what was asked and answered.
    """
    shown = copy.copy(err)
    shown.facts = {name: visible(covered(value)) for name, value in err.facts.items()}
    return shown.texts


def refused_by_system(err: OSError) -> Text:
    """Return what the system did not allow: a full disk, no further process."""
    return text("service.reason.system", reason=err.strerror or str(err))
