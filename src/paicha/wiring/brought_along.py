"""
Everything that a start may derive from the package's own data, derived once: what the package brings along.

Run when the package is installed (`hatch_build.py`), by the Python that will run it; where what the package needs is
installed only after it (``pip install paicha``), by whoever installs it: ``python -m paicha.wiring.brought_along``.
"""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

import pyarrow as pa

from paicha import kept
from paicha.analysis.by_code import patterns_with_any_code
from paicha.analysis.by_value import patterns_that_ask
from paicha.analysis.classify import classify, possible
from paicha.analysis.suspects.interventions import kinds_of
from paicha.kernel.normalise import LineReader
from paicha.kernel.plan import Plan
from paicha.kernel.steps import classes_beyond
from paicha.knowledge.stacks_loader import load_stacks
from paicha.locales import LANGUAGES, catalogue
from paicha.wiring.built_knowledge import knowledge_of

#: Any day: what is derived depends on no time and on no zone.
_SOME_DAY = datetime(2000, 1, 1, tzinfo=UTC)


def derive_all() -> None:
    """
    Ask for all that `paicha.kept` keeps of the built-in knowledge, so that it is derived.

    Cost: a second.
    """
    for language in LANGUAGES:
        catalogue(language)
    knowledge = knowledge_of(())
    LineReader(knowledge.formats, "UTC", _SOME_DAY)
    plan = Plan(knowledge.formats, "UTC", _SOME_DAY, load_stacks())
    _ = plan.packed, plan.languages
    classes_beyond()
    some = "a message"
    classify([some], [0], knowledge.problems)
    possible(patterns_that_ask(knowledge.problems), some)
    possible(patterns_with_any_code(knowledge.problems), some)
    kinds_of(pa.array([some]), knowledge.interventions)


def write(folder: Path) -> Path:
    """
    Write what is derived from the built-in knowledge to a file in *folder*, readable by whoever may run the package, and return it.

    What stood there before is there until it is replaced: others may be reading it, or packing it.

    Raises:
        OSError: If it cannot be written.
    """
    with TemporaryDirectory(dir=folder) as aside:
        kept.open_file(Path(aside), package=Path(aside))
        derive_all()
        kept.close_file()
        made = kept.file_in(Path(aside))
        made.chmod(0o644)
        return made.replace(kept.file_in(folder))


if __name__ == "__main__":
    try:
        sys.stdout.write(f"{write(Path(sys.argv[1]) if sys.argv[1:] else kept.PACKAGE)}\n")
    except OSError as error:  # whoever runs a package may not be who installed it
        sys.exit(str(error))
