"""What an index set declares about its fields."""

from __future__ import annotations

from paicha.values import dataclass


@dataclass(frozen=True, slots=True)
class AliasSetting:
    """One declared pair."""

    field_name: str
    query_alias: str
    path_type: str


@dataclass(frozen=True, slots=True)
class AliasSettings:
    """
    The declared pairs of an index set, and which table really has which field.

    `settings_known` is false where only the fields answer could be read: it shows one alias per
    field, so a second one stays unseen.
    """

    index_set_id: int
    index_set_name: str
    pairs: tuple[AliasSetting, ...]
    real_fields: tuple[str, ...]
    field_types: tuple[tuple[str, str], ...]  # (field, type)
    settings_known: bool
