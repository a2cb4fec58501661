"""
Messages that are equal but for names in two or three places at once.

`Replication of home to lyon: <number> MB` and `Replication of oradata to dr-site: <number> MB` were seen once each: no
two messages differ in one place alone, so no single place shows what it holds. Both places together do, where the
message has a variable elsewhere, so is one that a program fills in.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from paicha.kernel.cells import ANY
from paicha.kernel.evidence import Evidence, Groups, Key, Place
from paicha.kernel.words import may_be_name

#: Places of one message that are looked at together.
_PLACES = 3
#: What each of them may lack of being enough by itself.
_LACKING = 1.0


def varying_together(
    grouped: Groups, evidence: Evidence, enough: float
) -> Iterator[tuple[Key, list[Key]]]:
    """
    Yield what messages have in common (`ANY` where they differ), and these messages.

    Args:
        grouped: All messages.
        evidence: What they say about places and words.
        enough: What makes a single place variable.

    Cost:
        Linear in the pieces.
    """
    alike: dict[Key, list[Key]] = defaultdict(list)
    for key in sorted(grouped):
        if ANY in key and len(key) > _PLACES:
            alike[tuple(ANY if may_be_name(text) else text for text in key)].append(key)
    for _, keys in sorted(alike.items()):
        differing = [at for at, texts in enumerate(zip(*keys, strict=True)) if len({*texts}) > 1]
        if not 2 <= len(differing) <= _PLACES:
            continue
        common = tuple(ANY if at in differing else text for at, text in enumerate(keys[0]))
        scores = [evidence.score(Place(at, common, tuple(keys)), None, grouped) for at in differing]
        if all(score >= enough - _LACKING and len(takes) == len(keys) for score, takes in scores):
            yield common, keys
