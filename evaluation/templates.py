"""
Say where template mining goes wrong, and what each rule of the fold is worth.

Usage: python evaluation/templates.py FOLDER... [--show SYSTEM] [--ablate]

Each FOLDER is laid out as ``benchmarks/templates.py`` reads it; ``evaluation/corpora.py`` writes one. ``--show``
prints the groups of one system that are not right. ``--ablate`` leaves out one sign or rule at a time and
prints what that changes in the mean grouping accuracy (GA, FGA) of every folder.
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import fields, replace
from pathlib import Path
from types import ModuleType
from typing import NamedTuple

from paicha.kernel import cells, evidence, grouping, phrases, value_lists
from paicha.kernel.evidence import Weights
from paicha.kernel.shape import shape
from paicha.testing.labelled import METRICS, find_sets, mean, mine_messages, read, score


class Shaped(NamedTuple):
    """A set's messages as shapes, with their labels."""

    shapes: list[str]
    labels: list[str]


#: Rules that are code: where they stand, and what stands there when they are left out.
RULES: dict[str, tuple[ModuleType, str, object]] = {
    "words known behind one word": (grouping, "_recognised", lambda grouped: grouped),
    "capitalised phrases, paths with blanks": (cells, "_with_phrases", list),
    "what programs print for values": (grouping, "PRINTED", frozenset()),
    "lists of several lengths": (grouping, "with_lists_joined", list),
    "values in several forms": (grouping, "with_forms_joined", list),
    "quotations behind a key": (cells, "_quotation_end", lambda *_: 0),
    "lists without blanks": (cells, "_with_lists", list),
    "several words for one": (grouping, "joined", lambda grouped: grouped),
    "places that vary together": (grouping, "varying_together", lambda *_: ()),
    "what is numbered is a value": (cells, "_NAMING_MARKS", frozenset()),
    "words where names are in two places": (grouping, "instances", lambda _: ()),
    "a mark in quotation marks": (grouping, "_QUOTES", frozenset()),
    "proven names": (grouping, "_proven", lambda _: frozenset()),
    "values without a blank": (phrases, "_glued", lambda *_: ()),
    "identifiers with colons": (grouping, "with_identifiers_joined", lambda grouped: grouped),
    "names that end like verbs": (evidence, "may_be_called", lambda _: False),
    "states in brackets, verbs behind leaders": (evidence, "_named_as_outcomes", lambda _: []),
    "compounds (`route-map`)": (evidence, "_head", str.lower),
    "many states behind a key": (grouping, "_OUTCOMES", 1 << 16),
    "the root is a path": (grouping, "_is_root", lambda *_: False),
    "lists that blanks part": (value_lists, "_last", lambda *_: None),
    "list of nouns names go with": (evidence, "NAMERS", frozenset()),
    "prepositions": (evidence, "LEADERS", frozenset()),
    "verbs and outcomes stay": (evidence, "is_outcome", lambda _: False),
    "words of the language": (evidence, "is_common", lambda _: False),
    "no merging of words at all": (grouping, "_PASSES", 0),
}


def main(argv: list[str] | None = None) -> int:
    """Print what was asked for."""
    parser = argparse.ArgumentParser(description=__doc__.strip().splitlines()[0])
    parser.add_argument("folders", type=Path, nargs="+")
    parser.add_argument("--show", help="print the groups of this system that are not right")
    parser.add_argument("--ablate", action="store_true", help="leave out one rule at a time")
    asked = parser.parse_args(argv)
    if not all(find_sets(folder) for folder in asked.folders):
        print("no *_structured*.csv in one of the folders", file=sys.stderr)
        return 2
    if asked.ablate:
        ablate(asked.folders)
        return 0
    for folder in asked.folders:
        results = {}
        for one in find_sets(folder):
            lines = read(one.labels)
            predicted = mine_messages(lines.messages)
            results[one.name] = score(predicted, lines.templates)
            if asked.show == one.name:
                show(predicted, lines.templates)
        results["mean"] = mean(results.values())
        for name, numbers in results.items():
            print(f"{name:<14}" + "  ".join(f"{numbers[m]:5.3f}" for m in METRICS))
    return 0


def show(predicted: Sequence[str], truth: Sequence[str]) -> None:
    """Print the labels whose lines are not one group, or share one, most lines first."""
    found: dict[str, Counter[str]] = defaultdict(Counter)
    labels: dict[str, set[str]] = defaultdict(set)
    for text, label in zip(predicted, truth, strict=True):
        found[label][text] += 1
        labels[text].add(label)
    for label, texts in sorted(found.items(), key=lambda item: -item[1].total()):
        if len(texts) > 1 or any(len(labels[text]) > 1 for text in texts):
            print(f"{texts.total():5} label {label}")
            for text, n in texts.most_common(6):
                print(f"{n:11} {'shared ' if len(labels[text]) > 1 else ''}{text}")


def ablate(folders: Sequence[Path]) -> None:
    """Print the mean GA and FGA of every folder, and their change without each rule."""
    sets = [[_shaped(one.labels) for one in find_sets(folder)] for folder in folders]
    heads = [f"{folder.name:>16}" for folder in folders]
    print(f"{'GA and FGA':<42}" + "".join(heads))
    whole = [_grouped(ones, Weights()) for ones in sets]
    print(f"{'all rules':<42}" + "".join(f"{ga:9.3f} {fga:6.3f}" for ga, fga in whole))
    for name, run in _without():
        changed = [run(ones) for ones in sets]
        row = "".join(
            f"{ga - ga0:+9.3f} {fga - fga0:+.3f}"
            for (ga, fga), (ga0, fga0) in zip(changed, whole, strict=True)
        )
        print(f"without {name:<34}{row}")


Run = Callable[[Sequence[Shaped]], tuple[float, float]]


def _without() -> Iterator[tuple[str, Run]]:
    for field in fields(Weights):
        if field.name != "enough":
            weights = replace(Weights(), **{field.name: 0.0})
            yield f"sign: {field.name}", lambda ones, w=weights: _grouped(ones, w)
    for enough in (2.0, 4.0):
        weights = replace(Weights(), enough=enough)
        yield f"(enough = {enough:g})", lambda ones, w=weights: _grouped(ones, w)
    for name, (module, attribute, value) in RULES.items():
        with _replaced(module, attribute, value):
            yield name, lambda ones: _grouped(ones, Weights())


@contextmanager
def _replaced(module: ModuleType, attribute: str, value: object) -> Iterator[None]:
    before = getattr(module, attribute)
    setattr(module, attribute, value)
    evidence.written_as_name.cache_clear()
    yield
    setattr(module, attribute, before)
    evidence.written_as_name.cache_clear()


def _shaped(labels: Path) -> Shaped:
    lines = read(labels)
    return Shaped([shape(message).shape for message in lines.messages], lines.templates)


def _grouped(ones: Sequence[Shaped], weights: Weights) -> tuple[float, float]:
    results = []
    for one in ones:
        group_of = {
            member.shape: "".join(key)
            for key, members in grouping.groups(sorted(set(one.shapes)), weights).items()
            for member in members
        }
        results.append(score([group_of[text] for text in one.shapes], one.labels))
    found = mean(results)
    return found["GA"], found["FGA"]


if __name__ == "__main__":
    sys.exit(main())
