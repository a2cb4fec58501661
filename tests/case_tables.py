"""The tables of a case that depend on the records alone, whoever counted them and in whatever order."""

TABLES = (
    "counts",
    "slots",
    "slot_values",
    "slot_buckets",
    "templates",
    "template_shapes",
    "template_slots",
)
