"""
Loads how languages write stack traces from TOML.

A file holds one table per language; keys: ``title``, ``head``, ``frame``, ``above``, ``cause``,
``opens``, ``continues``, ``closes``, ``innermost``, ``head_last``, ``libraries``, ``library_paths`` (see `StackRule`), and
``samples``: traces with what they must give.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from paicha.kernel.stacks import StackReader
from paicha.knowledge.table_files import packaged_tables
from paicha.locales import Text
from paicha.model.knowledge import StackRule, StackSample


def load_stacks() -> tuple[StackRule, ...]:
    """Return the rules of every language, in the order of their files and tables."""
    return tuple(_rule(name, table) for name, table in packaged_tables("stacks"))


# What TOML holds is of any type; a test reads every packaged rule.
def _rule(name: str, table: dict[str, Any]) -> StackRule:
    words = dict(table)
    title = words.pop("title")
    samples = tuple(
        StackSample(**{**sample, "text": sample["text"].strip("\n")})
        for sample in words.pop("samples")
    )
    libraries = tuple(words.pop("libraries", ()))
    paths = tuple(words.pop("library_paths", ()))
    return StackRule(
        name=name,
        title=Text(zh=title["zh"], en=title["en"]),
        samples=samples,
        libraries=libraries,
        library_paths=paths,
        **words,
    )


def check_samples(rules: Iterable[StackRule]) -> tuple[str, ...]:
    """Return what is wrong with the samples of *rules*, one sentence each; empty when all hold."""
    known = tuple(rules)
    reader = StackReader(known)
    wrong: list[str] = []
    for rule in known:
        for sample in rule.samples:
            expected = {
                "exception.type": sample.type,
                "exception.message": sample.message,
                "code.function.name": sample.function,
                "code.file.path": sample.file,
                "code.line.number": sample.line,
            }
            found = reader.read(sample.text)
            wrong += [
                f"{rule.name}: {name}: {found.get(name)!r} instead of {value!r}"
                for name, value in expected.items()
                if value not in ("", None) and found.get(name) != value
            ]
    return tuple(wrong)
