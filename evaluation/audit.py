"""
How much of what is changed in a report an audit catches.

Takes the built-in scenario's report in both languages, changes one figure, time, name, unit or row at a
time, and audits every mutant against the case: as it is; without its declaration, so that it is read
like anybody's report; and without evidence.

    python evaluation/audit.py [--mutants 300]
"""

from __future__ import annotations

import argparse
from collections import Counter

import paicha
from paicha.testing.report_mutants import KINDS, mutants


def main() -> None:
    """Print the shares caught, by kind of change."""
    parser = argparse.ArgumentParser(
        description="How much of what is changed in a report is caught."
    )
    parser.add_argument("--mutants", type=int, default=300, help="per language")
    wanted = parser.parse_args().mutants
    found = paicha.demo(language="en")
    held, alone = paicha.Auditor(found), paicha.Auditor()
    ways = (
        "as written, with evidence",
        "undeclared, with evidence",
        "as written, alone",
        "undeclared, alone",
    )
    caught: Counter[tuple[str, str]] = Counter()
    made: Counter[str] = Counter()
    for language in ("zh", "en"):
        report = found.render("md", language).decode()  # type: ignore[arg-type]
        for mutant in mutants(report, wanted, seed=11):
            made[mutant.kind] += 1
            plain = mutant.text.split("<!-- statements/1")[0]
            for way, auditor, text in zip(
                ways, (held, held, alone, alone), (mutant.text, plain) * 2, strict=True
            ):
                audited = auditor.audit(text).found
                caught[way, mutant.kind] += bool(audited.failed or audited.objections)
    print(f"{'':<28}" + "".join(f"{kind:>8}" for kind in KINDS) + f"{'all':>8}")
    for way in ways:
        shares = [caught[way, kind] / made[kind] for kind in KINDS]
        whole = sum(caught[way, kind] for kind in KINDS) / sum(made.values())
        print(f"{way:<28}" + "".join(f"{share:8.1%}" for share in (*shares, whole)))
    print(
        f"{'mutants':<28}"
        + "".join(f"{made[kind]:8d}" for kind in KINDS)
        + f"{sum(made.values()):8d}"
    )


if __name__ == "__main__":
    main()
