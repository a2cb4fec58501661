"""What an investigation reads: the tables of a case, and the facts that no table holds."""

from __future__ import annotations

import pyarrow as pa

from paicha.analysis.records import RecordQueries
from paicha.model.aliases import AliasSettings
from paicha.values import dataclass


@dataclass(frozen=True, slots=True)
class CaseTables:
    """
    The merged tables of one case, and a way to ask its records.

    Args:
        counts: `COUNTS`.
        slots: `SLOTS`.
        slot_values: `SLOT_VALUES`.
        slot_buckets: `SLOT_BUCKETS`.
        templates: `TEMPLATES`.
        template_shapes: `TEMPLATE_SHAPES`.
        template_slots: `TEMPLATE_SLOTS`.
        series: `SERIES`.
        records: Answers what the counts are too coarse for.
        store_counts: `STORE_COUNTS`, where a store counted what was not read.
        aliases: The alias settings of an index set and its `ALIAS_COUNTS`.
        reduced: Whether only some records are there to be asked; the counts are of all.
        minute_s: How wide the minutes of the counts are; wider than 60 in very large cases [s].
        baseline_counts: `COUNTS` of the baseline, with the shapes of the same templates.
        baseline_templates: `TEMPLATES` the baseline holds, n counted there.
        spans: `SPANS` of window and baseline; None: no traces were given.
        span_steps: `SPAN_STEPS` of both, where there are spans.
    """

    counts: pa.Table
    slots: pa.Table
    slot_values: pa.Table
    slot_buckets: pa.Table
    templates: pa.Table
    template_shapes: pa.Table
    template_slots: pa.Table
    series: pa.Table
    records: RecordQueries
    store_counts: pa.Table | None = None
    aliases: tuple[AliasSettings, pa.Table] | None = None
    minute_s: int = 60
    reduced: bool = False
    baseline_counts: pa.Table | None = None
    baseline_templates: pa.Table | None = None
    spans: pa.Table | None = None
    span_steps: pa.Table | None = None


@dataclass(frozen=True, slots=True)
class Context:
    """How to get the same report again: who computed it, with which settings."""

    case_id: str
    product_version: str
    configuration: str  # fingerprint of settings and knowledge
    commands: tuple[str, ...] = ()
