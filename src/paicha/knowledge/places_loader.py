"""
Which fields of a record tell where it is from, from TOML.

The packaged file stands in ``knowledge/places``: lists of words under ``[builds]``, ``[places]`` and ``[copies]``.
"""

from __future__ import annotations

from paicha.knowledge.table_files import packaged_tables
from paicha.model.knowledge import PlaceNames


def load_places() -> PlaceNames:
    """
    Return the words.

    Example:
        >>> load_places().builds[0]
        'version'
    """
    tables = dict(packaged_tables("places"))
    builds, places = tables["builds"], tables["places"]
    return PlaceNames(
        (*builds["en"], *places["en"]),
        tuple(builds["en"]),
        tuple(places["zh"]),
        tuple(tables["copies"]["ends"]),
    )
