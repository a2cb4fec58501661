"""
Whom a problem happened to: status, path, upstream and the like, counted over all of its records.

The variables of a template are counted over all of its records. Where a problem has only some of them (requests
answered with 5xx share a template with all others), or where several facts of one line belong together
("503 on /pay by upstream 10.0.3.7"), its own records are asked. What to look for stands in its class (`ProblemClass.tells`).
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

import pyarrow as pa
import pyarrow.compute as pc

from paicha.analysis.apart import Places, apart, copies
from paicha.analysis.records import RecordQueries
from paicha.analysis.wording import counted
from paicha.kernel.columns import whole
from paicha.locales import Text, text
from paicha.model.knowledge import ProblemClass, Telling
from paicha.model.told import Tally, Told, ToldValue
from paicha.values import dataclass

#: Failures of one source from which on that it was let in is no slip of the finger.
_OFTEN = 10
#: Values listed of each thing.
_LISTED = 8
#: What follows the path of a request; it holds ids and secrets.
_QUERY = r"[?#].*$"
#: Parts of a path that name one thing of many: a number, a UUID, a long hexadecimal id.
_ID_PART = r"/(?:\d+|[0-9a-fA-F]{8}-[0-9a-fA-F-]{27}|[0-9a-fA-F]{16,64})(/|$)"
_NAMED = r"/<id>\1"
#: A value longer than this is no name [characters].
_LONGEST = 120


@dataclass(frozen=True, slots=True)
class Teller:
    """
    Counts what the records of a problem tell.

    Args:
        records: The records of the case.
        membership: Which records make which problem.
        places: What all records say of where they are from.
    """

    records: RecordQueries
    membership: pa.Table
    places: Places

    def told(
        self, one: str, problem: ProblemClass | None, n: int, first: datetime | None = None
    ) -> Told | None:
        """
        Return what the records of *problem* tell, nothing where not all of them are there; None: nothing is looked for.

        Args:
            one: The id of the problem.
            problem: Its class.
            n: Records of the problem.
            first: When its first record was; None: none has a time.

        Cost:
            A few patterns over the different messages of the problem, and JSON once for each of its attributes.
        """
        said = self._told(problem, n)
        if said is not None and problem is not None and first is not None:
            said = replace(said, succeeded=self._succeeded(problem, said, first))
        found, pods = apart(self.places, one, n), copies(self.places, one, n)
        if found is None and pods is None:
            return said
        tallies, common = (said.tallies, said.common) if said else ((), None)
        known = {tally.name: tally for tally in (*(found.tallies if found else ()), *tallies)}
        if pods is not None:
            known.setdefault(pods.name, pods)
        names = dict.fromkeys((*(tally.name for tally in tallies), *known))
        succeeded = said.succeeded if said else None
        return Told(
            tuple(known[name] for name in names), common, succeeded, found.words if found else None
        )

    def _succeeded(self, problem: ProblemClass, said: Told, first: datetime) -> Text | None:
        """Return that one who failed often was let in after the first failure, if a line that is there says so."""
        often = {
            value.name: value.n
            for tally in said.tallies
            for value in tally.values
            if tally.name == "source" and value.n >= _OFTEN
        }
        patterns = problem.succeeds if often else ()
        for pattern in patterns:
            found = self.records.matching(pattern)
            parts = pc.extract_regex(whole(found["body"]), pattern).to_pylist()
            for row, part in zip(found.to_pylist(), parts, strict=True):
                if row["timestamp"] >= first and part["it"] in often:
                    return text(
                        "told.succeeded",
                        source=part["it"],
                        who=part["who"],
                        n=f"{often[part['it']]:,}",
                        place=row["locator"],
                    )
        return None

    def _told(self, problem: ProblemClass | None, n: int) -> Told | None:
        """Return what a class asks for."""
        if problem is None or not problem.tells:
            return None
        texts = self.records.texts(self.membership, problem.id)
        if (pc.sum(texts["n"]).as_py() or 0) != n:
            return Told((), None)
        table = pa.table(
            [*(_values(texts, told) for told in problem.tells), texts["n"]],
            names=[*(told.name for told in problem.tells), "n"],
        )
        tallies = (_tally(table, told, n) for told in problem.tells)
        found = tuple(tally for tally in tallies if tally.n)
        return Told(found, _common(table, problem.tells, n)) if found else None


def _values(texts: pa.Table, told: Telling) -> pa.Array:
    """Return what each text says of one thing; empty where it says nothing."""
    found = _of_attributes(whole(texts["attributes"]), told.fields)
    bodies = whole(texts["body"])
    for pattern in told.patterns:
        unsaid = pc.equal(found, "")
        if not pc.any(unsaid).as_py():
            break
        read = pc.extract_regex(bodies.filter(unsaid), pattern)
        value = pc.fill_null(pc.struct_field(read, "it"), "")
        found = pc.replace_with_mask(found, unsaid, value)
    found = pc.if_else(pc.is_in(found, value_set=pa.array(["-", "None", "null"])), "", found)
    if told.name == "path":
        found = pc.replace_substring_regex(found, _QUERY, "")
        for _ in range(2):  # of two ids in a row the first takes the slash of the second
            found = pc.replace_substring_regex(found, _ID_PART, _NAMED)
    return pc.utf8_slice_codeunits(found, 0, _LONGEST)


def _of_attributes(attributes: pa.Array, fields: Sequence[str]) -> pa.Array:
    if not fields:
        return pa.array([""] * len(attributes), pa.string())
    known = attributes.dictionary_encode()
    values = [_field(words, fields) for words in known.dictionary.to_pylist()]
    return pa.array(values, pa.string()).take(known.indices)


def _field(attributes: str | None, fields: Sequence[str]) -> str:
    said = json.loads(attributes) if attributes else {}
    named = (said[name] for name in fields if said.get(name) not in (None, "", "-"))
    return str(next(named, ""))


def _tally(table: pa.Table, told: Telling, n: int) -> Tally:
    values = _counted(table, told.name)
    return Tally(
        name=told.name,
        title=told.title,
        n=sum(count for _, count in values),
        values=tuple(ToldValue(value, count, count / n) for value, count in values[:_LISTED]),
        distinct=len(values),
    )


def _counted(table: pa.Table, name: str) -> list[tuple[str, int]]:
    """Return the values of a column with their counts, most first; without the empty one."""
    sums = table.group_by(name, use_threads=False).aggregate([("n", "sum")])
    pairs = zip(sums[name].to_pylist(), sums["n_sum"].to_pylist(), strict=True)
    return sorted(((value, n) for value, n in pairs if value), key=lambda one: (-one[1], one[0]))


def _common(table: pa.Table, tells: Sequence[Telling], n: int) -> Text | None:
    """Return what more than half of the records have in common, thing by thing, and how many they are."""
    facts: list[Text] = []
    alike = n
    for told in tells:
        value, count = next(iter(_counted(table, told.name)), ("", 0))
        if 2 * count <= n:
            continue
        facts.append(text("told.fact", title=told.title, value=value))
        alike = count
        table = table.filter(pc.equal(table[told.name], value))
    if not facts or n == 1:
        return None
    whole_said = alike == n
    return text(
        "told.all" if whole_said else "told.most",
        facts=_joined(facts),
        n=f"{alike:,}",
        of=counted("record", n),
    )


def _joined(facts: Sequence[Text]) -> Text:
    return Text(zh="、".join(one.zh for one in facts), en=", ".join(one.en for one in facts))
