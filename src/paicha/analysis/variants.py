"""The templates of a problem, and what their variables were."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pyarrow as pa

from paicha.analysis.gathering import TemplateUse, shares
from paicha.model.findings import Range, Variant
from paicha.values import dataclass

#: Kinds of variables that say something as a range or a list; ids and times only identify a line.
_TELLING = ("number", "word")
#: Addresses, paths and the like say something where there are only a few different ones.
_NAMES = ("ip", "path", "mixed", "id")
_FEW = 10


@dataclass(frozen=True, slots=True)
class _Template:
    """A template as the fold left it."""

    text: str
    n: int
    ranges: tuple[Range, ...]


@dataclass(frozen=True, slots=True)
class Variants:
    """The templates of a case, by id; see `variants_of`."""

    templates: Mapping[str, _Template]

    def text(self, template_id: str, otherwise: str) -> str:
        """Return a template's text, or *otherwise* for a shape that no template holds."""
        template = self.templates.get(template_id)
        return template.text if template else otherwise

    def of(self, uses: Sequence[TemplateUse]) -> tuple[Variant, ...]:
        """
        Return a problem's variants, by count falling, then text.

        A template of which only some records belong to the problem (others are below WARN) has no
        ranges: its variables were added up over all of them.
        """
        found = [self._variant(use) for use in uses]
        return tuple(sorted(found, key=lambda v: (-v.n, v.text, v.template_id)))

    def _variant(self, use: TemplateUse) -> Variant:
        template = self.templates.get(use.template_id, _Template(use.template_id, use.n, ()))
        ranges = template.ranges if template.n == use.n else ()
        return Variant(
            use.template_id,
            template.text,
            use.n,
            use.level,
            ranges,
            shares(use.modules, use.n),
        )


def variants_of(templates: pa.Table, template_slots: pa.Table) -> Variants:
    """
    Return the templates with their ranges, ready to be looked up.

    Args:
        templates: `TEMPLATES`.
        template_slots: `TEMPLATE_SLOTS`.
    """
    ranges: dict[str, list[Range]] = {}
    ordered = template_slots.sort_by([("template_id", "ascending"), ("slot", "ascending")])
    for row in ordered.to_pylist():
        if _tells(row["kind"], row["distinct"], row["n"]):
            ranges.setdefault(row["template_id"], []).append(_range(row))
    return Variants(
        {
            row["template_id"]: _Template(
                row["text"], row["n"], tuple(ranges.get(row["template_id"], ()))
            )
            for row in templates.select(["template_id", "text", "n"]).to_pylist()
        }
    )


def _tells(kind: str, distinct: int, n: int) -> bool:
    return kind in _TELLING or (kind in _NAMES and distinct <= _FEW and distinct < n)


def _range(row: Mapping[str, object]) -> Range:
    n, top = row["n"], row["top"]
    assert isinstance(n, int)
    assert isinstance(top, list)
    values = shares(tuple((entry["value"], entry["n"]) for entry in top), n)
    return Range(
        name=str(row["name"]),
        unit=str(row["unit"]),
        n=n,
        minimum=_number(row["minimum"]),
        maximum=_number(row["maximum"]),
        mean=_number(row["mean"]),
        p50=_number(row["p50"]),
        p95=_number(row["p95"]),
        values=values,
        distinct=int(str(row["distinct"])),
        complete=bool(row["complete"]),
    )


def _number(value: object) -> float | None:
    return float(value) if isinstance(value, int | float) else None
