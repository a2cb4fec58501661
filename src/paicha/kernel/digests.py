"""Digests of texts in a row: what is equal but for one place is found without comparing all with all."""

from __future__ import annotations

from collections.abc import Iterable

#: A digest is a polynomial of the texts' hashes at *BASE*, modulo *PRIME*.
BASE, PRIME = 1_000_003, (1 << 61) - 1


def running(texts: Iterable[str]) -> list[int]:
    """
    Return the digests of no text, of the first, of the first two, and so on.

    They differ from run to run: what they find is compared as text, and nothing keeps them.
    """
    found = [0]
    for text in texts:
        found.append((found[-1] * BASE + hash(text)) % PRIME)
    return found
